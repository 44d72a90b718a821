"""`satselect submit` and `satselect status` against a running service."""

import json
import os
from pathlib import Path

import httpx
import pytest

from satselect.cli.main import main
from tests.databases import AND_OVER_THE_BUS
from tests.services import free_port

DATABASES = AND_OVER_THE_BUS

TASKS = [
    {"name": "capture", "resources": ["camera", "disk"], "profit": 9.2},
    {"name": "clean", "resources": ["disk"], "profit": 0.4},
]


@pytest.fixture
def tasks(tmp_path: Path) -> str:
    path = tmp_path / "tasks.json"
    path.write_text(json.dumps(TASKS))
    return str(path)


@pytest.fixture(autouse=True)
def address(service: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SATSELECT_URL", str(service.base_url))


def test_people_see_what_is_scheduled(tasks: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["submit", tasks]) == 0
    shown = capsys.readouterr().out
    assert "capture" in shown
    assert "1 scheduled in iteration" in shown
    assert "1 buffered" in shown


def test_programs_get_json(tasks: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["submit", tasks, "--json"]) == 0
    iteration = json.loads(capsys.readouterr().out)
    assert [task["name"] for task in iteration["tasks"]] == ["capture"]
    assert main(["status", iteration["tasks"][0]["id"], "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == iteration["tasks"][0]


def test_status_says_why_a_task_waits(tasks: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["submit", tasks])
    capsys.readouterr()
    assert main(["status", "--json"]) == 0
    waiting = next(task for task in json.loads(capsys.readouterr().out) if task["name"] == "clean")
    assert main(["status", waiting["id"]]) == 0
    shown = capsys.readouterr().out
    assert "clean is buffered: profit 0.4, uses disk." in shown
    assert "disk is held by capture." in shown
    assert "from a profit of 9.2" in shown


def test_status_lists_the_newest_tasks(tasks: str, capsys: pytest.CaptureFixture[str]) -> None:
    main(["submit", tasks])
    capsys.readouterr()
    assert main(["status"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[1:]] == [["clean", "buffered"], ["capture", "scheduled"]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["submit", "nowhere.json"], "nowhere.json"),
        (["submit", "TASKS", "--fleet", "nowhere"], "fleet"),
        (["status", "nothing"], "404"),
    ],
)
def test_wrong_input_is_one_clear_line(
    arguments: list[str], words: str, tasks: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([tasks if word == "TASKS" else word for word in arguments]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


def test_nobody_there_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--url", f"http://127.0.0.1:{free_port()}"]) == 1
    assert capsys.readouterr().err.startswith("satselect: ")


@pytest.mark.parametrize("name", ["SATSELECT_URL", "SATSELECT_KEY"])
def test_an_empty_setting_is_none(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("satselect.cli.asking.HERE", os.environ["SATSELECT_URL"])
    monkeypatch.setenv(name, "")
    assert main(["status"]) == 0
    assert capsys.readouterr().err == ""


def test_every_fault_of_a_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "tasks.json"
    path.write_text('[{"name": "a"}, {"name": "b"}]')
    assert main(["submit", str(path)]) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"satselect: {path}: /{place}/{name}: is missing" for place in (0, 1) for name in ("resources", "profit")
    ]
