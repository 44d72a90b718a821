"""The front door of the engine: which tasks are worth most together, and the proof of it."""

from collections.abc import Iterable, Mapping, Sized
from dataclasses import replace
from typing import TYPE_CHECKING

from satselect.selection import validate
from satselect.selection.limits import Limits
from satselect.selection.outcome import Certificate, Prices, Selection, certified
from satselect.selection.problem import FEW, Problem, Task, tasks_of
from satselect.selection.proof import Proof
from satselect.selection.signals import signals_held
from satselect.selection.small import is_small, solve_small

if TYPE_CHECKING:
    from satselect.selection.progress import OnProgress


def select(
    tasks: Iterable[Task],
    *,
    capacities: Mapping[str, int] | None = None,
    satellites: Mapping[str, Mapping[str, int]] | None = None,
    time_limit: float | None = None,
    on_progress: "OnProgress | None" = None,
) -> Selection:
    """The selection of these tasks that earns most without using any resource above its capacity.

    Args:
        tasks: what competes, oldest first; of equal tasks the older is selected.
        capacities: units of each resource where it isn't 1; with satellites the units of what they share.
        satellites: the units of each resource that each satellite owns, by name: a task runs on one that has what it
            needs.
        time_limit: seconds after which the best selection found so far is good enough; None runs to proof. What is
            compiled in a process for the first time doesn't count.
        on_progress: told what the incumbent earns and what is proven, when that changes; not for small problems.

    An exception of a signal, as of Ctrl+C, ends the search and is raised once it has ended, in a fraction of a second.

    Raises:
        InvalidTaskError: names the task and the field that is wrong.
        InvalidCapacityError: names the resource whose capacity is wrong.
        InvalidArgumentError: names another argument that is not what it should be.

    >>> capture = Task("capture", ["camera", "disk"], profit=9.2)
    >>> selection = select([capture, Task("clean", ["disk"], profit=0.4)])
    >>> [task.name for task in selection.tasks], selection.profit, selection.gap
    (['capture'], 9.2, 0.0)
    """
    tasks = tasks_of(tasks)
    validate.seconds("time_limit", time_limit)
    validate.function("on_progress", on_progress)
    if time_limit is not None:
        make_ready(tasks, satellites)
    with signals_held():
        limits = Limits.within(time_limit)
        selection = selected(Problem.of(tasks, capacities, satellites), limits, on_progress)
    return replace(selection, _time_limit=time_limit)


def make_ready(tasks: Sized, satellites: object) -> None:
    """Loads what selecting among such tasks may need, or compiles it, so that no time limit is spent on that."""
    if satellites is not None or len(tasks) > FEW:
        from satselect.selection.warm import get_ready

        get_ready()


def selected(problem: Problem, limits: Limits, on_progress: "OnProgress | None" = None) -> Selection:
    """The selection of a problem that is known to be right."""
    if is_small(problem):
        return selected_small(problem)
    # The rooms behind are compiled and take a third of a second to load: only who needs them enters.
    from satselect.selection.pooling import better, is_closed, select_pooled
    from satselect.selection.pools import are_few, pooled

    pools = pooled(problem)
    if pools is None:
        return certified(problem, _solved(problem, limits, on_progress))
    found = select_pooled(pools, limits)  # many satellites as few large ones
    if not is_closed(found) and are_few(pools, limits):
        found = better(_solved(problem, limits, on_progress), found)
    return certified(problem, found)


def _solved(problem: Problem, limits: Limits, on_progress: "OnProgress | None") -> Certificate:
    from satselect.selection.assemble import assemble
    from satselect.selection.packing import pack
    from satselect.selection.presolve import reduce
    from satselect.selection.progress import notes_of
    from satselect.selection.solve import solve

    packing = pack(problem)  # names become indices
    reduced = reduce(packing)  # heads, and parts that share no resource
    notes = notes_of(packing, reduced, on_progress)
    answers = [  # price, round, search, finish
        solve(part, limits, note) for part, note in zip(reduced.parts, notes, strict=True)
    ]
    return assemble(packing, reduced, answers)


def selected_small(problem: Problem, given: Iterable[Task] | None = None) -> Selection:
    """The selection of a small problem; see `certified`."""
    certificate = Certificate(solve_small(problem), None, Proof.SEARCH, lambda: _prices_of(problem))
    return certified(problem, certificate, given)


def _prices_of(problem: Problem) -> Prices:
    from satselect.selection.assemble import prices_of

    return prices_of(problem)
