"""What compiled code reads of tasks is what they say."""

import pickle
from enum import StrEnum

from hypothesis import given
from hypothesis import strategies as st

from satselect import Task, select
from satselect.engine.problem.signatures import signatures_of

_AMOUNTS = st.dictionaries(st.sampled_from([f"r{i}" for i in range(6)]), st.sampled_from([1, 1, 2, 10**12]))


@given(st.lists(st.tuples(_AMOUNTS, st.floats(0, 1e300)), max_size=20))
def test_every_task_has_the_row_and_the_profit_that_it_was_given(
    given_tasks: list[tuple[dict[str, int], float]],
) -> None:
    found = signatures_of([Task("task", amounts, profit=profit) for amounts, profit in given_tasks])
    rows = found.rows
    uses = [
        {found.names[r]: a for r, a in zip(rows.resources[s:e].tolist(), rows.amounts[s:e].tolist(), strict=True)}
        for s, e in zip(rows.starts[:-1], rows.starts[1:], strict=True)
    ]
    assert [uses[signature] for signature in found.of_task] == [amounts for amounts, _ in given_tasks]
    assert found.profits.tolist() == [profit for _, profit in given_tasks]


@given(st.lists(_AMOUNTS, max_size=20))
def test_each_signature_is_there_once_and_numbered_as_it_first_occurs(uses: list[dict[str, int]]) -> None:
    found = signatures_of([Task("task", dict(reversed(one.items())), profit=1) for one in uses])
    different = list({frozenset(one.items()): None for one in uses})
    assert len(found.rows) == len(different)
    assert found.of_task.tolist() == [different.index(frozenset(one.items())) for one in uses]


def test_the_order_in_which_resources_are_named_makes_no_other_signature() -> None:
    names = [f"r{i}" for i in range(6)]
    orders = [names, names[::-1], names[3:] + names[:3]]
    tasks = [Task("task", {name: 1 + int(name[1:]) for name in order}, profit=1) for order in orders]
    assert signatures_of(tasks).of_task.tolist() == [0, 0, 0]


def test_resources_are_numbered_as_they_first_occur_however_many_there_are() -> None:
    names = [f"resource {i * 7919 % 5000}" for i in range(5000)]
    tasks = [Task("task", names[i : i + 3], profit=1) for i in range(0, 4998, 2)]
    assert signatures_of(tasks).names == names[:4999]


def test_equal_names_are_one_resource_wherever_they_come_from() -> None:
    class Owned(StrEnum):
        CAMERA = "camera"

    names = ["camera", "".join(["cam", "era"]), Owned.CAMERA]
    tasks = [Task("task", [name], profit=1) for name in names]
    tasks.append(pickle.loads(pickle.dumps(tasks[0])))  # noqa: S301 - our own
    assert signatures_of(tasks).of_task.tolist() == [0, 0, 0, 0]
    assert len(select(tasks).tasks) == 1


def test_a_task_shows_what_it_was_made_of() -> None:
    task = Task("capture", {"camera": 2}, profit=9.2, satellites=["a"])
    assert repr(task) == "Task('capture', {'camera': 2}, profit=9.2, satellites=('a',))"
