"""What the buffer earns is what a fresh selection earns, whatever came and went."""

from random import Random

import pytest

from satselect import Buffer, InvalidTaskError, Task, select
from satselect.engine.buffer import near_columns as columns
from tests.engine.problems import random_problem
from tests.engine.referees import worth
from tests.engine.test_interrupted import LOOKS, ends_after


@pytest.mark.parametrize("seed", range(60))
def test_it_earns_what_a_fresh_selection_earns(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = Random(seed)
    # So few near columns that far ones have to come near again.
    monkeypatch.setattr(columns, "_NEAR_PER_RESOURCE", rng.choice([1, 2, 40]))
    monkeypatch.setattr(columns, "_LEAST_NEAR", rng.choice([2, 5, 200]))
    monkeypatch.setattr(columns, "_CROWDED", rng.choice([1, 4]))
    some = random_problem(
        seed, tasks=rng.choice([5, 20, 60]), resources=rng.randint(3, 8), satellites=rng.choice([0, 0, 0, 2])
    )
    buffer, outside, inside = Buffer(some.capacities, some.satellites), list(some.tasks), list[Task]()
    for _ in range(12):
        for _ in range(rng.randint(0, 12)):
            if outside and (not inside or rng.random() < 0.6):
                inside.append(outside.pop())
                buffer.add(inside[-1])
            elif inside:
                outside.append(inside.pop(rng.randrange(len(inside))))
                buffer.remove(outside[-1])
        kept = buffer.select()
        fresh = select(inside, capacities=some.capacities, satellites=some.satellites)
        assert worth(kept.tasks) == worth(fresh.tasks)
        assert kept.status == fresh.status
        assert {*kept.tasks, *kept.buffered} == set(inside)
        assert len(buffer) == len(inside)
        if rng.random() < 0.5:
            for task in kept.tasks:
                buffer.remove(task)
                inside.remove(task)


def test_far_columns_exist_and_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "_NEAR_PER_RESOURCE", 5)
    monkeypatch.setattr(columns, "_LEAST_NEAR", 5)
    rng = Random(1)
    names = [f"r{i}" for i in range(8)]
    tasks = [Task(f"task {i}", rng.sample(names, rng.randint(1, 4)), profit=rng.randint(1, 999)) for i in range(3000)]
    buffer = Buffer(dict.fromkeys(names, 2))
    for task in tasks:
        buffer.add(task)
    first = buffer.select()
    assert buffer._columns.has_far
    assert worth(first.tasks) == worth(select(tasks, capacities=dict.fromkeys(names, 2)).tasks)
    assert worth(buffer.select().tasks) == worth(first.tasks)


@pytest.mark.parametrize("seed", [*range(40), 95, 191])
def test_far_columns_may_use_what_near_ones_can_not_use_up(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Amounts of two leave a unit of three, five or seven; it has a price, and others may take it."""
    monkeypatch.setattr(columns, "_NEAR_PER_RESOURCE", 1)
    monkeypatch.setattr(columns, "_LEAST_NEAR", 2)
    monkeypatch.setattr(columns, "_CROWDED", 1)
    rng = Random(seed)
    names = ["a", "b", "c"][: rng.choice([1, 2, 3])]
    capacities = {name: rng.choice([3, 5, 7]) for name in names}

    def some() -> list[str]:
        return rng.sample(names, rng.randint(1, len(names)))

    tasks = [Task(f"two {i}", dict.fromkeys(some(), 2), profit=rng.randint(50, 99)) for i in range(45)]
    odd = [{name: rng.choice([1, 3]) for name in some()} for _ in range(20)]
    tasks += [Task(f"odd {i}", amounts, profit=rng.randint(1, 40)) for i, amounts in enumerate(odd)]
    buffer = Buffer(capacities)
    for task in tasks:
        buffer.add(task)
    for _ in range(4):
        kept = buffer.select()
        assert worth(kept.tasks) == worth(select(list(buffer), capacities=capacities).tasks)
        for task in kept.tasks:
            buffer.remove(task)


@pytest.mark.parametrize("seed", range(60))
def test_wherever_it_ends_its_bound_holds_for_far_columns_too(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = Random(seed)
    monkeypatch.setattr(columns, "_NEAR_PER_RESOURCE", rng.choice([1, 2]))
    monkeypatch.setattr(columns, "_LEAST_NEAR", rng.choice([2, 5]))
    monkeypatch.setattr(columns, "_CROWDED", 1)
    some = random_problem(seed, tasks=60, resources=rng.randint(3, 8), satellites=rng.choice([0, 0, 2]))
    buffer = Buffer(some.capacities, some.satellites)
    for task in some.tasks:
        buffer.add(task)
    buffer.select()
    for task in rng.sample(list(buffer), 25):  # prices fall
        buffer.remove(task)
    most = worth(select(list(buffer), capacities=some.capacities, satellites=some.satellites).tasks)
    for looks in LOOKS:
        selection = buffer._selected(ends_after(looks))
        assert worth(selection.tasks) <= most
        assert selection.bound is not None
        assert float(most) <= selection.bound


def test_selecting_leaves_it_as_it_is() -> None:
    buffer = Buffer()
    tasks = [Task("one", ["disk"], profit=1), Task("two", ["disk"], profit=2)]
    for task in tasks:
        buffer.add(task)
    assert list(buffer.select().tasks) == [tasks[1]]
    assert list(buffer) == tasks
    assert tasks[0] in buffer


def test_of_equal_tasks_the_one_added_first_is_selected() -> None:
    buffer = Buffer()
    equals = [Task(f"task {i}", ["disk"], profit=1) for i in range(3)]
    for task in equals:
        buffer.add(task)
    assert list(buffer.select().tasks) == equals[:1]
    buffer.remove(equals[0])
    buffer.add(equals[0])
    assert list(buffer.select().tasks) == equals[1:2]


def test_a_task_is_there_once() -> None:
    buffer, task = Buffer(), Task("one", ["disk"], profit=1)
    buffer.add(task)
    with pytest.raises(InvalidTaskError):
        buffer.add(task)


def test_who_is_not_there_can_not_leave() -> None:
    with pytest.raises(KeyError):
        Buffer().remove(Task("one", ["disk"], profit=1))


def test_a_satellite_that_is_not_there_is_refused() -> None:
    with pytest.raises(InvalidTaskError):
        Buffer(satellites={"a": {"disk": 1}}).add(Task("one", ["disk"], profit=1, satellites=["b"]))


def test_a_part_that_only_looks_the_same_is_solved_again() -> None:
    rng = Random(2)
    names = [f"r{i}" for i in range(12)]
    tasks = [Task(f"task {i}", rng.sample(names, 3), profit=rng.randint(100, 999)) for i in range(60)]
    buffer = Buffer()
    for task in tasks:
        buffer.add(task)
    buffer.select()
    for _ in range(20):
        buffer.remove(tasks.pop(0))
        tasks.append(Task("newcomer", rng.sample(names, 3), profit=rng.randint(100, 999)))
        buffer.add(tasks[-1])
        assert worth(buffer.select().tasks) == worth(select(tasks).tasks)
