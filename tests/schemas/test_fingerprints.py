import json
import os
import subprocess
import sys
from typing import Any

import pytest

from satselect.schemas.fields.limits import Limits
from satselect.schemas.opportunities import NewOpportunity
from satselect.schemas.planning.plans import NewTimedTask, read_any_tasks
from satselect.schemas.submission.fingerprints import fingerprint_of
from satselect.schemas.tasks import read_tasks

TASK: dict[str, Any] = {
    "name": "caf\u00e9",
    "resources": ["a", "b"],
    "profit": 1,
    "satellites": ["x", "y"],
    "deadline": "2126-01-31T12:00:00Z",
    "payload": {"b": [1, 2.5], "a": None},
}


def digest(*tasks: dict[str, Any], where: str = "POST /api/tasks", indent: int | None = None) -> str:
    return fingerprint_of(where, read_tasks(json.dumps(tasks, indent=indent).encode(), Limits()))


SAME = [
    dict(reversed(TASK.items())),
    TASK | {"resources": ["b", "a"]},
    TASK | {"resources": {"b": 1, "a": 1}},
    TASK | {"profit": 1.0},
    TASK | {"satellites": ["y", "x"]},
    TASK | {"deadline": "2126-01-31T13:00:00.000000000+01:00"},
    TASK | {"name": "cafe\u0301"},
    TASK | {"resources": [" \uff41", "b\u00a0"], "satellites": ["\uff58 ", "y"]},
    TASK | {"max_attempts": 1, "reference": None, "not_before": None},
    TASK | {"payload": {"a": None, "b": [1.0, 2.5]}},
]
OTHER = [
    TASK | {"resources": {"a": 2, "b": 1}},
    TASK | {"resources": ["a"]},
    TASK | {"profit": 1.5},
    TASK | {"satellites": None},
    TASK | {"not_before": "2126-01-30T12:00:00Z"},
    TASK | {"deadline": "2126-01-31T12:00:00.000001Z"},
    TASK | {"name": "Caf\u00e9"},
    TASK | {"max_attempts": 2},
    TASK | {"reference": "1"},
    TASK | {"payload": {"a": None, "b": [2.5, 1]}},
    TASK | {"payload": {"a": None, "b": ["1", 2.5]}},
    TASK | {"payload": {"a": None, "b": [True, 2.5]}},
    TASK | {"payload": None},
]


SPOTS: list[dict[str, Any]] = [
    {"satellite": "x", "from": "2126-01-31T12:00:00Z", "until": "2126-01-31T12:02:00Z", "details": {"off_nadir": 12}},
    {"satellite": "y", "from": "2126-01-31T13:00:00Z", "until": "2126-01-31T13:02:00Z", "profit": 2},
]
TIMED: dict[str, Any] = {
    **{name: value for name, value in TASK.items() if name != "satellites"},
    "opportunities": SPOTS,
    "duration": 40,
    "window": {"from": "2126-01-31T12:00:00Z", "until": "2126-01-31T14:00:00Z"},
    "deliver_by": "2126-01-31T18:00:00Z",
}
POINT: dict[str, Any] = {"geometry": {"type": "Point", "coordinates": [13, 52]}, "conditions": {"side": "left"}}
AIMED: dict[str, Any] = {name: value for name, value in TIMED.items() if name != "opportunities"} | {"target": POINT}
SAME_TARGETS: list[dict[str, Any]] = [
    AIMED | {"target": {"geometry": {"coordinates": [13.0, 52.0], "type": "Point"}, "conditions": {"side": "left"}}},
    AIMED | {"target": POINT | {"swath_km": None, "conditions": {"side": "left", "minimum_elevation": 0}}},
]
OTHER_TARGETS: list[dict[str, Any]] = [
    AIMED | {"target": POINT | {"geometry": {"type": "Point", "coordinates": [13, 52, 1]}}},
    AIMED | {"target": POINT | {"conditions": {"side": "right"}}},
    AIMED | {"target": POINT | {"conditions": {}}},
    AIMED | {"satellites": ["x"]},
]
SAME_IN_TIME: list[dict[str, Any]] = [
    TIMED | {"opportunities": SPOTS[::-1]},
    TIMED | {"duration": 40.0},
    TIMED | {"deliver_by": "2126-01-31T19:00:00+01:00"},
    TIMED | {"opportunities": [SPOTS[0] | {"details": {"off_nadir": 12.0}}, SPOTS[1] | {"details": {}}]},
]
OTHER_IN_TIME: list[dict[str, Any]] = [
    TIMED | {"duration": None},
    TIMED | {"duration": 41},
    TIMED | {"window": None},
    TIMED | {"window": TIMED["window"] | {"until": "2126-01-31T14:00:01Z"}},
    TIMED | {"deliver_by": None},
    TIMED | {"opportunities": SPOTS[:1]},
    TIMED | {"opportunities": []},
    *(
        TIMED | {"opportunities": [SPOTS[0] | change, SPOTS[1]]}
        for change in (
            {"satellite": "z"},
            {"from": "2126-01-31T12:00:00.001Z"},
            {"until": "2126-01-31T12:01:59Z"},
            {"profit": 1},
            {"details": {"off_nadir": 13}},
        )
    ),
]


def digest_in_time(task: dict[str, Any]) -> str:
    return fingerprint_of("POST", read_any_tasks(json.dumps([task]).encode(), Limits()))


@pytest.mark.parametrize("other", SAME_IN_TIME)
def test_what_means_the_same_time_has_one_fingerprint(other: dict[str, Any]) -> None:
    assert digest_in_time(other) == digest_in_time(TIMED)


@pytest.mark.parametrize("other", OTHER_IN_TIME)
def test_another_time_has_another_fingerprint(other: dict[str, Any]) -> None:
    assert digest_in_time(other) != digest_in_time(TIMED)


@pytest.mark.parametrize("other", SAME_TARGETS)
def test_what_means_the_same_target_has_one_fingerprint(other: dict[str, Any]) -> None:
    assert digest_in_time(other) == digest_in_time(AIMED) != digest_in_time(TIMED)


@pytest.mark.parametrize("other", OTHER_TARGETS)
def test_another_target_has_another_fingerprint(other: dict[str, Any]) -> None:
    assert digest_in_time(other) != digest_in_time(AIMED)


def test_each_field_that_is_sent_is_told_apart() -> None:
    """A field that is new has to be among those above, or two that differ in it are taken for the same."""
    pairs = [*((TASK, other) for other in OTHER), *((TIMED, other) for other in OTHER_IN_TIME)]
    pairs += [(AIMED, other) for other in OTHER_TARGETS]
    differ = {name for usual, other in pairs for name in other if other[name] != usual.get(name)}
    assert differ >= {field.alias or name for name, field in NewTimedTask.model_fields.items()}
    spots = {
        name
        for other in OTHER_IN_TIME
        for spot in other["opportunities"][:1]
        for name in spot
        if spot[name] != SPOTS[0].get(name)
    }
    assert spots == {field.alias or name for name, field in NewOpportunity.model_fields.items()}


@pytest.mark.parametrize("other", SAME)
def test_what_means_the_same_has_one_fingerprint(other: dict[str, Any]) -> None:
    assert digest(other) == digest(TASK) == digest(TASK, indent=2)


@pytest.mark.parametrize("other", OTHER)
def test_what_means_something_else_has_another(other: dict[str, Any]) -> None:
    assert digest(other) != digest(TASK)


def test_the_order_of_tasks_their_number_and_the_place_matter() -> None:
    second = TASK | {"name": "b"}
    made = [digest(TASK), digest(TASK, second), digest(second, TASK), digest(TASK, TASK), digest(), digest(where="x")]
    assert len(set(made)) == 6
    assert {len(each) for each in made} == {64}


def test_every_process_makes_the_same() -> None:
    code = (
        "import json;from satselect.schemas.submission.fingerprints import fingerprint_of;"
        "from satselect.schemas.fields.limits import Limits;from satselect.schemas.tasks import read_tasks;"
        f"print(fingerprint_of('POST /api/tasks', read_tasks({json.dumps([TASK]).encode()!r}, Limits())))"
    )
    environments = [{**os.environ, "PYTHONHASHSEED": seed} for seed in ("1", "2")]
    made = {subprocess.check_output([sys.executable, "-c", code], env=each, text=True).strip() for each in environments}
    assert made == {digest(TASK)}
