import json

import pytest

from satselect.schemas.fields.folding import folded
from satselect.schemas.fields.limits import Limits
from satselect.schemas.reading.faults import SHOWN_FAULTS, InvalidError
from satselect.schemas.reading.validation import validate
from satselect.schemas.submission.changes import TASK_PATCH
from satselect.schemas.task_answers import QuickTask
from satselect.schemas.tasks import NewTask, read_tasks


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


LOOK_ALIKES = (
    "ground antenna",
    " ground antenna ",
    "ground\u00a0antenna",
    "ground \u2003\u3000antenna",
    "\uff47\uff52\uff4f\uff55\uff4e\uff44 antenna",
    "ground antenna\ufe0f",
    "ground\u3164 antenna",
    "\U0001d420round antenna",
)


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_names_that_look_alike_are_one_resource_and_one_satellite(name: str) -> None:
    for resources in ([name], {name: 1}):
        assert read(resources=resources).resources == {"ground antenna": 1}
    assert read(satellites=[name]).satellites == ["ground antenna"]


@pytest.mark.parametrize("name", ["Ground antenna", "groundantenna", "ground antenn\u00e4", "ground-antenna"])
def test_other_names_are_other_resources(name: str) -> None:
    assert list(read(resources=[name]).resources) == [name]


@pytest.mark.parametrize("name", LOOK_ALIKES[1:])
@pytest.mark.parametrize("field", ["resources", "satellites"])
def test_look_alikes_within_a_task_are_one_name_twice(field: str, name: str) -> None:
    with pytest.raises(InvalidError, match=f"/0/{field}/1: the same .* twice"):
        read(**{field: [LOOK_ALIKES[0], name]})
    with pytest.raises(InvalidError, match="/0/resources: names the same resource twice"):
        read(resources={LOOK_ALIKES[0]: 1, name: 2})


@pytest.mark.parametrize("character", ["\n", "\t", "\u200b", "\u00ad", "\u2060", "\ufeff"])
def test_invisible_characters_make_no_other_resource(character: str) -> None:
    for field in ("resources", "satellites"):
        with pytest.raises(InvalidError, match=f"/0/{field}/0: .*U\\+{ord(character):04X}"):
            read(**{field: [f"antenna{character}"]})


@pytest.mark.parametrize(("name", "why"), [("\u3164", "blank"), ("\ufdfa" * 12, "at most 200")])
def test_what_is_left_of_a_name_is_a_name(name: str, why: str) -> None:
    with pytest.raises(InvalidError, match=f"/0/resources/0: must .*{why}"):
        read(resources=[name])


def test_folding_twice_is_folding_once() -> None:
    every = (chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    assert all(folded(once) == once for each in every if (once := folded(f" a{each}\u0301 ")) is not None)


def test_the_first_faults_are_shown_and_all_are_counted() -> None:
    with pytest.raises(InvalidError) as caught:
        read_tasks(json.dumps([1] * 500).encode(), Limits())
    assert (len(caught.value.faults), caught.value.count) == (SHOWN_FAULTS, 500)


def test_a_fault_says_its_place() -> None:
    with pytest.raises(InvalidError) as caught:
        read(resources={"a/b~c": 0})
    assert caught.value.faults[0].pointer == "/0/resources/a~1b~0c"
