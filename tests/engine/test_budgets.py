"""Paths that keep the budgets of their timelines: what they bound, what they rule out, and what a tree makes of it."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from benchmarks.plan_problems import budget
from satselect.engine.limits import Limits
from satselect.engine.paths import relaxed
from satselect.engine.paths.budgets import solve
from satselect.engine.paths.budgets.owned import Owned, owned_of
from satselect.engine.paths.budgets.solve import Found, solve_within
from satselect.engine.paths.budgets.within import IN, OPEN, OUT, Within
from satselect.engine.paths.certificate import check_chosen
from satselect.engine.paths.duality import Prices, Scratch, evaluate
from satselect.engine.paths.lines import Lines, lines_of
from satselect.engine.planning import solving
from satselect.engine.planning.solving import solve_form
from satselect.engine.problem.rows import Ints
from satselect.engine.problem.units import to_units
from satselect.engine.relaxation.proof import Proof
from satselect.engine.timeline.form import SharedRows, TimelineProblem
from tests.engine.timelines import fits, optimum, random_problem

SEEDS = [seed for seed in range(130) if (random_problem(seed).value > 0).any()][:120]
NONE = np.zeros(0, np.int64)


@cache
def _problem(seed: int, lines: int = 0) -> TimelineProblem:
    """A random problem without transitions, all of it on timelines, most of which have a row of their own."""
    given, rng = random_problem(seed), np.random.default_rng(seed)
    line = np.maximum(given.line, 0) % (lines or 9)
    problem = replace(given, line=line, setups=[None] * int(line.max() + 1))
    starts, rows = given.rows.starts, []
    for row, capacity in enumerate(given.rows.capacities.tolist()):
        uses = slice(starts[row], starts[row + 1])
        rows.append((given.rows.candidates[uses], given.rows.amounts[uses], capacity))
    for number in np.unique(line).tolist():
        who = np.flatnonzero((line == number) & (rng.random(len(line)) < 0.9))
        if len(who) and rng.random() < 0.8:
            amounts = rng.integers(1, 5, len(who)) * rng.integers(1, 3)
            rows.append((who, amounts, int(rng.integers(0, max(int(amounts.sum()), 4)))))
    return replace(problem, rows=SharedRows.of(rows))


def _own_only(problem: TimelineProblem) -> TimelineProblem:
    """The same with nothing shared but what is a line's own, and each candidate a task of its own."""
    own = [row for row in _owned(problem) if row.row >= 0]
    starts, rows = problem.rows.starts, []
    for one in own:
        uses = slice(starts[one.row], starts[one.row + 1])
        rows.append((problem.rows.candidates[uses], problem.rows.amounts[uses], int(problem.rows.capacities[one.row])))
    return replace(problem, rows=SharedRows.of(rows), task=np.arange(len(problem)))


def _lines(problem: TimelineProblem) -> Lines:
    return lines_of(problem, np.flatnonzero(problem.value > 0))


def _owned(problem: TimelineProblem) -> list[Owned]:
    return owned_of(_lines(problem), np.arange(len(problem.rows)))


def _within(problem: TimelineProblem) -> Within:
    return Within(_lines(problem), _owned(problem))


def _random_prices(problem: TimelineProblem, rng: np.random.Generator) -> Prices:
    top = int(rng.choice([1, 2, int(problem.value.max(initial=1)) + 1]))
    return Prices(rng.integers(0, top, int(problem.task.max(initial=-1)) + 1), rng.integers(0, top, len(problem.rows)))


def _plans(problem: TimelineProblem, most: int = 400) -> Iterator[list[int]]:
    """Plans, all of them if there are no more than so many, each as its candidates."""
    seen, stack = 0, [(0, list[int]())]
    while stack and seen < most:
        first, chosen = stack.pop()
        yield chosen
        seen += 1
        stack += [(k + 1, [*chosen, k]) for k in range(first, len(problem)) if fits(problem, [*chosen, k])]


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a budget holds, paths keep it."""
    monkeypatch.setattr(solve, "_are_worth_it", lambda owned: len(owned) > 0)


@pytest.mark.parametrize("block", range(0, len(SEEDS), 40))
def test_at_any_prices_nothing_earns_more_and_no_bound_is_above_that_of_paths_without_budgets(block: int) -> None:
    below = 0
    for seed in SEEDS[block : block + 40]:
        problem, rng = _problem(seed), np.random.default_rng(seed)
        within, best = _within(problem), optimum(problem)
        for _ in range(4):
            prices = _random_prices(problem, rng)
            bound = within.bound(np.full(len(within.lines.who), OPEN), prices)
            plain = evaluate(within.lines, prices.tasks, prices.rows, Scratch.of(len(within.lines.who)))
            assert best <= bound <= plain, seed
            below += bound < plain
    assert below > 15


def test_without_anything_else_that_is_shared_paths_are_the_best_plan() -> None:
    looked_at = 0
    for seed in SEEDS:
        problem = _own_only(_problem(seed, lines=1 + seed % 2))
        within = _within(problem)
        free = Prices(np.zeros(len(problem), np.int64), np.zeros(len(problem.rows), np.int64))
        bound = within.bound(np.full(len(within.lines.who), OPEN), free)
        chosen = within.lines.who[within.taken]
        assert check_chosen(problem, chosen) == bound, seed
        if len(problem) <= 12:
            assert bound == optimum(problem), seed
            looked_at += len(problem.rows) > 0
    assert looked_at > len(SEEDS) / 4


@pytest.mark.parametrize("block", range(0, len(SEEDS), 40))
def test_what_is_ruled_out_is_in_no_plan_of_its_part_that_earns_so_much(block: int) -> None:
    ruled_out = 0
    for seed in SEEDS[block : block + 40]:
        problem, rng = _problem(seed), np.random.default_rng(seed)
        within, plans = _within(problem), [*_plans(problem)]
        who = within.lines.who
        known = np.where(rng.random(len(who)) < 0.2, OUT, OPEN)
        one = plans[rng.integers(len(plans))]
        is_in = np.isin(who, one) & (rng.random(len(who)) < 0.4)
        known[is_in] = IN
        known = within.beside(known)
        out, must = set(who[known == OUT].tolist()), set(who[known == IN].tolist())
        earned = {
            frozenset(plan): int(problem.value[plan].sum())
            for plan in plans
            if must <= set(plan) and not out & set(plan)
        }
        bound = within.bound(known, _random_prices(problem, rng))
        assert bound >= max(earned.values(), default=0), seed
        least = max(earned.values(), default=0) - int(rng.integers(0, 3)) * problem.units.step_of(problem.value)
        left = set(who[within.left(known, least)].tolist()) | must
        assert all(plan <= left for plan, value in earned.items() if value >= least and plan <= set(who.tolist())), seed
        ruled_out += int((known == OPEN).sum()) - len(left - must)
    assert ruled_out > 8


def test_no_plan_has_more_in_it_than_a_budget_holds() -> None:
    at = np.array([0, 10])
    problem = replace(
        random_problem(0), line=np.zeros(2, np.int64), start=at, end=at + 5, value=np.full(2, 3), task=np.arange(2),
        kind=np.zeros(2, np.int64), setups=[None], rows=SharedRows.of([(np.arange(2), np.array([2, 1]), 2)]),
    )  # fmt: skip
    within, free = _within(problem), Prices(np.zeros(2, np.int64), np.zeros(1, np.int64))
    assert within.bound(np.array([IN, OPEN]), free) == within.bound(np.array([OPEN, IN]), free) == 3
    assert within.bound(np.array([IN, IN]), free) < 0


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("block", range(0, len(SEEDS), 40))
def test_plans_are_proven_as_trying_everything_proves_them(block: int) -> None:
    for seed in SEEDS[block : block + 40]:
        problem, rng = _problem(seed), np.random.default_rng(seed)
        found = _solved(problem, _random_prices(problem, rng), Limits())
        assert check_chosen(problem, found.chosen) == found.bound == optimum(problem), seed


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize(
    ("name", "most"),
    [("_WORK", 0), ("_WORK", 1000), ("_PARTS", 0), ("_PARTS", 2), ("_STEPS", 1), ("_STEPS_OF_PART", 1)],
)
def test_however_little_is_tried_nothing_earns_more_than_is_said(
    name: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solve, name, most)
    open_ = 0
    for seed in SEEDS:
        problem = _problem(seed)
        prices = Prices(np.zeros(int(problem.task.max()) + 1, np.int64), np.zeros(len(problem.rows), np.int64))
        found, best = _solved(problem, prices, Limits()), optimum(problem)
        assert check_chosen(problem, found.chosen) <= best <= found.bound, seed
        open_ += best < found.bound
    assert open_ or most


@pytest.mark.usefixtures("always")
def test_without_time_the_plan_and_the_bound_are_those_that_were_known() -> None:
    problem = budget(6, 2, 1, 1)
    prices = Prices(np.zeros(int(problem.task.max()) + 1, np.int64), np.zeros(len(problem.rows), np.int64))
    found = solve_within(problem, prices, Found(NONE, 10**18), Limits.within(0))
    assert found == Found(NONE, 10**18)


def _solved(problem: TimelineProblem, prices: Prices, limits: Limits) -> Found:
    if not (problem.value > 0).any():
        return Found(NONE, 0)
    found = solve_within(problem, prices, Found(NONE, int(problem.value.sum())), limits)
    assert found is not None
    return found


def test_a_row_is_own_where_all_of_it_is_on_one_line_and_no_other_own_one_has_its_places() -> None:
    at = np.arange(6) * 10
    line = np.array([0, 0, 1, 1, 2, 2])
    rows: list[tuple[Ints, Ints, int]] = [
        (np.array([0, 1]), np.array([4, 6]), 9),  # in twos
        (np.array([1, 2]), np.array([1, 1]), 1),  # of two lines
        (np.array([2, 3]), np.array([1, 1]), 1),
        (np.array([3]), np.array([2]), 1),  # has a place of the one before
    ]
    problem = replace(
        random_problem(0), line=line, start=at, end=at + 5, value=np.full(6, 3), task=np.arange(6),
        kind=np.zeros(6, np.int64), setups=[None] * 3, rows=SharedRows.of(rows),
    )  # fmt: skip
    owned = _owned(problem)
    assert [(one.row, one.capacity, one.amounts.tolist()) for one in owned] == [
        (0, 4, [2, 3]), (-1, 0, [0, 0]), (-1, 0, [0, 0]),
    ]  # fmt: skip


def test_places_clash_that_overlap_and_instants_that_touch_do_not() -> None:
    start, end = np.array([0, 5, 5, 5, 3]), np.array([5, 5, 5, 9, 8])
    problem = replace(
        random_problem(0), line=np.zeros(5, np.int64), start=start, end=end, value=np.ones(5, np.int64),
        task=np.arange(5), kind=np.zeros(5, np.int64), setups=[None], rows=SharedRows.of([]),
    )  # fmt: skip
    lines = _lines(problem)
    [one] = owned_of(lines, NONE)
    clashes = {int(lines.who[place]): set(lines.who[one.clashing(place)].tolist()) for place in range(5)}
    assert clashes == {0: {4}, 1: {4}, 2: {4}, 3: {4}, 4: {0, 1, 2, 3}}


def test_budgets_of_a_dozen_passes_are_proven_by_paths() -> None:
    problem = budget(20, 4, 1, 2)
    worths = np.array([float(problem.units.worth(value)) for value in problem.value.tolist()])
    solved = solve_form(problem, worths, Limits())
    assert worths[solved.chosen].sum() == solved.limit == 36537
    assert solved.proof is Proof.SEARCH


@pytest.mark.parametrize(("name", "most"), [("_TAKES", 5), ("_CELLS", 100_000)])
def test_budgets_that_many_passes_fill_or_of_many_amounts_are_left_to_others(
    name: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = budget(20, 4, 1, 2)
    prices = Prices(np.zeros(int(problem.task.max()) + 1, np.int64), np.zeros(len(problem.rows), np.int64))
    monkeypatch.setattr(solve, "_Run", None)
    with pytest.raises(TypeError):
        solve_within(problem, prices, Found(NONE, 10**18), Limits())
    monkeypatch.setattr(solve, name, most)
    assert solve_within(problem, prices, Found(NONE, 10**18), Limits()) is None


def test_tasks_that_move_are_left_to_who_sees_that_their_starts_are_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    entered = list[int]()

    def watched(problem: TimelineProblem, *rest: object) -> Found | None:
        entered.append(len(problem))
        return solve_within(problem, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(relaxed, "solve_within", watched)
    form = _moving(7, tasks=16, starts=40)
    assert form.moves
    assert not budget(6, 2, 1, 1).moves
    worths = np.array([float(form.units.worth(value)) for value in form.value.tolist()])
    solved = solve_form(form, worths, Limits())
    assert form.units.worth(int(form.value[solved.chosen].sum())) == solved.limit
    assert not entered


@pytest.mark.parametrize("are_on_lines", [True, False])
def test_what_a_tree_of_parts_leaves_open_of_them_goes_to_highs_before_any_longer_search(
    are_on_lines: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relaxed, "_BRANCHES", 0)
    monkeypatch.setattr(solve, "_PARTS", 0)
    monkeypatch.setattr(solving, "solve_packed", lambda *_: pytest.fail("searched"))
    form = _moving(7, tasks=16, starts=40)
    form = form if are_on_lines else replace(form, line=np.where(form.task == 0, -1, 0))
    worths = np.array([float(form.units.worth(value)) for value in form.value.tolist()])
    solved = solving.solve_form(form, worths, Limits())
    assert form.units.worth(int(form.value[solved.chosen].sum())) == solved.limit


def _moving(seed: int, tasks: int, starts: int) -> TimelineProblem:
    """Tasks of 6 that may begin at any of so many moments of a timeline with a budget of half of them."""
    rng = np.random.default_rng(seed)
    task = np.repeat(np.arange(tasks), starts)
    start = (rng.integers(0, 60, tasks)[:, None] + np.arange(starts)).ravel()
    units = to_units(np.repeat(rng.integers(1, 100, tasks), starts) / 10)
    rows = SharedRows.of([(np.arange(len(task)), np.repeat(rng.integers(1, 4, tasks), starts), tasks)])
    zero = np.zeros(len(task), np.int64)
    return TimelineProblem(zero, start, start + 6, units.profits, task, zero, [None], rows, units)
