import json
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from satselect.cli import main

TASKS = [
    {
        "name": "Berlin, sharp",
        "profit": 9.2,
        "resources": {"camera": 1, "disk": 3},
        "duration": 40,
        "opportunities": [
            {
                "satellite": "sat-1",
                "from": "2026-12-01T10:31:05Z",
                "until": "2026-12-01T10:33:40Z",
                "details": {"off_nadir": 12.5},
            },
            {"satellite": "sat-2", "from": "2026-12-01T12:02:00Z", "until": "2026-12-01T12:03:10Z", "profit": 7.0},
        ],
        "deliver_by": "2026-12-01T18:00:00Z",
    },
    {
        "name": "Paris",
        "profit": 8,
        "resources": ["camera"],
        "duration": 120,
        "opportunities": [{"satellite": "sat-1", "from": "2026-12-01T10:31:00Z", "until": "2026-12-01T10:33:00Z"}],
    },
    {
        "name": "Rome",
        "profit": 1,
        "resources": ["camera"],
        "opportunities": [{"satellite": "sat-1", "from": "2026-12-01T10:32:00Z", "until": "2026-12-01T10:32:30Z"}],
    },
]
OWNED = {"camera": {"units": 1, "turnaround": 5}, "disk": {"units": 4, "kind": "reservoir"}}
SATELLITES = {"sat-1": OWNED, "sat-2": OWNED}
PASSES = [
    {
        "satellite": name,
        "from": "2026-12-01T13:00:00Z",
        "until": "2026-12-01T13:10:00Z",
        "station": "Kiruna",
        "drains": {"disk": 4},
    }
    for name in SATELLITES
]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    written = []
    for name, content in (("tasks", TASKS), ("satellites", SATELLITES), ("passes", PASSES)):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(content))
        written.append(str(path))
    return ["plan", written[0], "--satellites", written[1], "--passes", written[2]]


def _json(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_people_get_a_timetable_with_reasons(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*files, "--explain"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "from                  until                 satellite  profit  task",
        "2026-12-01T10:31:00Z  2026-12-01T10:33:00Z  sat-1      8       Paris",
        "2026-12-01T12:02:00Z  2026-12-01T12:02:40Z  sat-2      7       Berlin, sharp",
        "",
        "2 of 3 tasks earn 15, the most possible: proven by prices.",
        "",
        "not planned  profit  planned from  held by",
        "Rome         1       5.8           Paris (sat-1/camera 10:31:00-10:33:00)",
    ]


@pytest.mark.parametrize("output", [[], ["--json"]])
def test_nobody_holds_what_never_fits(output: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spot = {"satellite": "sat-1", "from": "2026-12-01T10:31:00Z", "until": "2026-12-01T10:33:00Z"}
    tasks = [
        {"name": name, "resources": {"camera": amount}, "profit": profit, "opportunities": [spot]}
        for name, amount, profit in (("held", 1, 1), ("holds", 1, 2), ("never", 2, 3))
    ]
    for name, content in (("tasks", tasks), ("satellites", {"sat-1": {"camera": 1}})):
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    files = ["plan", str(tmp_path / "tasks.json"), "--satellites", str(tmp_path / "satellites.json")]
    assert main([*files, "--explain", *output]) == 0
    if output:
        held, never = _json(capsys)["buffered"]
        assert ([one["name"] for one in held["displaced_by"]], never["displaced_by"]) == (["holds"], [])
    else:
        held, never = capsys.readouterr().out.splitlines()[-2:]
        assert ("holds (" in held, never.endswith("nobody: it never fits")) == (True, True)


def test_programs_get_json(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*files, "--json", "--explain", "--horizon", "3h"]) == 0
    assert _json(capsys) == {
        "assignments": [
            {
                "name": "Paris",
                "resources": ["camera"],
                "profit": 8,
                "satellite": "sat-1",
                "starts": "2026-12-01T10:31:00Z",
                "ends": "2026-12-01T10:33:00Z",
                "is_frozen": False,
            },
            {
                "name": "Berlin, sharp",
                "resources": {"camera": 1, "disk": 3},
                "profit": 7.0,
                "satellite": "sat-2",
                "starts": "2026-12-01T12:02:00Z",
                "ends": "2026-12-01T12:02:40Z",
                "is_frozen": False,
            },
        ],
        "buffered": [
            {
                "name": "Rome",
                "resources": ["camera"],
                "profit": 1,
                "displaced_by": [
                    {
                        "resource": "sat-1/camera",
                        "name": "Paris",
                        "starts": "2026-12-01T10:31:00Z",
                        "ends": "2026-12-01T10:33:00Z",
                    }
                ],
                "break_even_profit": 5.8,
            }
        ],
        "horizon": {"from": "2026-12-01T10:31:00Z", "until": "2026-12-01T13:31:00Z"},
        "step": None,
        "profit": 15.0,
        "bound": 15.0,
        "gap": 0.0,
        "status": "optimal",
        "proof": "duality",
    }


def _modal(*modes: str | None) -> list[dict[str, object]]:
    """Tasks of ten seconds, each 30 seconds after the one before."""
    return [
        {
            "name": f"{place}",
            "profit": 1,
            "resources": ["camera"],
            "opportunities": [
                {
                    "satellite": "sat-1",
                    "from": f"2026-12-01T10:{place // 2:02}:{place % 2 * 30:02}Z",
                    "until": f"2026-12-01T10:{place // 2:02}:{place % 2 * 30 + 10:02}Z",
                    "details": {} if mode is None else {"mode": mode},
                }
            ],
        }
        for place, mode in enumerate(modes)
    ]


def test_changes_of_mode_take_time(files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "transitions.json"
    seconds = {"strip": {"spot": 15}, "spot": {"strip": 15.001}}  # on top of a turnaround of 5
    table.write_text(json.dumps({"camera ": {"detail": "mode", "seconds": seconds}}))
    for modes, count in ((("strip", "spot"), 2), (("spot", "strip"), 1), (("spot", "spot", "spot"), 3)):
        Path(files[1]).write_text(json.dumps(_modal(*modes)))
        assert main([*files, "--json", "--transitions", str(table)]) == 0
        assert len(_json(capsys)["assignments"]) == count


@pytest.mark.parametrize(
    ("transitions", "modes", "options", "words"),
    [
        ({"camera": {"detail": "mode", "seconds": {}}}, ["a"], [], "/camera: seconds names no mode"),
        ({"camera": {"seconds": {"a": {}}}}, ["a"], [], "/camera/detail"),
        ({"camera": {"detail": "mode", "seconds": {"a": {}}}}, ["b"], [], "must be a known mode"),
        ({"camera": {"detail": "mode", "seconds": {"a": {}}}}, [None], [], "must be a known mode"),
        ({"camera": {"detail": "mode", "seconds": {"a": {}}}}, ["a"], ["--slew", "camera=1"], "--slew: 'camera'"),
        (
            {"radar": {"detail": "mode", "seconds": {"a": {}}}},
            ["a"],
            [],
            "transitions.json: transition: must name a resource, not 'radar'",
        ),
        (
            {"camera": {"detail": "mode", "seconds": {"a": {}}}},
            ["a"],
            ["--slew", "radar=1"],
            "--slew: transition: must name a resource, not 'radar'",
        ),
        ({}, ["a"], ["--slew", "camera=1", "--slew", "camera=2"], "--slew: 'camera' is there twice"),
    ],
)
def test_what_is_wrong_with_transitions_is_told(
    transitions: dict[str, object],
    modes: list[str | None],
    options: list[str],
    words: str,
    files: list[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = tmp_path / "transitions.json"
    table.write_text(json.dumps(transitions))
    Path(files[1]).write_text(json.dumps(_modal(*modes)))
    assert main([*files, "--transitions", str(table), *options]) == 2
    assert words in capsys.readouterr().err


def test_the_horizon_is_what_is_planned(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*files, "--json", "--horizon", "1h"]) == 0
    assert {one["name"] for one in _json(capsys)["assignments"]} == {"Berlin, sharp", "Rome"}  # in either order
    assert main([*files, "--json", "--from", "2026-12-01T11:00Z", "--horizon", "0.5d"]) == 0
    assert [one["name"] for one in _json(capsys)["assignments"]] == ["Berlin, sharp"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"duration": 1000}, "/0: the duration is longer than an opportunity"),
        (
            {"window": {"from": "2026-12-01T10:00:00Z", "until": "2026-12-01T09:00:00Z"}},
            "/0/window: until is before from",
        ),
        (
            {"opportunities": [{"satellite": "sat-1", "from": "2026-12-01T10:00:00", "until": "2026-12-01T11:00:00Z"}]},
            "/0/opportunities/0/from",
        ),
        ({"satellites": ["sat-1"]}, "/0: opportunities say which satellites"),
        ({"opportunities": None}, "/0: duration is for a task with opportunities"),
        (
            {
                "opportunities": [
                    {"satellite": "sat-9", "from": "2026-12-01T10:00:00Z", "until": "2026-12-01T11:00:00Z"}
                ]
            },
            "sat-9",
        ),
    ],
)
def test_what_cannot_be_is_told_with_its_place(
    change: dict[str, object], words: str, files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    Path(files[1]).write_text(json.dumps([TASKS[0] | change]))
    assert main(files) == 2
    said = capsys.readouterr().err
    assert said.startswith("satselect: ")
    assert len(said.splitlines()) == 1
    assert words in said


def test_slewing_takes_time(files: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    spots = [("10:00:00Z", "10:00:10Z", 0.0), ("10:00:30Z", "10:00:40Z", 30.0)]
    tasks = [
        {
            "name": f"{angle:g}",
            "profit": 1,
            "resources": ["camera"],
            "opportunities": [
                {
                    "satellite": "sat-1",
                    "from": f"2026-12-01T{start}",
                    "until": f"2026-12-01T{end}",
                    "details": {"off_nadir": angle},
                }
            ],
        }
        for start, end, angle in spots
    ]
    Path(files[1]).write_text(json.dumps(tasks))
    for slew, count in (("camera=2", 2), (" camera = 2, 0", 2), ("camera=2,1", 1), ("camera=1.9", 1)):
        assert main([*files, "--json", "--slew", slew]) == 0
        assert len(_json(capsys)["assignments"]) == count


def test_a_target_is_not_taken_for_a_task_that_asks_for_no_time(
    files: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = {"name": "Oslo", "profit": 3, "resources": ["camera"], "duration": 40}
    (tmp_path / "tasks.json").write_text(
        json.dumps([*TASKS, seen | {"target": {"geometry": {"type": "Point", "coordinates": [10.7, 59.9]}}}])
    )
    assert main(files) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"satselect: {tmp_path}/tasks.json: /3/target: is for a service")


def test_what_is_wrong_with_standard_input_is_told_of_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(b"[]")))
    assert main(["plan", "-"]) == 2
    assert capsys.readouterr().err.startswith("satselect: standard input: horizon: is needed")
