"""What holds of every plan."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from satselect import Assignment, Opportunity, Pass, Plan, Resource, Slew, Task, TimedTask, plan
from tests.planning.worlds import Small, at, replayed, small

_SEEDS = range(40)


def _moved(problem: Small, by: timedelta) -> tuple[list[Task], dict[str, object]]:
    """The same problem at another time."""
    known: dict[Task, Task] = {}
    for task in (*problem.tasks, *(one.task for one in problem.fixed)):
        known[task] = task
        if isinstance(task, TimedTask):
            spots = [replace(spot, start=spot.start + by, end=spot.end + by) for spot in task.opportunities]
            known[task] = TimedTask(
                task.name,
                task.resources,
                profit=task.profit,
                opportunities=spots,
                duration=task.duration,
                window=task.window and (task.window[0] + by, task.window[1] + by),
                deliver_by=task.deliver_by and task.deliver_by + by,
            )

    def assigned(one: Assignment) -> Assignment:
        spot = one.opportunity and replace(
            one.opportunity, start=one.opportunity.start + by, end=one.opportunity.end + by
        )
        return Assignment(known[one.task], one.satellite, one.start and one.start + by, one.end and one.end + by, spot)

    arguments = problem.arguments() | {
        "passes": [replace(one, start=one.start + by, end=one.end + by) for one in problem.passes],
        "horizon": (at(0) + by, at(problem.length) + by),
        "fixed": [assigned(one) for one in problem.fixed],
        "previous": [assigned(one) for one in problem.previous],
    }
    return [known[task] for task in problem.tasks], arguments


@pytest.mark.parametrize("seed", _SEEDS)
def test_at_another_time_as_much_is_earned(seed: int) -> None:
    problem = small(seed)
    tasks, arguments = _moved(problem, timedelta(days=400, milliseconds=1))
    assert plan(tasks, **arguments).objective == plan(problem.tasks, **problem.arguments()).objective  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", _SEEDS)
def test_another_opportunity_never_lowers_the_optimum(seed: int) -> None:
    problem = small(seed)
    before = plan(problem.tasks, **problem.arguments())
    first = next((task for task in problem.tasks if isinstance(task, TimedTask) and task.opportunities), None)
    if first is None:
        return
    more = Opportunity("sat-0", at(1), at(6), details={"off_nadir": 0.0})
    wider = TimedTask(
        first.name,
        first.resources,
        profit=first.profit,
        opportunities=[*first.opportunities, more],
        duration=first.duration,
        window=first.window,
        deliver_by=first.deliver_by,
    )
    again = [replace(one, task=wider if one.task is first else one.task) for one in problem.previous]
    tasks = [wider if task is first else task for task in problem.tasks]
    after = plan(tasks, **(problem.arguments() | {"previous": again}))
    assert after.objective >= before.objective


@pytest.mark.parametrize("seed", _SEEDS)
def test_what_is_planned_in_two_steps_earns_no_more(seed: int) -> None:
    problem = replace(small(seed), fixed=[], previous=[])
    whole = plan(problem.tasks, **problem.arguments())
    middle = at(problem.length // 2)
    near = [task for task in problem.tasks if isinstance(task, TimedTask)]
    first = plan(near, **(problem.arguments() | {"horizon": (at(0), middle)}))
    facts = [one for one in first.assignments if one.start is not None]
    both = plan(problem.tasks, **(problem.arguments() | {"fixed": facts}))
    assert both.profit <= whole.profit
    assert replayed(problem, both) == []


@pytest.mark.parametrize("seed", _SEEDS)
def test_a_plan_made_again_stays(seed: int) -> None:
    problem = replace(small(seed), fixed=[], previous=[])
    first = plan(problem.tasks, **problem.arguments())
    again = plan(problem.tasks, **(problem.arguments() | {"previous": first.assignments}))
    assert again.profit == first.profit
    assert {(one.task, one.satellite, one.start) for one in again.assignments if one.task.profit} == {
        (one.task, one.satellite, one.start) for one in first.assignments if one.task.profit
    }


@pytest.mark.parametrize("seed", _SEEDS)
def test_break_even_is_where_a_task_comes_in(seed: int) -> None:
    problem = replace(small(seed), fixed=[], previous=[])
    found = plan(problem.tasks, **problem.arguments())
    for task in problem.tasks:
        if isinstance(task, TimedTask) and not any(spot.profit is not None for spot in task.opportunities):
            limit = found.explain(task).break_even
            if limit is None:
                assert not found.explain(task).fits
                continue
            assert (limit <= task.profit) if task in found.tasks else (limit >= task.profit)
            for profit, comes_in in ((limit + 0.5, True), (limit - 0.5, False)):
                if profit >= 0:
                    assert (_with(problem, task, profit).profit > _without(problem, task)) is comes_in


@pytest.mark.parametrize("most", [1e16, 8e16, 2e17])
def test_break_even_is_exact_beside_profits_that_floats_hardly_count(most: float) -> None:
    far, little, more = (
        TimedTask(name, [name[0]], profit=profit, opportunities=[Opportunity("sat-1", at(0), at(60))])
        for name, profit in (("a", most), ("b1", 3), ("b2", 7))
    )
    found = plan([far, little, more], satellites={"sat-1": {"a": 1, "b": 1}})
    assert [found.explain(task).break_even for task in (little, more)] == [7, 3]


def _with(problem: Small, task: TimedTask, profit: float) -> Plan:
    changed = TimedTask(
        task.name,
        task.resources,
        profit=profit,
        opportunities=task.opportunities,
        duration=task.duration,
        window=task.window,
        deliver_by=task.deliver_by,
    )
    return plan([changed if other is task else other for other in problem.tasks], **problem.arguments())


def _without(problem: Small, task: TimedTask) -> float:
    return plan([other for other in problem.tasks if other is not task], **problem.arguments()).profit


def _one_camera(*spans: tuple[float, float], turnaround: float = 0) -> list[str]:
    """Which of tasks with these times are planned together, the first worth most."""
    tasks = [
        TimedTask(f"{i}", ["camera"], profit=10 - i, opportunities=[Opportunity("sat", at(start), at(end))])
        for i, (start, end) in enumerate(spans)
    ]
    found = plan(tasks, satellites={"sat": {"camera": Resource(turnaround=turnaround)}})
    return sorted(one.task.name for one in found.assignments)


def test_intervals_are_half_open() -> None:
    assert _one_camera((0, 10), (10, 20)) == ["0", "1"]
    assert _one_camera((0, 10), (9.999, 20)) == ["0"]


def test_a_turnaround_prolongs_the_first() -> None:
    assert _one_camera((0, 10), (12, 20), turnaround=2) == ["0", "1"]
    assert _one_camera((0, 10), (11.999, 20), turnaround=2) == ["0"]


def test_an_instant_conflicts_strictly_inside_and_not_at_an_edge() -> None:
    assert _one_camera((0, 10), (5, 5)) == ["0"]
    assert _one_camera((0, 10), (0, 0), (10, 10)) == ["0", "1", "2"]
    assert _one_camera((5, 5), (5, 5)) == ["0", "1"]


def test_nothing_is_a_millisecond_outside() -> None:
    start, end = at(0) + timedelta(microseconds=300), at(60) - timedelta(microseconds=300)
    task = TimedTask("t", ["camera"], profit=1, duration=40.0001, opportunities=[Opportunity("sat", start, end)])
    found = plan([task], horizon=(at(-5) + timedelta(microseconds=7), at(100)))
    one = found.assignments[0]
    assert one.start is not None
    assert one.end is not None
    assert start <= one.start < one.end <= end
    assert one.end - one.start >= timedelta(seconds=40.0001)


def test_a_reservoir_is_drained_by_what_has_ended_before_a_pass() -> None:
    disk = {"sat": {"disk": Resource(1, kind="reservoir")}}
    passes = [Pass("sat", at(10), at(20), "Kiruna", {"disk": 1})]

    def names(*spans: tuple[float, float]) -> list[str]:
        tasks = [
            TimedTask(f"{i}", ["disk"], profit=10 - i, opportunities=[Opportunity("sat", at(start), at(end))])
            for i, (start, end) in enumerate(spans)
        ]
        return sorted(one.task.name for one in plan(tasks, satellites=disk, passes=passes).assignments)

    assert names((0, 10), (20, 25)) == ["0", "1"]
    assert names((0, 10), (19, 25)) == ["0"]
    assert names((0, 11), (20, 25)) == ["0"]


@pytest.mark.parametrize("seed", range(60))
def test_who_holds_a_reservoir_is_in_the_way_without_the_others(seed: int) -> None:
    """And only those are told who write before all has left, or would with the task in question."""
    random = Random(seed)
    disk = {"sat": {"disk": Resource(random.randint(2, 5), kind="reservoir", level=random.randint(0, 2))}}
    passes = [
        Pass("sat", at(a), at(a + random.randint(1, 9)), "Kiruna", {"disk": random.randint(1, 4)})
        for a in random.sample(range(100), 6)
    ]
    tasks = []
    for number in range(14):
        start = random.randint(0, 95)
        spots = [Opportunity("sat", at(start), at(start + random.randint(1, 5)))]
        uses = {"disk": random.randint(1, 2)}
        tasks.append(TimedTask(f"{number}", uses, profit=random.randint(1, 9), opportunities=spots))
    found = plan(tasks, satellites=disk, passes=passes, horizon=(at(0), at(110)))
    assert found.status == "optimal"
    for task in tasks:
        told = found.explain(task)
        if told.assignment or not told.fits:
            continue
        named = {one.task for one in told.displaced_by}
        assert named, "who fits was displaced by somebody"
        beside = [one for one in found.assignments if one.task in named]
        again = plan([task], satellites=disk, passes=passes, horizon=(at(0), at(110)), fixed=beside)
        assert task not in {one.task for one in again.assignments if not one.is_fixed}


def test_what_has_left_a_reservoir_holds_nothing_of_it() -> None:
    disk = {"sat": {"disk": Resource(1, kind="reservoir")}}
    passes = [Pass("sat", at(a), at(a + 5), "Kiruna", {"disk": 2}) for a in (10, 40, 70)]
    spans = ((0, 5), (20, 30), (60, 65), (24, 34))
    tasks = [
        TimedTask(f"{i}", ["disk"], profit=10 - i, opportunities=[Opportunity("sat", at(start), at(end))])
        for i, (start, end) in enumerate(spans)
    ]
    told = plan(tasks, satellites=disk, passes=passes).explain(tasks[3])
    assert [one.task.name for one in told.displaced_by] == ["1"]


def test_a_pass_inside_another_takes_and_frees_when_that_one_does() -> None:
    disk = {"sat": {"disk": Resource(2, kind="reservoir")}}
    passes = [Pass("sat", at(10), at(20), "Kiruna", {"disk": 1}), Pass("sat", at(12), at(14), "Vardo", {"disk": 1})]

    def chosen(*spans: tuple[float, float]) -> list[str]:
        tasks = [
            TimedTask(f"{i}", ["disk"], profit=10 - i, opportunities=[Opportunity("sat", at(start), at(end))])
            for i, (start, end) in enumerate(spans)
        ]
        return sorted(one.task.name for one in plan(tasks, satellites=disk, passes=passes).assignments)

    assert chosen((0, 5), (5, 10), (20, 25), (25, 30)) == ["0", "1", "2", "3"]
    assert chosen((0, 5), (5, 10), (15, 25), (25, 30)) == ["0", "1", "3"]  # the room is not free before 20
    assert chosen((0, 5), (5, 11), (20, 25), (25, 30)) == ["0", "1", "2"]  # what ends after 10 stays


def test_a_second_resource_that_stays_busy_longer_counts() -> None:
    spans = {"a": (0, 10), "b": (11, 20), "c": (30, 40)}
    tasks = [
        TimedTask(
            name,
            ["camera", *(["power"] if name != "c" else [])],
            profit=1,
            opportunities=[Opportunity("sat", at(a), at(b))],
        )
        for name, (a, b) in spans.items()
    ]
    found = plan(tasks, satellites={"sat": {"camera": Resource(), "power": Resource(turnaround=5)}})
    assert len(found.assignments) == 2


def test_a_start_is_tried_at_which_turnaround_and_transition_are_just_over() -> None:
    first = TimedTask(
        "a", ["camera"], profit=1, opportunities=[Opportunity("sat", at(0), at(10), details={"off_nadir": 0.0})]
    )
    spot = Opportunity("sat", at(0), at(25), details={"off_nadir": 0.0})
    other = TimedTask("b", ["camera"], profit=1, duration=10, opportunities=[spot])
    owned = {"sat": {"camera": Resource(turnaround=3)}}
    found = plan([first, other], satellites=owned, transition={"camera": Slew(1, settle=2)})
    assert [one.start for one in found.assignments] == [at(0), at(15)]


def test_a_pass_that_ends_when_something_is_due_delivers_it() -> None:
    spot = Opportunity("a", at(0), at(4))
    task = TimedTask("t", {"disk": 1}, profit=1, opportunities=[spot], deliver_by=at(8))
    disk = {"a": {"disk": Resource(1, kind="reservoir")}}
    for end, earned in ((8, 1), (9, 0)):
        contacts = [Pass("a", at(4), at(end), "Kiruna", {"disk": 1})]
        found = plan([task], satellites=disk, passes=contacts, horizon=(at(0), at(10)))
        assert found.profit == earned
