import json
import subprocess
import sys
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

import pytest

from satselect.cli import main
from satselect.cli.terminal import countdown
from satselect.cli.terminal.countdown import Countdown
from satselect.engine.warm import get_ready

TASKS = [
    {"name": "capture for client 1098", "resources": ["camera", "disk", "proc"], "profit": 9.2},
    {"name": "clean satellite disk", "resources": ["disk"], "profit": 0.4},
    {"name": "upgrade to v2.1", "resources": {"proc": 2}, "profit": 2.9},
]


@pytest.fixture
def tasks(tmp_path: Path) -> Path:
    return _written(tmp_path, json.dumps(TASKS))


def _written(folder: Path, text: str) -> Path:
    path = folder / "tasks.json"
    path.write_text(text)
    return path


def _json(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_programs_get_json(tasks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["select", str(tasks), "--json"]) == 0
    assert _json(capsys) == {
        "tasks": [TASKS[0]],
        "buffered": TASKS[1:],
        "profit": 9.2,
        "bound": 9.2,
        "gap": 0.0,
        "status": "optimal",
        "proof": "search",
    }


def test_capacities_differ_from_one_where_said(tasks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["select", str(tasks), "--json", "--capacity", "disk=2", "--capacity", "proc=3"]) == 0
    assert _json(capsys)["profit"] == 12.5


def test_people_get_a_table(tasks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["select", str(tasks)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "selected                 profit  resources",
        "capture for client 1098  9.2     camera, disk, proc",
        "",
        "1 of 3 tasks earn 9.2, the most possible: proven by an exhaustive search.",
    ]


def test_explain_says_who_holds_what_and_from_which_profit_it_wins(
    tasks: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["select", str(tasks), "--explain", "--capacity", "proc=2"]) == 0
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "buffered              profit  selected from  held by",
        "clean satellite disk  0.4     6.3            capture for client 1098",
        "upgrade to v2.1       2.9     8.8            capture for client 1098",
    ]


def test_programs_are_told_the_reasons_too(tasks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["select", str(tasks), "--json", "--explain", "--capacity", "proc=2"]) == 0
    holder = {"name": TASKS[0]["name"], "profit": 9.2}
    assert [(line["name"], line["displaced_by"], line["break_even_profit"]) for line in _json(capsys)["buffered"]] == [
        (TASKS[1]["name"], {"disk": [holder]}, 6.3),
        (TASKS[2]["name"], {"proc": [holder]}, 8.8),
    ]


def test_a_dash_reads_standard_input() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "satselect", "select", "-", "--json"],
        input=json.dumps(TASKS),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)["profit"] == 9.2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[wrong", "not JSON"),
        ('[{"name": "", "resources": [], "profit": 1}]', "/0/name: must not be blank"),
        ('[{"name": "x", "resources": ["a", "a"], "profit": 1}]', "/0/resources/1: the same resource twice"),
        ('{"name": "x"}', "must be a list of tasks"),
        ('[{"name": "x", "resources": [], "profit": ' + "9" * 309 + "}]", "/0/profit: out of range"),
    ],
)
def test_wrong_input_is_one_clear_line_and_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, line: str
) -> None:
    assert main(["select", str(_written(tmp_path, text))]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert line in output.err


def test_a_file_that_is_not_there_is_wrong_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["select", "nowhere.json"]) == 2
    assert capsys.readouterr().err == "satselect: nowhere.json: No such file or directory\n"


SATELLITES = {"a": {"camera": 1, "disk": 1, "proc": 1}, "b": {"disk": 1, "proc": 2}}


def test_tasks_are_given_to_satellites(tasks: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "satellites.json").write_text(json.dumps(SATELLITES))
    command = ["select", str(tasks), "--satellites", str(tmp_path / "satellites.json")]
    assert main([*command, "--json"]) == 0
    chosen = {task["name"]: task["satellite"] for task in _json(capsys)["tasks"]}
    assert chosen == {TASKS[0]["name"]: "a", TASKS[1]["name"]: "b", TASKS[2]["name"]: "b"}
    assert main(command) == 0
    assert capsys.readouterr().out.splitlines()[:2] == [
        "selected                 profit  satellite  resources",
        "capture for client 1098  9.2     a          camera, disk, proc",
    ]


UNITS = ("disk", "disk=x", "=1", "disk=-1", "disk=1.5", "disk=1e3", "disk=1000000000001", f"disk={'9' * 5_000}")


@pytest.mark.parametrize("option", [*(["--capacity", units] for units in UNITS), ["--time-limit", "soon"]])
def test_wrong_options_are_refused(tasks: Path, option: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["select", str(tasks), *option])
    assert stopped.value.code == 2


@pytest.mark.parametrize("output", [[], ["--json"]])
def test_a_time_limit_is_for_the_reasons_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], output: list[str]
) -> None:
    rng = Random(1)
    names = [f"r{i}" for i in range(40)]
    hard = [
        {"name": f"t{i}", "resources": {n: rng.randint(1, 7) for n in rng.sample(names, 3)}, "profit": 50 + i % 50}
        for i in range(600)
    ]
    get_ready()
    begun = process_time()
    capacities = [option for name in names for option in ("--capacity", f"{name}=7")]
    path = _written(tmp_path, json.dumps(hard))
    assert main(["select", str(path), "--explain", "--time-limit", "1", *capacities, *output]) == 0
    assert process_time() - begun < 3
    printed = capsys.readouterr().out
    if output:
        assert {line["break_even_profit"] for line in json.loads(printed)["buffered"]} == {None}
    else:
        assert "unknown" in printed.splitlines()[-1]


def test_what_can_never_run_is_not_unknown_without_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _written(tmp_path, json.dumps([{"name": "huge", "resources": {"disk": 2}, "profit": 1}]))
    assert main(["select", str(path), "--explain", "--time-limit", "0"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "huge      1       -              nobody: it never fits"


def test_times_that_only_a_service_heeds_are_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    times = [{"deadline": "2020-01-01T00:00:00Z"}, {"not_before": "2900-01-01T00:00:00Z"}]
    harmless = {"not_before": "2020-01-01T00:00:00Z", "deadline": "2900-01-01T00:00:00Z"}
    tasks = [{"name": f"{n}", "resources": [f"r{n}"], "profit": 1} | more for n, more in enumerate([*times, harmless])]
    said = []
    for some in (tasks, tasks[1:], tasks[2:]):
        assert main(["select", str(_written(tmp_path, json.dumps(some))), "--json"]) == 0
        out, err = capsys.readouterr()
        assert len(json.loads(out)["tasks"]) == len(some)
        said.append(err)
    rest = "a deadline in the past or a not_before in the future, which only a service heeds\n"
    assert said == [f"satselect: 2 tasks have {rest}", f"satselect: 1 task has {rest}", ""]


@pytest.mark.parametrize("output", [[], ["--json"]])
def test_nobody_holds_what_never_fits(output: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tasks = [
        {"name": "a", "resources": ["camera", "upgrade"], "profit": 9},
        {"name": "b", "resources": ["camera"], "profit": 1},
    ]
    path = _written(tmp_path, json.dumps(tasks))
    assert main(["select", str(path), "--explain", "--capacity", "upgrade=0", *output]) == 0
    printed = capsys.readouterr().out
    if output:
        (lost,) = json.loads(printed)["buffered"]
        assert (lost["displaced_by"], lost["break_even_profit"]) == ({"upgrade": []}, None)
    else:
        assert printed.splitlines()[-1].split("  ")[-1].strip() == "nobody: it never fits"


def test_compiling_stops_the_countdown(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(countdown, "monotonic", lambda: now[0])
    counted = Countdown(0.05)
    with counted.stopped_to_compile():
        now[0] += 60
    assert counted.left == pytest.approx(0.05)
    assert not counted.is_long_over
    now[0] += 0.4
    assert counted.is_long_over
    assert counted.left == 0
    assert Countdown(None).left is None
