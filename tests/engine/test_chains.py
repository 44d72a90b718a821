"""Exchanges along timelines: what conflicts is known to the pair, and a plan never becomes worse by a pass."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from benchmarks.plan_problems import passes, strips
from satselect.engine.limits import Limits
from satselect.engine.paths.chains.conflicts import Conflicts, conflicts_of
from satselect.engine.paths.chains.exchange import Plan, anneal, merge
from satselect.engine.paths.chains.passes import exchanged
from satselect.engine.paths.duality import Ascent
from satselect.engine.paths.fixing import losses
from satselect.engine.paths.lines import Lines, lines_of
from satselect.engine.paths.state import order_by, plan_of
from satselect.engine.planning.solving import solve_form
from satselect.engine.problem.rows import Bools
from satselect.engine.timeline.form import SharedRows, TimelineProblem
from tests.engine.timelines import fits, optimum, random_problem

SEEDS = range(120)


def _on_lines(seed: int) -> TimelineProblem:
    """A random problem in which nothing is shared but timelines and tasks."""
    return replace(random_problem(seed), rows=SharedRows.of([]))


def _known(problem: TimelineProblem) -> tuple[Lines, Conflicts]:
    lines = lines_of(problem, np.flatnonzero(problem.value > 0))
    conflicts = conflicts_of(lines)
    assert conflicts is not None
    return lines, conflicts


def _earned(lines: Lines, taken: Bools) -> int:
    return int(lines.value[taken].sum())


def _random_plan(lines: Lines, seed: int) -> Bools:
    return plan_of(lines, np.random.default_rng(seed).permutation(len(lines.who))).taken


@pytest.mark.parametrize("seed", SEEDS)
def test_conflicts_are_the_pairs_that_do_not_fit_each_once(seed: int) -> None:
    problem = _on_lines(seed)
    lines, conflicts = _known(problem)
    found = [
        (i, j)
        for i in range(len(lines.who))
        for j in conflicts.others[conflicts.starts[i] : conflicts.starts[i + 1]].tolist()
    ]
    pairs = combinations(range(len(lines.who)), 2)
    apart = [(i, j) for i, j in pairs if not fits(problem, [int(lines.who[i]), int(lines.who[j])])]
    assert sorted(found) == sorted(apart + [(j, i) for i, j in apart])


def test_what_shares_rows_or_would_be_too_much_has_no_list() -> None:
    lines, conflicts = _known(_on_lines(1))
    assert len(conflicts.others) > 0
    assert conflicts_of(lines, len(conflicts.others) - 1) is None
    shared = (lines_of(problem, np.arange(len(problem))) for problem in map(random_problem, SEEDS))
    assert {conflicts_of(one) is None for one in shared if len(one.rows)} == {True}


@pytest.mark.parametrize("seed", SEEDS)
def test_moves_leave_plans_that_fit_and_know_what_each_place_would_drop(seed: int) -> None:
    problem = _on_lines(seed)
    lines, conflicts = _known(problem)
    if not len(lines.who):
        return
    plan = Plan.of(conflicts, lines.value, _random_plan(lines, seed), seed)
    pool = np.arange(len(lines.who))
    for heat in (10.0 * float(lines.value.max()), 0.0):
        before = _earned(lines, plan.taken)
        assert anneal(conflicts, lines.value, plan, pool, heat, 0.99, 60, 1 << 60) == 60
        assert fits(problem, lines.who[plan.taken].tolist())
        assert heat > 0 or _earned(lines, plan.taken) >= before
        fresh = Plan.of(conflicts, lines.value, plan.taken, seed)
        assert (plan.dropped == fresh.dropped).all()


def test_little_work_ends_it_after_a_move() -> None:
    lines, conflicts = _known(strips(50, 1, 1))
    plan = Plan.of(conflicts, lines.value, np.zeros(len(lines.who), np.bool_), 1)
    assert anneal(conflicts, lines.value, plan, np.arange(len(lines.who)), 1.0, 1.0, 100, 0) == 1


@pytest.mark.parametrize("seed", SEEDS)
def test_two_plans_merge_into_the_better_of_each_piece(seed: int) -> None:
    problem = _on_lines(seed)
    lines, conflicts = _known(problem)
    one, other = _random_plan(lines, seed), _random_plan(lines, 1000 + seed)
    most = _earned(lines, one) + sum(max(_gain(lines, other, piece), 0) for piece in _pieces(conflicts, one, other))
    before = _earned(lines, one)
    earned = merge(conflicts, lines.value, one, other)
    assert fits(problem, lines.who[one].tolist())
    assert before + earned == _earned(lines, one) == most >= _earned(lines, other)


def _pieces(conflicts: Conflicts, one: Bools, other: Bools) -> list[set[int]]:
    """Where two plans differ, in groups that no conflict joins."""
    pieces: list[set[int]] = []
    for i in np.flatnonzero(one != other).tolist():
        near = set(conflicts.others[conflicts.starts[i] : conflicts.starts[i + 1]].tolist())
        joined = [piece for piece in pieces if piece & near]
        pieces = [piece for piece in pieces if not piece & near] + [{i}.union(*joined)]
    return pieces


def _gain(lines: Lines, other: Bools, piece: set[int]) -> int:
    return sum(int(lines.value[i]) * (1 if other[i] else -1) for i in piece)


def _passed(problem: TimelineProblem, count: int, number: int = 0) -> list[int]:
    """What a plan earns after each block of so many passes."""
    lines, conflicts = _known(problem)
    ascent = Ascent(lines)
    ascent.go_on(100, 0)
    loss = losses(lines, ascent.prices, ascent.scratch)
    first = plan_of(lines, order_by(lines.value)).taken
    found = exchanged(lines, conflicts, first, loss, count, number, Limits())
    return [_earned(lines, first)] + [_earned(lines, taken) for taken in found]


def test_passes_never_lose_and_find_the_best_of_small_plans() -> None:
    best = 0
    for seed in SEEDS:
        problem = _on_lines(seed)
        earned = _passed(problem, 3)
        assert earned == sorted(earned)
        best += earned[-1] == optimum(problem)
    assert best > 0.95 * len(SEEDS)


def test_passes_are_the_same_each_time_and_others_elsewhere() -> None:
    problem = strips(60, 2, 1)
    assert _passed(problem, 2) == _passed(problem, 2) != _passed(problem, 2, number=1)


def test_without_time_or_without_anything_to_take_there_is_no_pass() -> None:
    lines, conflicts = _known(strips(50, 1, 1))
    nothing = np.zeros(len(lines.who), np.bool_)
    assert not list(exchanged(lines, conflicts, nothing, np.ones(len(nothing), np.int64), 5, 0, Limits()))
    assert not list(exchanged(lines, conflicts, nothing, nothing.astype(np.int64), 5, 0, Limits.within(0)))


@pytest.mark.parametrize("problem", [passes(20, 4, 1, 1, is_full=False), strips(100, 1, 1)])
def test_twenty_passes_come_within_a_percent_of_the_best_plan(problem: TimelineProblem) -> None:
    worths = np.array([float(problem.units.worth(value)) for value in problem.value.tolist()])
    solved = solve_form(problem, worths, Limits())
    best = int(problem.value[solved.chosen].sum())
    assert best == solved.limit / problem.units.worth(1)
    assert best >= _passed(problem, 20)[-1] >= 0.99 * best
