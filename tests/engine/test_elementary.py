"""Paths that take no task twice: what they bound is the best of each line, however much they have to forget."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from benchmarks.plan_problems import agile
from satselect.engine.limits import Limits
from satselect.engine.paths.duality import Ascent, Prices
from satselect.engine.paths.elementary import graph, passes
from satselect.engine.paths.elementary.passes import Found, passed
from satselect.engine.paths.lines import lines_of
from satselect.engine.paths.rest import restricted
from satselect.engine.paths.solve import solve_paths
from satselect.engine.planning.solving import solve_packed
from satselect.engine.problem.units import to_units
from satselect.engine.relaxation.proof import Proof
from satselect.engine.timeline.form import SharedRows, TimelineProblem
from tests.engine.timelines import fits, optimum, random_problem

SEEDS = range(160)


@cache
def _on_one_line(seed: int) -> tuple[TimelineProblem, int]:
    """All of a random problem's candidates on its first line, some with more starts; and the optimum."""
    given, rng = random_problem(seed), np.random.default_rng(seed)
    who = np.repeat(np.arange(len(given)), rng.integers(1, 4, len(given)))
    problem = restricted(replace(given, rows=SharedRows.of([])), np.arange(len(given)))
    later = rng.integers(0, 12, len(who)) * (np.diff(who, prepend=-1) == 0)
    kept = {name: getattr(problem, name)[who] for name in ("start", "end", "value", "task", "kind")}
    kept |= {"start": kept["start"] + later, "end": kept["end"] + later}
    units = replace(problem.units, profits=problem.units.profits[who])
    problem = replace(problem, **kept, line=np.zeros(len(who), np.int64), setups=problem.setups[:1], units=units)
    return problem, optimum(problem)


def _passed(problem: TimelineProblem, earned: int, prices: Prices | None = None) -> list[Found]:
    lines = lines_of(problem, np.arange(len(problem)))
    return list(passed(lines, prices or Ascent(lines).prices, lambda: earned, 1, Limits()))


@pytest.mark.parametrize("labels", [1, 2, 30])
def test_the_last_pass_finds_the_best_of_a_line_and_no_pass_bounds_less(
    labels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passes, "_FIRST", labels)
    several = looked_at = 0
    for seed in SEEDS:
        problem, best = _on_one_line(seed)
        if not (found := _passed(problem, 0)):
            continue
        who = lines_of(problem, np.arange(len(problem))).who[found[-1].places]
        assert min(one.bound for one in found) == found[-1].bound == best, seed
        assert fits(problem, who.tolist()), seed
        assert problem.value[who].sum() == best, seed
        several += len(found) > 1
        looked_at += 1
    assert looked_at > len(SEEDS) / 3
    assert several > 8 or labels > 2


@pytest.mark.parametrize("short", [0, 1, 3])
def test_what_is_known_to_be_earned_is_no_bound_for_what_earns_more(
    short: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Labels that can't be better are left out: of those that are, none, and so both ways."""
    monkeypatch.setattr(passes, "_FIRST", 2)
    for seed in SEEDS:
        problem, best = _on_one_line(seed)
        if found := _passed(problem, best - short):
            assert min(one.bound for one in found) == found[-1].bound == best, seed


@pytest.mark.parametrize("block", range(0, 240, 60))
def test_at_any_prices_nothing_earns_more_than_passes_say(block: int) -> None:
    looked_at = 0
    for seed in range(block, block + 60):
        problem, rng = random_problem(seed), np.random.default_rng(seed)
        best, top = optimum(problem), int(problem.value.max(initial=1)) + 1
        for highest in (1, 2, top):
            tasks = rng.integers(0, highest, int(problem.task.max()) + 1)
            rows = rng.integers(0, highest, len(problem.rows))
            found = _passed(problem, 0, Prices(tasks, rows))
            assert all(one.bound >= best for one in found), seed
            looked_at += len(found)
    assert looked_at > 20


def test_of_those_without_length_at_one_moment_each_is_remembered() -> None:
    """The one ends when the other begins, and both may follow who lies between two of the first."""
    start, task = (np.array(column) for column in ([9, 9, 0, 2], [0, 1, 1, 2]))
    units = to_units(np.array([5.0, 1.0, 1.0, 7.0]))
    zero, rows = np.zeros(4, np.int64), SharedRows.of([])
    problem = TimelineProblem(zero, start, start, units.profits, task, zero, [None], rows, units)
    assert _passed(problem, 0, Prices(np.zeros(3, np.int64), np.zeros(0, np.int64)))[-1].bound == optimum(problem)


@pytest.mark.parametrize("seed", range(6))
def test_agile_plans_are_proven_as_cliques_prove_them(seed: int) -> None:
    problem = agile(9, 1, seed)
    worths = np.array([float(problem.units.worth(value)) for value in problem.value.tolist()])
    limit = solve_packed(problem, worths, Limits()).limit
    assert _passed(problem, 0)[-1].bound == limit / problem.units.worth(1)


def test_agile_plans_of_fifty_targets_are_proven_by_paths() -> None:
    problem = agile(50, 1, 2)
    answer = solve_paths(problem, Limits())
    assert answer.is_optimal
    assert answer.proof is Proof.SEARCH
    assert float(problem.units.worth(answer.bound)) == 2772.0


def test_without_time_there_is_no_pass() -> None:
    problem = agile(9, 1, 1)
    lines = lines_of(problem, np.arange(len(problem)))
    none = Prices(np.zeros(int(problem.task.max()) + 1, np.int64), np.zeros(0, np.int64))
    assert not list(passed(lines, none, lambda: 0, 1, Limits.within(0)))


def test_lines_of_too_many_tasks_and_places_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = agile(9, 1, 0)
    lines = lines_of(problem, np.arange(len(problem)))
    assert graph.graphs_of(lines, 0, 10**9) is not None
    monkeypatch.setattr(graph, "_MARKS", 9 * len(problem))  # and there are moments besides
    assert graph.graphs_of(lines, 0, 10**9) is None
