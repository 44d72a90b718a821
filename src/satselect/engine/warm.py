"""Makes the compiled rooms ready before the first client waits for them, or a clock is started.

Each room is entered here, whatever a problem of this size would need: what is compiled later is on somebody's clock.
What is compiled numba keeps beside the source. Once all of it is there a stamp says so: of which sources it is, and for
which processor. So a process knows without a look at each function whether it would load or compile.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from contextvars import Context
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, cast

import numba
import numpy as np
from numba.core.registry import cpu_target

from satselect.engine.buffer.buffer import Buffer
from satselect.engine.buffer.near_columns import reduced
from satselect.engine.conflicts.condense import condensed
from satselect.engine.limits import PORTION, Limits
from satselect.engine.loaded import keep_as_little
from satselect.engine.packing.packing import pack
from satselect.engine.packing.part import Part
from satselect.engine.packing.presolve import reduce
from satselect.engine.paths.budgets.tables import best_within
from satselect.engine.paths.chains.conflicts import conflicts_of
from satselect.engine.paths.chains.exchange import Plan, anneal, merge
from satselect.engine.paths.duality import Ascent
from satselect.engine.paths.elementary.graph import graphs_of
from satselect.engine.paths.elementary.labels import Labels
from satselect.engine.paths.elementary.passes import labelled
from satselect.engine.paths.fixing import drop
from satselect.engine.paths.lines import lines_of
from satselect.engine.paths.state import order_by, plan_of
from satselect.engine.paths.stretch import Room
from satselect.engine.paths.windows import search as search_along
from satselect.engine.planning.formulation.formulate import formulate
from satselect.engine.planning.formulation.setups import Slew
from satselect.engine.planning.model import Opportunity, Resource, TimedTask
from satselect.engine.planning.outcome import certified
from satselect.engine.planning.problem import STAY, Transition, problem_of
from satselect.engine.planning.solving import solve_packed
from satselect.engine.problem.problem import Problem
from satselect.engine.problem.rows import Rows
from satselect.engine.problem.task import Task
from satselect.engine.readiness import State, become, forced, planning_becomes, planning_state, state
from satselect.engine.relaxation.answer import Answer
from satselect.engine.relaxation.odd_cycles import odd_cycles
from satselect.engine.relaxation.prices import bound, price, relax_in_portions, relax_nearly, unit_of
from satselect.engine.relaxation.proof import Proof
from satselect.engine.relaxation.tighten import tightened
from satselect.engine.search.annealing import improved
from satselect.engine.search.branch_and_bound import ruin_of, search
from satselect.engine.search.symmetry import covered, twins
from satselect.engine.select import select
from satselect.engine.signals import signals_held
from satselect.engine.solve.mip import finish
from satselect.engine.timeline.cliques import interval_rows
from satselect.engine.timeline.form import SharedRows, TimelineProblem

_SELECTING, _PLANNING = "satselect-compiled", "satselect-compiled-planning"
_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # any day: code is compiled for types, not for values

_lock = Lock()


def get_ready() -> None:
    """Makes ready, once in a process, what selecting enters of compiled code; other threads wait meanwhile.

    Loading takes a third of a second. Compiling takes 24 s of a processor, once on a machine: of several
    processes that want it at a time one compiles, and the others load.
    """
    if state() is State.COMPILED:
        return
    with _lock:
        if state() is not State.COMPILED:
            with signals_held():  # nor may what a signal raises: the compiler would take it for its own
                Context().run(_warmed_up, _SELECTING, warm_up)  # nobody stops it
            become(State.COMPILED)


def get_ready_to_plan() -> None:
    """Makes ready what planning enters besides: 17 s more, once on a machine, which selecting does not need."""
    get_ready()
    with _lock:
        if planning_state() is not State.COMPILED:
            with signals_held():
                Context().run(_warmed_up, _PLANNING, _planning_entered)
            planning_becomes(State.COMPILED)


def is_cached() -> bool:
    """Whether all that selecting needs was compiled on this machine, of these sources and for this processor."""
    return _is_cached(_SELECTING)


def is_cached_to_plan() -> bool:
    """The same, of what planning needs besides."""
    return _is_cached(_PLANNING)


def _is_cached(what: str) -> bool:
    with suppress(OSError):
        return _stamp(what).read_text() == _fingerprint()
    return False


def _warmed_up(what: str, enter: Callable[[], None]) -> None:
    if _is_cached(what):
        enter()
    else:
        with _alone():
            enter()
            with suppress(OSError):  # nowhere to keep it: numba has the same trouble
                _stamp(what).write_text(_fingerprint())
    keep_as_little()


def _stamp(what: str) -> Path:
    """In the folder where numba keeps what it compiled."""
    return Path(str(cast("Any", reduced).dispatcher.stats.cache_path)) / f"{what}-{sys.implementation.cache_tag}.stamp"


def _fingerprint() -> str:
    root = Path(__file__).parent
    # By times and sizes, as numba tells whether its own files are of these sources; reading all of them takes longer.
    sources = [(path.name, path.stat().st_mtime, path.stat().st_size) for path in sorted(root.rglob("*.py"))]
    target = cpu_target.target_context.codegen().magic_tuple()
    return sha256(repr((numba.__version__, target, sources)).encode()).hexdigest()


@contextmanager
def _alone() -> Iterator[None]:
    """Waits until no other process compiles, where the system knows locks of files."""
    with ExitStack() as held:
        with suppress(ImportError, OSError):
            import fcntl

            stamp = _stamp(_SELECTING)
            stamp.parent.mkdir(parents=True, exist_ok=True)
            # Closing it ends the lock, and so does the end of this process, however that ends.
            file = held.enter_context(stamp.with_suffix(".lock").open("w"))
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def warm_up() -> None:
    """Enters all that selecting may need, so that it is loaded, or compiled."""
    with forced():
        _enter_all()


def _enter_all() -> None:
    capacities = {"r0": 3, "r1": 2}
    tasks = _tasks(300, 23)  # more than `FEW`: names are read by compiled code
    select(tasks, capacities=capacities)
    buffer = Buffer(capacities)
    for task in tasks:
        buffer.add(task)
    buffer.select()
    # A buffer's amounts widen as larger ones come, and each width is compiled by itself.
    for kind in (np.int8, np.int16, np.int32, np.int64):
        reduced(np.zeros((1, 1), np.int32), np.ones((1, 1), kind), np.ones(1), np.ones(1))
    several = {str(i): {"r0": 3, "r1": 2, "r2": 3} for i in range(5)}
    select(_tasks(60, 3), satellites=several)
    fleet = {name: {f"r{i}": 1 for i in range(23)} for name in ("a", "b")}
    for problem in (Problem.of(_tasks(30, 23), None, fleet), Problem.of(_tasks(180, 139))):
        for part in reduce(pack(problem)).parts:
            _enter(part)


def _tasks(count: int, resources: int) -> list[Task]:
    return [
        Task(f"task {i}", {f"r{i * prime % resources}": 1 + i % 2 for prime in (7, 11, 13)}, profit=1 + i * 37 % 101)
        for i in range(count)
    ]


def _enter(part: Part) -> None:
    limits, y, alike = Limits(nodes=100, steps=10, branches=1), price(part).y, twins(part)
    covered(alike, 0, np.arange(len(part.profits)))
    relax_nearly(part, unit_of(part), limits)
    relax_in_portions(part.rows, part.profits / unit_of(part), part.capacities, limits)
    nothing = Answer.of(part, np.array([], np.int64), y, bound(part, y), Proof.DUALITY)
    improved(part, nothing.columns, y, limits)
    tightened(part, y, 0, limits)
    condensed(part, limits)
    condensed(replace(part, capacities=np.maximum(part.capacities, 2)), limits)  # resources that three can't share
    ruin_of(part, y, alike).rebuilt(nothing.columns, limits)
    finish(part, search(part, nothing, limits), limits)


def _planning_entered() -> None:
    with forced():
        _enter_planning()


def _enter_planning() -> None:
    slew: dict[str, Transition] = {"camera": Slew(1)}
    for transition in (None, slew):
        _enter_plan(transition)
    ring = np.arange(10) // 2
    rows = Rows(2 * np.arange(6), (ring + np.arange(10) % 2) % 5, np.ones(10, np.int64))
    odd_cycles(rows, np.ones(5, np.int64), np.full(5, 0.5), Limits())


def _enter_plan(transition: dict[str, Transition] | None) -> None:
    spots = [Opportunity("a", _DAY, _DAY + timedelta(minutes=1), details={"off_nadir": 0.0}) for _ in range(4)]
    tasks = [
        TimedTask("t", ["camera", "wheels", "disk"], profit=1, opportunities=[spot], duration=20) for spot in spots
    ]
    owned: dict[str, int | Resource] = {"camera": 1, "wheels": 1, "disk": Resource(1, kind="reservoir")}
    given = formulate(problem_of(tasks, None, {"a": owned}, (), None, (), (), STAY, None, transition))
    certified(given, solve_packed(given.form, given.candidates.worth[given.chosen], Limits()))
    _enter_paths(given.form)


def _enter_chains(form: TimelineProblem) -> None:
    lines = lines_of(form, np.arange(len(form)))
    if (conflicts := conflicts_of(lines)) is not None:
        plan = Plan.of(conflicts, lines.value, np.zeros(len(form), np.bool_), 1)
        anneal(conflicts, lines.value, plan, np.arange(len(form)), 1.0, 0.9, 10, PORTION)
        merge(conflicts, lines.value, np.zeros(len(form), np.bool_), plan.taken)


def _enter_paths(form: TimelineProblem) -> None:
    lines = lines_of(form, np.arange(len(form)))
    state, ascent = plan_of(lines, order_by(lines.value)), Ascent(lines)
    search_along(lines, state, ascent.prices, Room.of(), 1.0, 0.9, 10, 1, PORTION)
    ascent.go_on(10, 0)
    drop(lines, ascent.prices, ascent.scratch, 0, 1)
    _enter_chains(replace(form, rows=SharedRows.of([])))
    if (graphs := graphs_of(lines, 0, PORTION)) is not None:
        labelled(graphs[0], lines.value[: lines.bounds[1]], Labels.of(0, 0), 0, 1, Limits())
    each, no = np.ones(3, np.int64), np.zeros(3, np.bool_)
    best_within(each, no, each, np.arange(3), np.empty((4, 2), np.int64), np.zeros(4, np.int64), no)
    interval_rows(np.array([0, 1, 2]), np.array([4, 1, 4]), each, np.arange(3), 1)  # one of no length
