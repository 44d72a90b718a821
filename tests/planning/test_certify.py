"""What is played through before it becomes a plan: whatever can't be true is refused, and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from random import Random

import pytest

from satselect import Assignment, Modes, Opportunity, Pass, Resource, TimedTask
from satselect.engine.planning.certify import check_plan
from satselect.engine.planning.problem import STAY, PlanProblem, problem_of
from satselect.engine.problem.errors import CertificateError
from tests.planning.simulator import faults
from tests.planning.worlds import Small, at, small


def _asked(problem: Small) -> PlanProblem:
    given = problem.arguments()
    names = ("capacities", "satellites", "passes", "horizon", "fixed", "previous")
    capacities, satellites, passes, horizon, fixed, previous = (given[name] for name in names)
    transition = given["transition"]
    return problem_of(
        problem.tasks, capacities, satellites, passes, horizon, fixed, previous, STAY, None, transition
    )  # fmt: skip


def _is_refused(problem: PlanProblem, *assignments: Assignment, worth: int = 0, limit: int = 0) -> bool:
    try:
        check_plan(problem, assignments, Fraction(worth), Fraction(limit))
    except CertificateError:
        return True
    return False


def _drawn(problem: Small, random: Random) -> list[Assignment]:
    """The facts, and up to five tasks, each at any time at which it could run alone."""
    tasks = random.sample(problem.tasks, min(len(problem.tasks), random.randint(1, 5)))
    places = ([one for one, _ in problem.alternatives(task)] for task in tasks)
    return [*problem.fixed, *(random.choice(some) for some in places if some)]


@pytest.mark.parametrize("block", range(0, 120, 30))
def test_what_is_drawn_is_refused_where_the_simulator_finds_a_fault(block: int) -> None:
    said = {True: 0, False: 0}
    for seed in range(block, block + 30):
        problem, random = small(seed), Random(seed)
        asked, world = _asked(problem), problem.world()
        for _ in range(40):
            chosen = _drawn(problem, random)
            is_wrong = any(faults(world, [problem.run(one) for one in chosen]))
            assert _is_refused(asked, *chosen) == is_wrong, (seed, chosen)
            said[is_wrong] += 1
    assert min(said.values()) > 200


SPOT = Opportunity("sat", at(10), at(30), details={"mode": "a"})
TASK = TimedTask("t", ["camera"], profit=1, opportunities=[SPOT], duration=5, window=(at(12), at(25)))
OTHER = Opportunity("sat", at(10), at(30), details={"mode": "b"})
PLACED = Assignment(TASK, "sat", at(12), at(17), SPOT)
"""As early as it may run, and for as long as it has to."""


def _of(*tasks: TimedTask, fixed: list[Assignment] | None = None, **more: object) -> PlanProblem:
    owned = {"sat": {"camera": 1}, "other": {"camera": 1}}
    horizon, transition = more.get("horizon", (at(0), at(60))), more.get("transition")
    return problem_of(tasks, None, owned, (), horizon, fixed or [], (), STAY, None, transition)  # type: ignore[arg-type]


def test_what_lies_in_its_opportunity_and_its_window_passes() -> None:
    assert not _is_refused(_of(TASK), PLACED)
    assert not _is_refused(_of(TASK), replace(PLACED, start=at(20), end=at(25)))
    assert not _is_refused(_of(TASK, horizon=(at(12), at(17))), PLACED)


MS = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    "wrong",
    [
        replace(PLACED, start=at(12) - MS),
        replace(PLACED, start=at(20), end=at(25) + MS),
        replace(PLACED, end=at(17) - MS),
        replace(PLACED, satellite="other"),
        replace(PLACED, opportunity=None),
        replace(PLACED, start=None),
        replace(PLACED, end=None),
        replace(PLACED, opportunity=replace(SPOT)),
        replace(PLACED, opportunity=OTHER),
    ],
    ids=["early", "late", "short", "elsewhere", "nowhere", "no-start", "no-end", "equal", "another"],
)
def test_what_lies_outside_or_is_too_short_is_refused(wrong: Assignment) -> None:
    assert _is_refused(_of(TASK), wrong)


@pytest.mark.parametrize("horizon", [(at(12) + MS, at(60)), (at(0), at(17) - MS)])
def test_what_lies_outside_of_the_horizon_is_refused(horizon: object) -> None:
    assert _is_refused(_of(TASK, horizon=horizon), PLACED)


@pytest.mark.parametrize(("start", "end"), [(9, 20), (20, 31)])
def test_without_a_window_the_opportunity_counts(start: int, end: int) -> None:
    task = TimedTask("t", ["camera"], profit=1, opportunities=[SPOT])
    assert not _is_refused(_of(task), Assignment(task, "sat", at(10), at(30), SPOT))
    assert _is_refused(_of(task), Assignment(task, "sat", at(start), at(end), SPOT))


def test_facts_are_where_they_are() -> None:
    fact = replace(PLACED, start=at(1), end=at(2), is_fixed=True)
    assert not _is_refused(_of(TASK, fixed=[fact]), fact)


def test_a_task_that_is_planned_twice_is_refused() -> None:
    assert _is_refused(_of(TASK), PLACED, replace(PLACED, start=at(17), end=at(22)))


def test_a_plan_that_earns_more_than_its_bound_is_refused() -> None:
    assert not _is_refused(_of(TASK), PLACED, worth=1, limit=1)
    assert _is_refused(_of(TASK), PLACED, worth=2, limit=1)


def _instants(modes: str) -> Iterator[Assignment]:
    for name, mode in enumerate(modes):
        spot = Opportunity("sat", at(5), at(5), details={"mode": mode})
        task = TimedTask(f"{name}", ["camera"], profit=1, opportunities=[spot])
        yield Assignment(task, "sat", at(5), at(5), spot)


@pytest.mark.parametrize("modes", ["ab", "ba", "abc", "bca", "cab", "cba"])
def test_instants_at_one_moment_pass_in_the_one_order_that_takes_no_time(modes: str) -> None:
    """From c to b to a it takes none."""
    one_way = {"a": {"a": 0, "b": 5, "c": 5}, "b": {"a": 0, "b": 0, "c": 5}, "c": {"a": 0, "b": 0, "c": 0}}
    apart = {one: {other: 0 if one == other else 5 for other in one_way} for one in one_way}
    chosen = list(_instants(modes))
    tasks = [one.task for one in chosen]
    assert not _is_refused(_of(*tasks, transition={"camera": Modes(one_way)}), *chosen)  # type: ignore[arg-type]
    assert _is_refused(_of(*tasks, transition={"camera": Modes(apart)}), *chosen)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("due", "ends", "is_refused"),
    [
        ((20, 20), 20, False),
        ((20, 20), 21, True),
        ((10, 20), 20, False),
        ((20, 10), 20, False),
        ((10, 10), 20, True),
    ],
)
def test_what_is_due_first_leaves_first_and_a_pass_delivers_when_it_ends(
    due: tuple[int, int], ends: int, is_refused: bool
) -> None:
    """Two that a pass after the other takes with it, one each."""
    spot = Opportunity("sat", at(0), at(4))
    tasks = [TimedTask(f"{i}", ["disk"], profit=1, opportunities=[spot], deliver_by=at(due[i])) for i in range(2)]
    chosen = [Assignment(task, "sat", at(0), at(4), spot) for task in tasks]
    passes = [Pass("sat", at(a), at(b), "Kiruna", {"disk": 1}) for a, b in ((5, 8), (15, ends))]
    disk = {"sat": {"disk": Resource(2, kind="reservoir")}}
    problem = problem_of(tasks, None, disk, passes, (at(0), at(60)), [], [], STAY, None, None)
    assert _is_refused(problem, *chosen) is is_refused
