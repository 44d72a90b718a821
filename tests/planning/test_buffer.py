"""A buffer of timed tasks plans as if it planned afresh, whatever came before."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

import numpy as np
import pytest

from satselect import (
    Assignment,
    InvalidArgumentError,
    InvalidProblemError,
    InvalidTaskError,
    Opportunity,
    Pass,
    Plan,
    PlanBuffer,
    Resource,
    Slew,
    Task,
    TimedTask,
    UnknownTaskError,
    plan,
)
from satselect.engine.limits import Limits
from satselect.engine.paths.again import Start, completed
from satselect.engine.paths.certificate import check_chosen
from satselect.engine.paths.duality import Prices
from satselect.engine.paths.lines import lines_of
from satselect.engine.paths.solve import solve_paths
from satselect.engine.planning import solving
from satselect.engine.relaxation.proof import Proof
from satselect.engine.result.progress import Progress
from tests.engine.proofs import check_bound
from tests.engine.timelines import fits, optimum, random_problem
from tests.planning.brute import best
from tests.planning.worlds import Small, at, replayed, small

_SEEDS = range(40)


@pytest.fixture
def _is_taken_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """However small a problem is, what is known of it is used."""
    monkeypatch.setattr(solving, "_AFRESH", 0)


def _changed(random: Random, problem: Small, waiting: list[Task], buffer: PlanBuffer) -> Small:
    """The problem after a change that the buffer is told, too."""
    change = random.choice(["add", "add", "remove", "roll", "passes", "prefer", "fix"])
    last = buffer.plan().assignments
    if change == "add" and waiting:
        task = waiting.pop()
        buffer.add(task)
        return replace(problem, tasks=[*problem.tasks, task])
    if change == "remove" and problem.tasks:
        task = random.choice(problem.tasks)
        buffer.remove(task)
        return replace(problem, tasks=[other for other in problem.tasks if other is not task])
    if change == "roll":
        length = random.randint(problem.length // 2, problem.length)
        if all(one.end is not None and one.end <= at(length) for one in problem.fixed):
            buffer.roll_to(at(0), at(length))
            return replace(problem, length=length)
    if change == "passes" and not problem.fixed:
        passes = [one for one in problem.passes if random.random() < 0.6]
        buffer.change_passes(passes)
        return replace(problem, passes=passes)
    if change == "prefer":
        buffer.prefer(last)
        return replace(problem, previous=list(last))
    free = [one for one in last if not one.is_fixed and one.start is not None]
    if change == "fix" and free:
        fact = random.choice(free)
        buffer.fix(fact)
        return replace(problem, fixed=[*problem.fixed, replace(fact, is_fixed=True)])
    return problem


def _sequence(seed: int) -> Iterator[tuple[Small, Plan]]:
    """Problems, each a little different from the one before, and what a buffer plans that is told so."""
    random, problem = Random(seed), replace(small(seed), fixed=[], previous=[])
    waiting, problem.tasks = problem.tasks[:3], problem.tasks[3:]
    arguments = problem.arguments()
    buffer = PlanBuffer(arguments.pop("horizon"), **arguments)
    for task in problem.tasks:
        buffer.add(task)
    yield problem, buffer.plan()
    for _ in range(4):
        problem = _changed(random, problem, waiting, buffer)
        yield problem, buffer.plan()


@pytest.mark.usefixtures("_is_taken_up")
@pytest.mark.parametrize("seed", _SEEDS)
def test_whatever_changes_as_much_is_earned_as_by_a_fresh_plan_and_by_trying_everything(seed: int) -> None:
    for problem, found in _sequence(seed):
        fresh = plan(problem.tasks, **problem.arguments())
        assert (found.objective, found.status) == (fresh.objective, "optimal")
        assert found.objective == found.bound == pytest.approx(best(problem))
        assert replayed(problem, found) == []


@pytest.mark.parametrize("seed", range(120))
def test_any_prices_and_plan_to_start_from_lead_to_a_best_plan_with_a_certificate(seed: int) -> None:
    problem, rng = random_problem(seed), np.random.default_rng(seed)
    if not len(problem):
        return
    tasks, top = int(problem.task.max()) + 1, int(problem.value.max()) + 1
    prices = Prices(rng.integers(0, top, tasks), rng.integers(0, top, len(problem.rows)))
    known = rng.permutation(len(problem))[: rng.integers(0, 3)]
    answer = solve_paths(problem, Limits(), start=Start(known, prices, rng.random(tasks) < 0.7))
    assert fits(problem, answer.chosen.tolist())
    earned, most = check_chosen(problem, answer.chosen), optimum(problem)
    assert answer.is_optimal
    assert earned == answer.bound == most
    proven = check_bound(problem, answer.certificate, earned)
    assert proven >= most
    if answer.proof is Proof.DUALITY:
        assert proven == answer.bound


def test_prices_of_tasks_that_have_none_leave_one_candidate_at_most_that_counts() -> None:
    for seed in range(60):
        problem = random_problem(seed)
        if not len(problem):
            continue
        lines = lines_of(problem, np.arange(len(problem)))
        tasks = len(lines.places_of) - 1
        nothing = Prices(np.zeros(tasks, np.int64), np.zeros(len(problem.rows), np.int64))
        found = completed(lines, nothing, np.zeros(tasks, np.bool_))
        assert (found.tasks >= 0).all()
        assert (found.tasks[np.diff(lines.places_of) < 2] == 0).all()
        kept = completed(lines, found, np.ones(tasks, np.bool_))
        assert (kept.tasks == found.tasks).all()


def _span(name: str, start: float, end: float, profit: float = 1) -> TimedTask:
    return TimedTask(name, ["camera"], profit=profit, opportunities=[Opportunity("sat", at(start), at(end))])


def _buffer(*tasks: Task) -> PlanBuffer:
    buffer = PlanBuffer((at(0), at(100)), satellites={"sat": {"camera": 1, "disk": Resource(2, kind="reservoir")}})
    for task in tasks:
        buffer.add(task)
    return buffer


def _names(found: Plan) -> list[str]:
    return [one.task.name for one in found.assignments]


def test_tasks_come_and_go() -> None:
    low, high = _span("low", 0, 10), _span("high", 5, 15, 2)
    buffer = _buffer(low)
    assert _names(buffer.plan()) == ["low"]
    buffer.add(high)
    assert (len(buffer), high in buffer, list(buffer)) == (2, True, [low, high])
    assert _names(buffer.plan()) == ["high"]
    buffer.remove(high)
    assert _names(buffer.plan()) == ["low"]


def test_what_is_fixed_since_the_last_plan_is_not_frozen_once_more() -> None:
    tasks = [
        TimedTask(f"at {begin}", ["camera"], profit=1, opportunities=[Opportunity("sat", at(begin), at(begin + 20))])
        for begin in (0, 30)
    ]
    buffer = PlanBuffer((at(0), at(100)), satellites={"sat": {"camera": 1}})
    for task in tasks:
        buffer.add(task)
    buffer.fix(buffer.plan().assignments[0])
    for now in (10, 12, 35):  # without a plan in between
        buffer.roll_to(at(now), at(100 + now), freeze=True)
    assert [one.task for one in buffer.fixed] == tasks
    assert buffer.plan().profit == 2


def test_what_has_begun_is_fixed_if_the_caller_says_so_and_only_then() -> None:
    for freeze, expected in ((True, ["low"]), (False, ["high"])):
        buffer = _buffer(low := _span("low", 0, 20))
        buffer.plan()
        buffer.add(_span("high", 15, 30, 2))
        buffer.roll_to(at(10), at(110), freeze=freeze)
        assert buffer.horizon == (at(10), at(110))
        assert _names(buffer.plan()) == expected
        assert [one.task for one in buffer.fixed] == ([low] if freeze else [])
        if freeze:
            buffer.release(low)
            assert _names(buffer.plan()) == ["high"]


def test_a_plan_of_what_has_not_changed_is_the_one_there_is() -> None:
    buffer = _buffer(_span("one", 0, 10))
    found = buffer.plan()
    assert buffer.plan(time_limit=1).assignments is found.assignments
    assert found.explain(found.assignments[0].task).break_even == 0


def test_without_satellites_resources_come_with_tasks() -> None:
    def never(*_: object) -> float:
        return 0.0

    buffer = PlanBuffer((at(0), at(100)), transition={"camera": never})
    with pytest.raises(InvalidArgumentError, match="transition"):
        buffer.plan()
    buffer.add(_span("one", 0, 10))
    assert _names(buffer.plan()) == ["one"]


@pytest.mark.parametrize(
    ("wrong", "field", "value"),
    [
        (lambda buffer: buffer.add("task"), "task", "task"),
        (lambda buffer: buffer.add(next(iter(buffer))), "task", None),
        (lambda buffer: buffer.roll_to(at(5), at(1)), "horizon", at(1)),
        (lambda buffer: buffer.roll_to(datetime(2026, 1, 1), at(1)), "horizon start", datetime(2026, 1, 1)),  # noqa: DTZ001
        (lambda buffer: buffer.roll_to(None, at(1), freeze=True), "horizon start", None),
        (lambda buffer: buffer.change_passes(["pass"]), "passes", "pass"),
        (lambda buffer: buffer.change_passes([Pass("none", at(0), at(1))]), "pass satellite", "none"),
        (lambda buffer: buffer.prefer([1]), "previous", 1),
        (lambda buffer: buffer.fix("fact"), "fixed", "fact"),
        (
            lambda buffer: buffer.fix(Assignment(_span("x", 0, 1), "none", at(0), at(1))),
            "fixed satellite",
            "none",
        ),
        (lambda buffer: buffer.plan(time_limit=-1), "time_limit", -1),
        (lambda buffer: buffer.plan(on_progress=1), "on_progress", 1),
    ],
)
def test_what_is_wrong_is_named_and_changes_nothing(
    wrong: Callable[[PlanBuffer], object], field: str, value: object
) -> None:
    buffer = _buffer(_span("one", 0, 10))
    found = buffer.plan()
    with pytest.raises(InvalidProblemError) as caught:
        wrong(buffer)
    error: Any = caught.value
    assert error.field == field
    if value is not None:
        assert error.value == value
    assert buffer.plan().assignments is found.assignments


def test_unknown_satellites_and_tasks_are_refused() -> None:
    buffer = _buffer()
    with pytest.raises(InvalidTaskError, match="known satellites"):
        buffer.add(TimedTask("x", ["camera"], profit=1, opportunities=[Opportunity("none", at(0), at(1))]))
    for act in (buffer.remove, buffer.release):
        with pytest.raises(UnknownTaskError):
            act(_span("x", 0, 1))
    one = _span("one", 0, 10)
    fact = Assignment(one, "sat", at(0), at(10))
    buffer.fix(fact)
    with pytest.raises(InvalidArgumentError, match="fixed already"):
        buffer.fix(fact)


def test_facts_that_cannot_be_true_together_are_refused_when_planned() -> None:
    buffer = _buffer()
    for name in ("one", "other"):
        buffer.fix(Assignment(_span(name, 0, 10), "sat", at(0), at(10)))
    with pytest.raises(InvalidArgumentError, match="must not overlap"):
        buffer.plan()


def test_a_fact_that_tells_no_angle_is_refused_before_any_plan_is_asked_for() -> None:
    buffer = PlanBuffer((at(0), at(100)), satellites={"sat": {"camera": 1}}, transition={"camera": Slew(1.0)})
    with pytest.raises(InvalidArgumentError, match="off_nadir"):
        buffer.fix(Assignment(_span("one", 0, 10), "sat", at(0), at(10)))
    assert buffer.fixed == ()
    turned = Opportunity("sat", at(0), at(10), details={"off_nadir": 3.0})
    buffer.fix(Assignment(TimedTask("one", ["camera"], profit=1, opportunities=[turned]), "sat", at(0), at(10), turned))
    assert len(buffer.plan().assignments) == 1


@pytest.mark.usefixtures("_is_taken_up")
@pytest.mark.parametrize("seed", range(6))
def test_what_is_told_on_the_way_counts_facts(seed: int) -> None:
    problem = small(seed)
    buffer = PlanBuffer(satellites=problem.satellites, capacities=problem.capacities, horizon=(at(0), at(30)))
    spot = Opportunity("sat-0", at(25), at(26))
    buffer.fix(Assignment(TimedTask("done", {}, profit=5, opportunities=[spot]), "sat-0", at(25), at(26), spot))
    told = list[Progress]()
    for task in problem.tasks:
        buffer.add(task)
        found = buffer.plan(on_progress=told.append)
        assert not told or (told[-1].profit, told[-1].bound) == (found.objective, found.bound)
    assert told
