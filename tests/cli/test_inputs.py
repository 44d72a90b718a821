"""What is wrong with what `satselect select` and `satselect submit` are given, and how it is told."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from satselect.cli import main

TASKS = [
    {"name": "a", "resources": ["camera", "disk"], "profit": 2},
    {"name": "b", "resources": ["camera"], "profit": 1, "satellites": ["sat-1"]},
]
PLAIN = [task | {"satellites": ["sat-1"]} for task in TASKS]
ONE = {"sat-1": {"camera": 1, "disk": 1}}


def told(folder: Path, capsys: pytest.CaptureFixture[str], *options: str, **files: object) -> tuple[int, list[str]]:
    """The exit code and the lines of `select` on these files, which are bytes, or what becomes JSON."""
    for name, content in files.items():
        (folder / f"{name}.json").write_bytes(
            content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
        )
    given = [word.replace("FOLDER", str(folder)) for word in options]
    code = main(["select", str(folder / "tasks.json"), *given])
    output = capsys.readouterr()
    assert (output.out == "") == (code != 0)
    return code, [line.replace(f"satselect: {folder}/", "") for line in output.err.splitlines()]


AT = ("--satellites", "FOLDER/at.json")


@pytest.mark.parametrize(
    ("units", "lines"),
    [
        (["dsik=2"], ["--capacity dsik=2: no task uses 'dsik'; did you mean 'disk'? --allow-unused lets it pass"]),
        (["DISK=2"], ["--capacity DISK=2: no task uses 'DISK'; did you mean 'disk'? --allow-unused lets it pass"]),
        (["radar=1"], ["--capacity radar=1: no task uses 'radar'; --allow-unused lets it pass"]),
        (["disk=1", "disk=1"], ["--capacity disk=1: 'disk' is given twice"]),
        (["disk=1", "\uff44isk\u00a0=2"], ["--capacity \uff44isk\\xa0=2: 'disk' is given twice"]),
        (["a\u200bb=1"], ["--capacity a\\u200bb=1: the name must not contain the invisible character U+200B"]),
        (
            ["dsik=2", "camra=1", "disk=4"],
            [
                "--capacity dsik=2: no task uses 'dsik'; did you mean 'disk'? --allow-unused lets it pass",
                "--capacity camra=1: no task uses 'camra'; did you mean 'camera'? --allow-unused lets it pass",
            ],
        ),
    ],
)
def test_capacities_that_mean_nothing_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], units: Sequence[str], lines: Sequence[str]
) -> None:
    options = [word for unit in units for word in ("--capacity", unit)]
    assert told(tmp_path, capsys, *options, tasks=TASKS[:1]) == (2, [f"satselect: {line}" for line in lines])


@pytest.mark.parametrize("unit", ["dsik=2", "radar=0"])
def test_they_pass_if_that_is_wanted(tmp_path: Path, capsys: pytest.CaptureFixture[str], unit: str) -> None:
    assert told(tmp_path, capsys, "--capacity", unit, "--allow-unused", tasks=TASKS[:1]) == (0, [])


def test_without_tasks_there_is_nothing_to_compare_with(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(tmp_path, capsys, "--capacity", "disk=2", tasks=[]) == (0, [])


def test_two_spellings_of_a_name_are_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tasks = [{"name": name, "resources": ["caf\u00e9"], "profit": 1} for name in "ab"]
    assert told(tmp_path, capsys, "--capacity", "cafe\u0301=2", "--json", tasks=tasks) == (0, [])


def test_what_only_looks_like_other_resources_and_satellites_is_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tasks = [
        {"name": str(n), "resources": [name], "profit": 1, "satellites": [at]}
        for n, (name, at) in enumerate([("camera", "sat 1"), ("camera ", "sat\u00a01"), ("\uff43amera", "sat  1")])
    ]
    at = {"\uff53at 1": {"camera\u00a0": 2}}
    (tmp_path / "tasks.json").write_text(json.dumps(tasks))
    (tmp_path / "at.json").write_text(json.dumps(at))
    assert main(["select", str(tmp_path / "tasks.json"), "--satellites", str(tmp_path / "at.json"), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["tasks"]) == 2


@pytest.mark.parametrize(
    ("at", "lines"),
    [
        (["sat-1"], ['at.json: must be an object of satellites, like {"sat-1": {"camera": 1}}']),
        (7, ['at.json: must be an object of satellites, like {"sat-1": {"camera": 1}}']),
        ({"sat-1": 1}, ['at.json: /sat-1: must be an object of resource to whole capacity, like {"camera": 1}']),
        (
            {"sat-1": {"camera": -1, "disk": "2"}, "sat-2": {"camera": True, "disk": 1.0}},
            [
                "at.json: /sat-1/camera: must be at least 0, not -1",
                'at.json: /sat-1/disk: must be a whole number, not "2"',
                "at.json: /sat-2/camera: must be a whole number, not true",
                "at.json: /sat-2/disk: must be a whole number, not 1.0",
            ],
        ),
        ({"sat-1": {"caf\u00e9": 1, "cafe\u0301": 2}}, ["at.json: /sat-1: names the same one twice"]),
        ({"caf\u00e9": {}, "cafe\u0301": {}}, ["at.json: names the same one twice"]),
        (b"\xff\xfe[\0]\0", ["at.json: not UTF-8 at byte 0"]),
        (b" \n", ["at.json: is empty"]),
        (
            {"sat-l": {"camera": 1, "disk": 1}},
            [
                "tasks.json: /0/satellites/0: there is no satellite 'sat-1'; did you mean 'sat-l'?",
                "tasks.json: /1/satellites/0: there is no satellite 'sat-1'; did you mean 'sat-l'?",
            ],
        ),
        (
            {"sat-1": {"camera": 1, "dsik": 4}},
            ["at.json: /sat-1/dsik: no task uses 'dsik'; did you mean 'disk'? --allow-unused lets it pass"],
        ),
    ],
)
def test_wrong_satellites_are_told_with_their_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], at: object, lines: Sequence[str]
) -> None:
    assert told(tmp_path, capsys, *AT, tasks=PLAIN, at=at) == (2, list(lines))


@pytest.mark.parametrize(
    "at",
    [
        {"sat-1": {"camera": 1, "disk": 1, "radar": 3}},  # like nothing that is wanted
        {"sat-1": {"camera": 1, "disk": 1, "disk 2": 1}},  # like what it has besides
        {"sat-1": {}},
    ],
)
def test_a_satellite_may_have_what_nobody_wants(tmp_path: Path, capsys: pytest.CaptureFixture[str], at: object) -> None:
    assert told(tmp_path, capsys, *AT, tasks=PLAIN, at=at) == (0, [])


def test_a_near_name_passes_if_that_is_wanted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    at = {"sat-1": {"camera": 1, "dsik": 4}}
    assert told(tmp_path, capsys, *AT, "--allow-unused", tasks=PLAIN, at=at) == (0, [])


def test_what_is_shared_and_owned_is_told_of_the_option(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = "satselect: --capacity disk: is for what is shared, and satellite 'sat-1' has 'disk' of its own"
    assert told(tmp_path, capsys, *AT, "--capacity", "disk=2", tasks=PLAIN, at=ONE) == (2, [line])


def test_tasks_that_name_satellites_need_some(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    hint = "there is no satellite 'sat-1'; --satellites FILE says what each has"
    assert told(tmp_path, capsys, tasks=TASKS) == (2, [f"tasks.json: /1/satellites/0: {hint}"])


def test_every_fault_of_every_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = [{"name": "", "resources": ["a", "a"], "profit": -1}, *[{"name": "x"}] * 60]
    code, lines = told(tmp_path, capsys, *AT, "--capacity", "a=1", "--capacity", "a=2", tasks=wrong, at=[])
    assert (code, len(lines)) == (2, 1 + 1 + 3 + 2 * 60)
    assert lines[2:6] == [
        "tasks.json: /0/name: must not be blank",
        "tasks.json: /0/resources/1: the same resource twice in one list; give an amount instead",
        "tasks.json: /0/profit: out of range: must be from 0 to 1e12, not -1",
        "tasks.json: /1/resources: is missing",
    ]


@pytest.mark.parametrize("command", ["select", "submit"])
@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("nowhere.json", "nowhere.json: No such file or directory"),
        (".", ".: Is a directory"),
        ("", "'': No such file or directory"),
        ("empty.json", "empty.json: is empty"),
        ("utf16.json", "utf16.json: not UTF-8 at byte 0"),
        ("marked.json", "marked.json: a byte-order mark is not JSON"),
    ],
)
def test_files_that_are_none_are_one_clear_line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    path: str,
    line: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("empty.json").touch()
    Path("utf16.json").write_bytes("[]".encode("utf-16"))
    Path("marked.json").write_bytes("[]".encode("utf-8-sig"))
    code = main([command, path])
    assert (code, capsys.readouterr().err) == (2, f"satselect: {line}\n")


def test_standard_input_is_read_once_and_may_be_closed(tmp_path: Path) -> None:
    both = ["-", "--satellites", "-"]
    assert closed_in(tmp_path, *both) == "satselect: standard input can hold the tasks or the satellites, not both\n"
    assert closed_in(tmp_path, "-") == "satselect: standard input: is closed\n"


def closed_in(folder: Path, *options: str) -> str:
    """What `select` says where standard input is closed."""
    command = 'exec "$0" -m satselect select "$@" <&-'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable, *options],  # noqa: S607
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    return done.stderr
