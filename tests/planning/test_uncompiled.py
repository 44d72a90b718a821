"""What is planned while nothing is compiled: as exact as otherwise, and without the compiler."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from satselect import plan
from satselect.engine import first_time, readiness
from satselect.engine.planning import solving
from satselect.engine.planning.solved import Solved
from satselect.engine.planning.solving import solve_packed
from satselect.engine.readiness import State, planning_becomes, planning_state
from satselect.engine.timeline import cliques
from satselect.engine.timeline.cliques import interval_rows, pair_rows
from satselect.engine.timeline.form import TimelineProblem
from tests.longer import more
from tests.planning.brute import best
from tests.planning.worlds import medium, replayed, small

ROOT = Path(__file__).parents[2]


@pytest.fixture(params=["selecting too", "selecting not"])
def uncompiled(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process whose engine another one compiles; what selecting needs may be ready by now."""
    monkeypatch.setattr(readiness, "_planning", [State.COMPILING])
    if request.param == "selecting too":
        monkeypatch.setattr(readiness, "_state", [State.COMPILING])
        monkeypatch.setattr(first_time, "_is_cached", lambda: False)
    monkeypatch.setattr(first_time, "_is_cached_to_plan", lambda: False)
    yield
    assert planning_state() is State.COMPILING


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize("seed", [*range(40), *more(range(40, 400))])
def test_small_plans_earn_what_trying_everything_earns(seed: int) -> None:
    problem = small(seed)
    found = plan(problem.tasks, **problem.arguments())
    assert found.status == "optimal"
    assert found.objective == found.bound == pytest.approx(best(problem))
    assert replayed(problem, found) == []
    for task in found.buffered:
        assert found.explain(task).assignment is None
    assert all(one.price > 0 for prices in found.prices.values() for one in prices)


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize("seed", range(12))
def test_where_little_is_found_what_is_taken_by_worth_is_planned_and_fits(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def little(form: TimelineProblem, *given: Any) -> Solved:  # noqa: ANN401 - passed on
        found = solve_packed(form, *given)
        return replace(found, chosen=found.chosen[:1])

    monkeypatch.setattr(solving, "solve_packed", little)
    problem = medium(seed)
    found = plan(problem.tasks, **problem.arguments())
    assert replayed(problem, found) == []
    assert len(found.assignments) > len(problem.fixed) + 1


@pytest.mark.parametrize("seed", range(40))
def test_interpreted_sweeps_find_what_compiled_ones_find(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(seed)
    start = np.sort(rng.integers(0, 60, 40))
    end, task = start + rng.integers(0, 9, 40), rng.integers(0, 25, 40)
    amount = rng.integers(1, 4, 25)[task]
    kind, table = rng.integers(-1, 5, 40), rng.integers(0, 9, (5, 5))
    ready = [interval_rows(start, end, amount, task, 3), pair_rows(start, end, task, kind, table)]
    monkeypatch.setattr(readiness, "_planning", [State.COMPILING])
    plain = [interval_rows(start, end, amount, task, 3), pair_rows(start, end, task, kind, table)]
    for one, other in zip(ready, plain, strict=True):
        for ours, theirs in zip(one, other, strict=True):
            np.testing.assert_array_equal(ours, theirs, strict=True)


@pytest.mark.parametrize("seed", range(30))
def test_plans_of_few_tasks_are_as_good_loaded_or_not(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    problem, told = small(seed) if seed % 2 else medium(seed), []
    for state in (State.COMPILED, State.UNCOMPILED):
        unloaded(state, monkeypatch)
        found = plan(problem.tasks, **problem.arguments())
        assert replayed(problem, found) == []
        reasons = [found.explain(task) for task in problem.tasks]
        about = [(one.fits, one.break_even) for one in reasons]
        told.append((found.profit, found.objective, found.bound, found.status, found.step, about))
    assert told[0] == told[1]
    assert told[0][3] == "optimal"


def unloaded(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """So is what is compiled from now on; who would load it fails."""
    monkeypatch.setattr(readiness, "_state", [state])
    monkeypatch.setattr(readiness, "_planning", [state])
    monkeypatch.setattr(first_time, "_spent_s", [0.0])
    monkeypatch.setattr(first_time, "LOADING_S", 60.0)  # and on no machine it takes too long without
    monkeypatch.setattr(first_time, "_is_cached_to_plan", lambda: pytest.fail("loaded"))


@pytest.mark.parametrize("first", ["plan", "explain"])
def test_who_goes_on_planning_has_it_loaded(first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    problem, loaded = small(15), list[str]()
    unloaded(State.UNCOMPILED, monkeypatch)

    def load() -> bool:
        loaded.append("loaded")
        planning_becomes(State.COMPILED)
        return True

    monkeypatch.setattr(first_time, "_is_cached_to_plan", load)
    found = plan(problem.tasks, **problem.arguments())
    assert not loaded
    monkeypatch.setattr(first_time, "LOADING_S", 0.0)
    again = plan(problem.tasks, **problem.arguments()) if first == "plan" else found
    assert found.explain(found.buffered[0]) == again.explain(again.buffered[0])
    assert loaded == ["loaded"]


def test_many_tasks_are_planned_with_what_is_loaded_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = small(15)
    unloaded(State.UNCOMPILED, monkeypatch)
    monkeypatch.setattr(first_time, "MOST_UNLOADED", len(problem.tasks) - 1)
    with pytest.raises(pytest.fail.Exception, match="loaded"):
        plan(problem.tasks, **problem.arguments())


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize("name", ["_PACKED", "_SLOWER"])
def test_what_takes_too_long_without_waits_for_the_compiler(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = list[str]()

    def compile_it() -> None:
        compiled.append("compiled")
        planning_becomes(State.COMPILED)

    monkeypatch.setattr(first_time, "_compile_to_plan", compile_it)
    monkeypatch.setattr(solving, "_PACKED", 0) if name == "_PACKED" else monkeypatch.setattr(
        cliques, "_SLOWER", 1 << 62
    )
    problem = small(15)
    found = plan(problem.tasks, **problem.arguments())
    assert found.objective == pytest.approx(best(problem))
    assert compiled == ["compiled"]
    told = []
    for task in found.buffered:
        planning_becomes(State.COMPILING)
        told.append(found.explain(task))
    assert len(compiled) > 1
    assert all(one.break_even is not None for one in told if one.fits)
    planning_becomes(State.COMPILING)


def test_a_first_plan_is_proven_and_nothing_is_compiled(tmp_path: Path) -> None:
    lines = (
        "from datetime import datetime, timedelta, UTC",
        "from satselect import Opportunity, TimedTask, plan",
        "day = datetime(2026, 1, 1, tzinfo=UTC)",
        "at = lambda minutes: day + timedelta(minutes=minutes)",
        "spots = lambda i: [Opportunity('a', at(i * 7 % 50), at(i * 7 % 50 + 9)), Opportunity('b', at(i), at(i + 9))]",
        "tasks = [TimedTask(f'{i}', ['camera'], profit=1 + i * 37 % 11, opportunities=spots(i)) for i in range(40)]",
        "owned = {name: {'camera': 1} for name in 'ab'}",
        "found = plan(tasks, satellites=owned)",
        "reasons = [found.explain(task).break_even for task in found.buffered]",
        "import sys",
        "print(found.status, len(reasons) > 20 and None not in reasons, 'numba' in sys.modules)",
    )
    own = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", "\n".join(lines)]
    done = subprocess.run(command, env=own, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "optimal True False\n"
    assert not list(tmp_path.rglob("*.nbi"))
