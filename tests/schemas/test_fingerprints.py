import json
import os
import subprocess
import sys
from typing import Any

import pytest

from satselect.schemas.fingerprints import fingerprint_of
from satselect.schemas.limits import Limits
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
    TASK | {"deadline": "2126-01-31T12:00:00.000001Z"},
    TASK | {"name": "Caf\u00e9"},
    TASK | {"max_attempts": 2},
    TASK | {"reference": "1"},
    TASK | {"payload": {"a": None, "b": [2.5, 1]}},
    TASK | {"payload": {"a": None, "b": ["1", 2.5]}},
    TASK | {"payload": {"a": None, "b": [True, 2.5]}},
    TASK | {"payload": None},
]


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
        "import json;from satselect.schemas.fingerprints import fingerprint_of;"
        "from satselect.schemas.limits import Limits;from satselect.schemas.tasks import read_tasks;"
        f"print(fingerprint_of('POST /api/tasks', read_tasks({json.dumps([TASK]).encode()!r}, Limits())))"
    )
    environments = [{**os.environ, "PYTHONHASHSEED": seed} for seed in ("1", "2")]
    made = {subprocess.check_output([sys.executable, "-c", code], env=each, text=True).strip() for each in environments}
    assert made == {digest(TASK)}
