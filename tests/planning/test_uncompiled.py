"""What is planned while nothing is compiled: as exact as otherwise, and without the compiler."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from satselect import plan
from satselect.engine import first_time, readiness
from satselect.engine.planning import solving
from satselect.engine.readiness import State, planning_becomes, planning_state
from satselect.engine.timeline import cliques
from satselect.engine.timeline.cliques import interval_rows, pair_rows
from tests.longer import more
from tests.planning.brute import best
from tests.planning.worlds import replayed, small

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
        "print(found.status, found.explain(found.buffered[0]).break_even is not None)",
    )
    own = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", "\n".join(lines)]
    done = subprocess.run(command, env=own, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "optimal True\n"
    assert not list(tmp_path.rglob("*.nbi"))
