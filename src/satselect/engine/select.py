"""The front door of the engine: which tasks are worth most together, and the proof of it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from satselect.engine.first_time import within
from satselect.engine.limits import Limits
from satselect.engine.problem import validation
from satselect.engine.problem.problem import FEW, Problem, tasks_of
from satselect.engine.problem.task import Task
from satselect.engine.relaxation.proof import Proof
from satselect.engine.result.certificate import Beside, Certificate, Prices
from satselect.engine.result.selection import Selection, certified
from satselect.engine.solve.dynamic_program import is_small, solve_small

if TYPE_CHECKING:
    from satselect.engine.result.progress import OnProgress


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
        time_limit: seconds after which the best selection found so far is good enough; None runs to proof. What has
            to be compiled on a machine for the first time doesn't count.
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
    # Gone through once: without compiled code it may be selected from twice, and an iterator would be empty by then.
    tasks = tasks_of(tasks)
    validation.seconds("time_limit", time_limit)
    validation.function("on_progress", on_progress)

    def selects(limits: Limits) -> Selection:
        return selected(Problem.of(tasks, capacities, satellites), limits, on_progress)

    # Enters nothing that is compiled, so it neither waits for that nor loads it.
    if len(tasks) <= FEW and is_small(problem := Problem.of(tasks, capacities, satellites)):
        selection = selected_small(problem)
    else:
        selection = within(selects, time_limit, count=len(tasks))
    return replace(selection, _time_limit=time_limit)


def selected(problem: Problem, limits: Limits, on_progress: "OnProgress | None" = None) -> Selection:
    """The selection of a problem that is known to be right."""
    if is_small(problem):
        return selected_small(problem)
    # The rooms behind are compiled and take a third of a second to load: only who needs them enters.
    from satselect.engine.packing.pools import are_few, pooled
    from satselect.engine.solve.pooling import better, is_closed, select_pooled

    pools = pooled(problem)
    if pools is None:
        return certified(problem, _solved(problem, limits, on_progress), selected)
    found = select_pooled(pools, limits)  # many satellites as few large ones
    if not is_closed(found) and are_few(pools, limits):
        found = better(_solved(problem, limits, on_progress), found)
    return certified(problem, found, selected)


def _solved(problem: Problem, limits: Limits, on_progress: "OnProgress | None") -> Certificate:
    from satselect.engine.packing.packing import pack
    from satselect.engine.packing.presolve import reduce
    from satselect.engine.problem.exact import exact_sum
    from satselect.engine.result.assemble import assemble
    from satselect.engine.result.progress import notes_of
    from satselect.engine.solve.solve import solve

    packing = pack(problem)  # names become indices
    reduced = reduce(packing)  # heads, and parts that share no resource
    notes = notes_of(reduced.units, reduced.parts, exact_sum(packing.profits[reduced.free]), on_progress)
    answers = [  # price, round, search, finish
        solve(part, limits, note, is_priced=False) for part, note in zip(reduced.parts, notes, strict=True)
    ]
    return assemble(packing, reduced, answers)


def selected_small(problem: Problem, given: Iterable[Task] | None = None, beside: Beside = ()) -> Selection:
    """The selection of a small problem; see `certified`."""
    certificate = Certificate(solve_small(problem), None, Proof.SEARCH, lambda: _prices_of(problem, beside))
    return certified(problem, certificate, selected, given)


def _prices_of(problem: Problem, beside: Beside) -> Prices:
    from satselect.engine.result.assemble import prices_of

    return prices_of(problem, beside)
