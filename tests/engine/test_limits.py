"""What is asked to stop ends with what it has, and with a bound that holds."""

from random import Random
from threading import Thread
from time import monotonic, process_time

from satselect import Buffer, Selection, Task, select
from satselect.engine.limits import Limits, stopped_by


def hard(seed: int = 1) -> tuple[list[Task], dict[str, int]]:
    random = Random(seed)
    names = [f"r{n}" for n in range(40)]
    tasks = [
        Task(f"{n}", {name: random.randint(1, 7) for name in random.sample(names, 3)}, profit=random.randint(50, 99))
        for n in range(600)
    ]
    return tasks, dict.fromkeys(names, 7)


def check(selection: Selection) -> None:
    assert selection.status == "feasible"
    assert selection.bound is not None
    assert selection.bound > selection.profit > 0


def test_what_is_asked_to_stop_at_once_has_a_selection_with_its_bound() -> None:
    tasks, capacities = hard()
    select(tasks, capacities=capacities, time_limit=0.01)  # what is compiled is compiled
    begun = process_time()
    with stopped_by(lambda: True):
        check(select(tasks, capacities=capacities))
    assert process_time() - begun < 2


def test_it_stops_when_it_is_asked_to_and_not_before() -> None:
    tasks, capacities = hard()
    select(tasks, capacities=capacities, time_limit=0.01)
    begun = monotonic()
    with stopped_by(lambda: monotonic() > begun + 1):
        check(select(tasks, capacities=capacities, time_limit=30))
    assert 1 <= monotonic() - begun < 15


def test_a_buffer_stops_too() -> None:
    tasks, capacities = hard()
    buffer = Buffer(capacities)
    for task in tasks:
        buffer.add(task)
    with stopped_by(lambda: True):
        check(buffer.select())


def test_who_is_inside_stops_with_who_is_outside() -> None:
    asked: list[bool] = []
    with stopped_by(lambda: bool(asked)), stopped_by(lambda: False):
        limits = Limits.within(60)
        assert not limits.is_over()
        asked.append(True)
        assert limits.is_over()
        assert limits.seconds_left() == 0
    assert not Limits.within(60).is_over()


def test_nobody_else_is_stopped() -> None:
    found: list[bool] = []
    with stopped_by(lambda: True):
        other = Thread(target=lambda: found.append(Limits.within(None).is_over()))
        other.start()
        other.join()
    assert found == [False]


def test_where_all_fit_nothing_is_left_to_prove_however_far_profits_are_apart() -> None:
    """Prices near the largest profit are too coarse for the smallest ones: they would prove less than all together."""
    satellites: dict[str, dict[str, int]] = {f"sat-{i}": {} for i in range(5)}
    some = {6.0: ["sat-0", "sat-2", "sat-3", "sat-4"], 3e11: ["sat-0", "sat-1", "sat-3"]}
    profits = (1.0, 0.9, 6.0, 3e11, 9e13, 1e11, 4.0, 4.0)
    tasks = [Task(str(n), ["antenna"], profit=worth, satellites=some.get(worth)) for n, worth in enumerate(profits)]
    found = select(tasks, capacities={"antenna": 26}, satellites=satellites, time_limit=0)
    assert (found.profit, found.bound, found.status) == (90400000000015.9, 90400000000015.9, "optimal")
