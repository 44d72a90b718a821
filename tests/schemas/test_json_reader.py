import json
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satselect.schemas.fields.limits import Limits
from satselect.schemas.reading.faults import Fault, InputError, MalformedError, TooLargeError
from satselect.schemas.reading.json_reader import read_json
from satselect.schemas.tasks import NewTask, read_tasks

LIMITS = Limits()

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)
almost_tasks = st.lists(
    st.dictionaries(
        st.sampled_from(["name", "resources", "profit", "not_before", "deadline", "reference", "payload", "x"]),
        json_values | st.sampled_from(["2026-01-01T00:00:00Z", ["camera"], {"disk": 2}, 9.2, "a\0", "\ud800"]),
    ),
    max_size=4,
)


@given(json_values)
def test_what_json_writes_is_read_back(value: object) -> None:
    assert read_json(json.dumps(value).encode(), LIMITS) == value


@given(st.binary())
def test_any_bytes_give_tasks_or_faults(body: bytes) -> None:
    assert_tasks_or_faults(body)


@given(st.text(st.sampled_from('[]{}",:\\u00d8 0123456789.eE+-truefalsn')))
def test_anything_made_of_json_characters_gives_tasks_or_faults(text: str) -> None:
    assert_tasks_or_faults(text.encode())


@given(almost_tasks)
def test_anything_like_tasks_gives_tasks_or_faults(document: list[object]) -> None:
    assert_tasks_or_faults(json.dumps(document).encode())


def assert_tasks_or_faults(body: bytes) -> None:
    found: list[NewTask] | tuple[Fault, ...]
    try:
        found = read_tasks(body, LIMITS)
    except InputError as error:
        found = error.faults or (Fault(""),)
    assert all(isinstance(each, NewTask) or each.detail for each in found)


@pytest.mark.parametrize(
    "hostile",
    [
        b"[" * 1_000_000,
        b'"' * 1_000_001,
        b'"\\' * 500_000,
        b'\\"' * 500_000,
        b'"' + b"\\\\" * 500_000,
        b"{}," * 300_000,
    ],
    ids=["brackets", "quotes", "escapes", "escaped quotes", "backslashes", "pairs"],
)
def test_hostile_bodies_are_refused_in_linear_time(hostile: bytes) -> None:
    begun = process_time()
    with pytest.raises(MalformedError):
        read_json(hostile, LIMITS)
    assert process_time() - begun < 2


def test_depth_counts_brackets_outside_of_text_only() -> None:
    assert read_json(json.dumps(["[" * 99, '\\"[[' * 99]).encode(), Limits(depth=1)) == ["[" * 99, '\\"[[' * 99]
    with pytest.raises(MalformedError):
        read_json(b"[[1]]", Limits(depth=1))


def test_a_body_over_the_limit_is_not_read() -> None:
    with pytest.raises(TooLargeError) as caught:
        read_json(b"  1  ", Limits(body_bytes=4))
    assert caught.value.limit_bytes == 4
