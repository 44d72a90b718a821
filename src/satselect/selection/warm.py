"""Makes the compiled rooms ready before the first client waits for them, or a clock is started.

Each room is entered here, whatever a problem of this size would need: what is compiled later is on somebody's clock.
"""

from contextvars import Context
from threading import Lock

import numpy as np

from satselect.selection.answer import Answer
from satselect.selection.buffer import Buffer
from satselect.selection.columns import reduced
from satselect.selection.condense import condensed
from satselect.selection.finish import finish
from satselect.selection.limits import Limits
from satselect.selection.local import improved
from satselect.selection.packing import pack
from satselect.selection.presolve import Part, reduce
from satselect.selection.price import bound, price, relax_nearly, unit_of
from satselect.selection.problem import Problem, Task
from satselect.selection.proof import Proof
from satselect.selection.search import ruin_of, search
from satselect.selection.select import select
from satselect.selection.signals import signals_held
from satselect.selection.tighten import tightened
from satselect.selection.twins import covered, twins

_lock = Lock()
_done: list[bool] = []


def get_ready() -> None:
    """Warms up once in a process; who comes meanwhile waits."""
    if not _done:
        with _lock:
            if not _done:
                with signals_held():  # nor may what a signal raises: the compiler would take it for its own
                    Context().run(warm_up)  # nobody stops it
                _done.append(True)


def warm_up() -> None:
    """Loads or compiles all that selecting may need: a minute the first time on a machine, a fraction later."""
    capacities = {"r0": 3, "r1": 2}
    tasks = _tasks(300, 23)
    select(tasks, capacities=capacities)
    buffer = Buffer(capacities)
    for task in tasks:
        buffer.add(task)
    buffer.select()
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
    nothing = Answer.of(part, np.array([], np.int64), y, bound(part, y), Proof.DUALITY)
    improved(part, nothing.columns, y, limits)
    tightened(part, y, 0, limits)
    condensed(part, limits)
    ruin_of(part, y, alike).rebuilt(nothing.columns, limits)
    finish(part, search(part, nothing, limits), limits)
