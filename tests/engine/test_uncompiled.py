"""What is selected while nothing is compiled: exact where it says so, within its limits, and without the compiler."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from random import Random
from time import monotonic, process_time

import numpy as np
import pytest
from hypothesis import given, settings

from satselect import Buffer, Selection, Task, select
from satselect.engine import first_time, readiness
from satselect.engine import select as front_door
from satselect.engine.buffer import buffer, near_columns
from satselect.engine.first_time import compiled_within, within
from satselect.engine.packing import greedy, heads, pools, presolve, spread
from satselect.engine.packing.packing import pack
from satselect.engine.problem import satellites, signatures
from satselect.engine.problem.problem import Problem
from satselect.engine.problem.units import to_units
from satselect.engine.readiness import State
from satselect.engine.relaxation import costs
from tests.engine.problems import Given, problems, random_problem
from tests.engine.referees import brute_force, fits, worth
from tests.engine.test_laws import assigned
from tests.engine.test_limits import check, hard

ROOT = Path(__file__).parents[2]


_COUNTED = 10**9
"""Units of profit that the general solver, whose tolerances are relative, can tell one of from none."""


@pytest.fixture
def uncompiled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process whose engine another one compiles; problems that plain Python would solve are not small here."""
    monkeypatch.setattr(readiness, "_state", [State.COMPILING])
    monkeypatch.setattr(first_time, "_is_cached", lambda: False)
    monkeypatch.setattr(front_door, "is_small", lambda problem: False)
    monkeypatch.setattr(buffer, "is_small", lambda problem: False)
    monkeypatch.setattr(pools, "_WORTH_POOLING", 2)
    yield
    assert readiness.state() is State.COMPILING


def check_small(some: Given, selection: Selection) -> None:
    """It is the optimum, and says so unless profits have more digits than the general solver counts."""
    best, earned = brute_force(some.tasks, some.capacities, some.satellites), worth(selection.tasks)
    assert fits(assigned(selection), some.capacities, some.satellites)
    assert selection.bound is not None
    assert earned <= best
    assert float(best) <= selection.bound
    units = to_units(np.array([task.profit for task in some.tasks]))
    if units.is_exact and units.profits.max(initial=0) < _COUNTED:
        assert (earned, selection.status) == (best, "optimal")
    else:
        assert earned >= best * (1 - Fraction(1, 10**9))
        assert earned == best or selection.status == "feasible"


@pytest.mark.usefixtures("uncompiled")
@settings(max_examples=50)  # each asks a general solver
@given(problems())
def test_it_is_exact(some: Given) -> None:
    check_small(some, some.select())


@pytest.mark.usefixtures("uncompiled")
def test_hundreds_of_small_problems_equal_brute_force() -> None:
    for seed in range(300):
        rng = Random(seed)
        fleet = rng.choice([0, 0, 1, 2, 3])
        some = random_problem(seed, tasks=rng.randint(0, 5 if fleet else 8), resources=4, satellites=fleet)
        selection = some.select()
        check_small(some, selection)
        assert set(selection.prices) == set(Problem.of(some.tasks, some.capacities, some.satellites).capacities)


@pytest.mark.usefixtures("uncompiled")
def test_a_buffer_earns_what_select_earns_as_tasks_come_and_go() -> None:
    rng, kept, tasks = Random(1), Buffer({"r0": 3}), list[Task]()
    for turn in range(200):
        task = Task(f"{turn}", [f"r{i}" for i in rng.sample(range(30), 2)], profit=rng.randint(1, 500) / 10)
        kept.add(task)
        tasks.append(task)
        if turn % 20 == 19:
            found = kept.select()
            assert found.profit == select(tasks, capacities={"r0": 3}).profit
            assert (found.status, found.gap) == ("optimal", 0)
            for chosen in found.tasks:
                kept.remove(chosen)
                tasks.remove(chosen)


@pytest.mark.usefixtures("uncompiled")
@pytest.mark.parametrize("kind", ["select", "buffer"])
def test_it_heeds_its_limit_and_says_what_it_proved(kind: str) -> None:
    tasks, capacities = hard()
    kept = Buffer(capacities)
    for task in tasks:
        kept.add(task)
    begun = process_time()
    selection = (
        select(tasks, capacities=capacities, time_limit=0.5) if kind == "select" else kept.select(time_limit=0.5)
    )
    assert process_time() - begun < 2
    check(selection)
    assert selection.proof in {"duality", "solver"}


@pytest.mark.usefixtures("uncompiled")
def test_a_bound_by_prices_is_one() -> None:
    tasks, capacities = hard(2)
    selection = select(tasks, capacities=capacities, time_limit=0)
    prices = {name: Fraction(price) for name, price in selection.prices.items()}
    held = sum(price * capacities[str(name)] for name, price in prices.items())
    gains = (worth([task]) - sum(prices[name] * n for name, n in task.resources.items()) for task in tasks)
    bound = held + sum(max(gain, Fraction(0)) for gain in gains)
    assert selection.bound is not None
    assert float(bound) == pytest.approx(selection.bound)
    assert bound >= worth(selection.tasks)


def test_each_plain_form_does_what_the_compiled_one_does() -> None:
    for seed in range(60):
        rng = np.random.default_rng(seed)
        some = random_problem(seed, tasks=60, resources=8)
        known = signatures.signatures_of(some.tasks)
        rows, of_task, profits, names = signatures._plainly(some.tasks)
        assert names == known.names
        assert_same((*vars_of(rows), of_task, profits), (*vars_of(known.rows), known.of_task, known.profits))
        packing = pack(Problem.of(some.tasks, some.capacities))
        rows, firsts = packing.rows, packing.firsts
        given_rows = rows.starts, rows.resources, rows.amounts
        room = heads._room(firsts, *given_rows, packing.capacities)
        assert_same([heads._plain_room(firsts, *given_rows, packing.capacities)], [room])
        best = np.flatnonzero(heads._best(packing.signatures, packing.profits, room))
        assert_same([best], [heads.heads(packing)])
        ours, theirs = packing.capacities.copy(), packing.capacities.copy()
        order = rng.permutation(len(some.tasks))
        filled = greedy._plain_fill(*given_rows, firsts, packing.signatures, order, ours)
        assert_same([filled, ours], [greedy._fill(*given_rows, firsts, packing.signatures, order, theirs), theirs])
        divided = rows.resources, rows.amounts, len(packing.capacities)
        assert_same([presolve._plain_divisors(*divided)], [presolve._divisors(*divided)])
        dual = rng.random(len(packing.capacities)) * 10.0 ** rng.integers(-6, 12, len(packing.capacities))
        dual[rng.random(len(dual)) < 0.3] = 0
        most = rng.random(len(dual)) * 1e15
        y = costs.readable(dual, most, packing.capacities)
        assert_same([costs.plain_readable(dual, most, packing.capacities)], [y])
        used = y, rows.resources, rows.amounts, packing.capacities
        assert_same(costs.plain_costs_at(*used), costs.costs_at(*used))


def test_plain_forms_for_satellites_and_columns_do_what_the_compiled_ones_do() -> None:
    for seed in range(40):
        rng = np.random.default_rng(seed)
        some = random_problem(seed, tasks=50, resources=6, satellites=6)
        manned = satellites.fleet_of(Problem.of(some.tasks, some.capacities, some.satellites))
        assert manned
        fleet, count = manned.fleet, 3
        at = rng.integers(0, count, len(fleet.owned))
        assert_same([satellites.plainly_eligible(fleet, at, count)], [satellites.eligible(fleet, at, count)])
        ours, theirs = ((fleet.owned.copy(), fleet.shared.copy()) for _ in range(2))
        found = np.zeros((2, len(manned.signatures)), np.int64)
        spread._place_plainly(fleet, *ours, manned.signatures, found[0])
        spread._place(fleet, *theirs, manned.signatures, found[1])
        assert_same([*ours, found[0]], [*theirs, found[1]])
        uses, amounts = rng.integers(0, 5, (30, 3)).astype(np.int32), rng.integers(0, 3, (30, 3)).astype(np.int8)
        columns = uses, amounts, rng.random(30), rng.random(5)
        assert_same([near_columns._plainly_reduced(*columns)], [near_columns.reduced(*columns)])


def vars_of(rows: object) -> list[object]:
    return [getattr(rows, name) for name in ("starts", "resources", "amounts")]


def assert_same(ours: object, theirs: object) -> None:
    for one, other in zip(list(ours), list(theirs), strict=True):  # type: ignore[call-overload]
        np.testing.assert_array_equal(one, other, strict=True)


def test_a_first_selection_is_proven_and_nothing_is_compiled(tmp_path: Path) -> None:
    done = first_selection(tmp_path, "print(select(tasks).status)")
    assert done == "optimal\n"
    assert not list(tmp_path.rglob("*.nbi"))


def test_who_goes_on_selecting_has_it_compiled_off_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "_state", [State.UNCOMPILED])
    monkeypatch.setattr(first_time, "_is_cached", lambda: False)
    monkeypatch.setattr(first_time, "_spent_s", [0.0])
    monkeypatch.setattr(first_time, "LOADING_S", 0.2)
    monkeypatch.setattr(first_time, "PATIENCE_S", 0.3)
    seen = list[str]()

    @contextmanager
    def compiled() -> Iterator[None]:
        seen.append("compiled")
        yield

    tasks, capacities = hard()
    begun = monotonic()
    with compiled_within(compiled):
        assert select(tasks, capacities=capacities, time_limit=0.1).status == "feasible"
        assert not seen
        check(select(tasks, capacities=capacities, time_limit=0.6))
    assert seen == ["compiled"]
    assert readiness.state() is State.COMPILED
    assert monotonic() - begun < 60


def test_a_limit_that_is_used_up_ends_without_compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "_state", [State.UNCOMPILED])
    monkeypatch.setattr(first_time, "_is_cached", lambda: False)
    monkeypatch.setattr(first_time, "_spent_s", [0.0])
    tasks, capacities = hard()
    check(within(lambda limits: front_door.selected(Problem.of(tasks, capacities), limits), 0.0, count=len(tasks)))
    assert readiness.state() is State.UNCOMPILED


def first_selection(folder: Path, then: str) -> str:
    """What a process prints that selects where nothing was compiled before."""
    lines = (
        "from random import Random",
        "from satselect import Task, select",
        "rng = Random(1)",
        "names = [f'r{i}' for i in range(20)]",
        "draw = lambda: rng.sample(names, rng.randint(1, 4))",
        "tasks = [Task(f'{i}', draw(), profit=rng.randint(1, 1000)) for i in range(1000)]",
        then,
    )
    own = os.environ | {"NUMBA_CACHE_DIR": str(folder), "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", "\n".join(lines)]
    return subprocess.run(command, env=own, capture_output=True, text=True, check=True, timeout=60).stdout
