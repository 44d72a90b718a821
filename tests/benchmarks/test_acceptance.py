"""The acceptance runner tells right from wrong."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from benchmarks.acceptance import Case, read_cases, run
from benchmarks.doors import Engine, NotYetError, RefusedError, Session, Stateless, Submitted

_CASES = {
    "selection": [
        {
            "id": "small ones win",
            "satellites": 1,
            "input": [
                {"name": "big", "resources": [1, 2], "profit": 0.2},
                {"name": "one", "resources": [1], "profit": 0.1},
                {"name": "two", "resources": [2], "profit": 0.2},
            ],
            "expected_total_profit": 0.3,
            "expected_selected": ["two", "one"],
            "unique_optimum": True,
        }
    ],
    "sequences": [
        {
            "id": "waits",
            "iterations": [
                {
                    "post": [
                        {"name": "a", "resources": ["r"], "profit": 2},
                        {"name": "b", "resources": ["r"], "profit": 1},
                    ],
                    "expect_selected": ["a"],
                    "expect_buffered": ["b"],
                },
                {"post": [], "expect_selected": ["b"], "expect_buffered": []},
            ],
        }
    ],
    "invalid_input": [
        {"id": "negative", "body": [{"name": "a", "resources": [], "profit": -1}]},
        {"id": "broken", "body_raw": "[wrong"},
    ],
}


class Door:
    """A door that answers what it was told to."""

    name = "stand-in"

    def __init__(self, answer: object) -> None:
        self._answer = answer

    @contextmanager
    def session(self, case: str, satellites: int) -> Iterator[Session]:
        yield Stateless(self._select)

    def _select(self, text: str) -> list[Submitted]:
        if isinstance(self._answer, Exception):
            raise self._answer
        tasks: list[Submitted] = json.loads(text) if self._answer == "everything" and text.endswith("]") else []
        return tasks


each_case = pytest.mark.parametrize("case", read_cases(json.dumps(_CASES)), ids=lambda case: case.name)


@each_case
def test_the_engine_passes(case: Case) -> None:
    assert run(case, Engine()) == "ok"


@each_case
@pytest.mark.parametrize("wrong", ["everything", "nothing"])
def test_a_door_that_selects_wrong_or_takes_anything_fails(case: Case, wrong: str) -> None:
    assert run(case, Door(wrong)).startswith("FAILED")


@each_case
def test_a_door_that_refuses_everything_fails_what_is_good(case: Case) -> None:
    assert run(case, Door(RefusedError("no"))).startswith("FAILED: refused")


@each_case
def test_a_door_that_is_not_there_is_not_yet(case: Case) -> None:
    assert run(case, Door(NotYetError("no door"))) == "not yet: no door"


def _names(tasks: Sequence[Submitted]) -> list[str]:
    return [task["name"] for task in tasks]


def test_what_was_not_selected_is_sent_again() -> None:
    with Engine().session("waits", 1) as session:
        first = [{"name": "a", "resources": ["r"], "profit": 2}, {"name": "b", "resources": ["r"], "profit": 1}]
        assert _names(session.submit(first)) == ["a"]
        assert session.buffered() == ["b"]
        assert _names(session.submit([])) == ["b"]
