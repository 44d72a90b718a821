import json

import pytest

from satselect.schemas.changes import TASK_PATCH
from satselect.schemas.faults import SHOWN_FAULTS, InvalidError
from satselect.schemas.limits import Limits
from satselect.schemas.tasks import NewTask, QuickTask, read_tasks
from satselect.schemas.validation import validate


def read(**fields: object) -> NewTask:
    body = json.dumps([{"name": "a", "resources": [], "profit": 1} | fields]).encode()
    (task,) = read_tasks(body, Limits())
    return task


def test_a_list_of_names_means_one_unit_each() -> None:
    assert read(resources=["disk", "camera"]).resources == {"disk": 1, "camera": 1}


def test_amounts_are_written_as_they_are_understood() -> None:
    ones = QuickTask.model_construct(name="a", resources={"disk": 1}, profit=9)
    more = QuickTask.model_construct(name="a", resources={"disk": 2}, profit=9.5)
    assert ones.model_dump_json() == '{"name":"a","resources":["disk"],"profit":9}'
    assert more.model_dump_json() == '{"name":"a","resources":{"disk":2},"profit":9.5}'


@pytest.mark.parametrize("written", ["2026-01-31T13:00:00+01:00", "2026-01-31t12:00:00z", "2026-01-31T12:00:00.000Z"])
def test_times_are_read_as_utc(written: str) -> None:
    deadline = read(deadline=written).deadline
    assert deadline is not None
    assert deadline.isoformat() == "2026-01-31T12:00:00+00:00"


@pytest.mark.parametrize("name", ["capture for client 1098", "Ω 观测", "a" * 200, "e\u0301" * 200, "🛰"])
def test_visible_names_are_taken(name: str) -> None:
    assert read(name=name).name


@pytest.mark.parametrize("digits", [13, 308, 309, 400])
def test_a_profit_of_many_digits_is_out_of_range(digits: int) -> None:
    with pytest.raises(InvalidError, match="/0/profit: out of range"):
        read(profit=10**digits - 1)


def test_a_profit_that_is_no_number_at_all_is_out_of_range() -> None:
    for value in (10**401, float("inf"), float("nan")):
        with pytest.raises(InvalidError, match="out of range"):
            validate(TASK_PATCH, {"profit": value})


@pytest.mark.parametrize("character", ["\n", "\x7f", "\u200d", "\u2066", "\ufeff", "\u2028", "\U000e0041", "\udfff"])
def test_invisible_characters_are_refused(character: str) -> None:
    with pytest.raises(InvalidError, match=f"U\\+{ord(character):04X}"):
        read(name=f"a{character}b")


def test_the_first_faults_are_shown_and_all_are_counted() -> None:
    with pytest.raises(InvalidError) as caught:
        read_tasks(json.dumps([1] * 500).encode(), Limits())
    assert (len(caught.value.faults), caught.value.count) == (SHOWN_FAULTS, 500)


def test_a_fault_says_its_place() -> None:
    with pytest.raises(InvalidError) as caught:
        read(resources={"a/b~c": 0})
    assert caught.value.faults[0].pointer == "/0/resources/a~1b~0c"
