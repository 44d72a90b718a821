"""The front door of the engine: which tasks are worth most together, and the proof of it."""

import math
from collections.abc import Iterable, Mapping
from time import monotonic

from satselect.selection.outcome import Selection, assemble
from satselect.selection.packing import pack
from satselect.selection.presolve import reduce
from satselect.selection.problem import Problem, Task
from satselect.selection.solve import solve


def select(
    tasks: Iterable[Task],
    *,
    capacities: Mapping[str, int] | None = None,
    time_limit: float | None = None,
) -> Selection:
    """The selection of these tasks that earns most without using any resource above its capacity.

    Args:
        tasks: what competes, oldest first; of equal tasks the older is selected.
        capacities: units of each resource where it isn't 1.
        time_limit: seconds after which the best selection found so far is good enough; None runs to proof.

    Raises:
        InvalidTaskError: names the task and the field that is wrong.
        InvalidCapacityError: names the resource whose capacity is wrong.

    >>> camera = Task("capture", ["camera", "disk"], profit=9.2)
    >>> selection = select([camera, Task("clean", ["disk"], profit=0.4)])
    >>> [task.name for task in selection.tasks], selection.profit, selection.gap
    (['capture'], 9.2, 0.0)
    """
    deadline = math.inf if time_limit is None else monotonic() + time_limit
    problem = Problem.of(tasks, capacities)
    packing = pack(problem)
    reduced = reduce(packing)
    answers = [solve(part, deadline) for part in reduced.parts]
    return assemble(problem, packing, reduced, answers)
