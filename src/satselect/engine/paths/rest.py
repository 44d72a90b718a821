"""What the paths leave open, handed to the search and to HiGHS: timelines as maximal cliques."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from satselect.engine.limits import Limits
from satselect.engine.packing.part import Part
from satselect.engine.paths.duality import Prices
from satselect.engine.problem.rows import Bools, Floats, Ints
from satselect.engine.relaxation.answer import Answer
from satselect.engine.relaxation.prices import bound as proven
from satselect.engine.relaxation.prices import price
from satselect.engine.relaxation.proof import Proof, weakest
from satselect.engine.solve.mip import finish_few, finish_near
from satselect.engine.solve.solve import solve
from satselect.engine.timeline.form import SharedRows, TimelineProblem
from satselect.engine.timeline.packed import PackedPlan, pack_plan

_NEAR = 0.002  # the gap below which what is planned already needs no more than a proof
_FAIRLY_NEAR = 0.006  # and below which HiGHS finds the better plan sooner than the search does


@dataclass(frozen=True, slots=True)
class Rest:
    """Candidates, (chosen,), that fit, and units that no others of the rest exceed, with what proves it.

    `prices`: of tasks and shared rows in the relaxation, and `is_priced`, (tasks,), the tasks that it prices.
    """

    chosen: Ints
    bound: int
    proof: Proof
    prices: Prices
    is_priced: Bools


def restricted(problem: TimelineProblem, who: Ints) -> TimelineProblem:
    """The same problem with these candidates only, ascending."""
    place = np.full(len(problem), -1)
    place[who] = np.arange(len(who))
    rows = problem.rows
    is_here = place[rows.candidates] >= 0
    starts = np.concatenate(([0], np.cumsum(is_here)))[rows.starts]
    shared = SharedRows(starts, place[rows.candidates[is_here]], rows.amounts[is_here], rows.capacities)
    kept = {name: getattr(problem, name)[who] for name in ("line", "start", "end", "value", "task", "kind")}
    units = replace(problem.units, profits=problem.units.profits[who])
    return replace(problem, **kept, rows=shared, units=units)


def solve_rest(
    problem: TimelineProblem,
    who: Ints,
    limits: Limits,
    improved: Callable[[Ints], None],
    known: Ints | None = None,
    proving: Limits | None = None,
) -> Rest:
    """The best plan with these candidates that is found within the limits; what is on the way to it is told.

    known: (chosen,) candidates of a plan that is thought to be a best one, so that it is proven before it is searched,
    within limits of its own.

    Raises:
        OutOfTime: there was no time for the cliques.
    """
    form = restricted(problem, who)
    packed = pack_plan(form, limits)
    worths = np.array([float(form.units.worth(int(value))) for value in form.value.tolist()])
    units, parts = packed.parts(worths)
    bound, proofs, found, ys = int(form.value[packed.free].sum()), [], [packed.free], list[Floats]()
    for part in parts:
        answer = None
        if known is not None:
            answer = _proven(part, np.flatnonzero(np.isin(who[part.candidates], known)), proving or limits)
        answer = answer or solve(part, limits, lambda _: None)
        found.append(part.candidates[answer.columns])
        bound += in_units(answer, part.candidates, form, units.exponent)
        proofs.append(answer.proof)
        ys.append(answer.y)
    chosen = who[np.concatenate(found)]
    improved(chosen)
    prices, is_priced = _of_all(problem, *prices_of_parts(packed, parts, ys, units.exponent))
    return Rest(chosen, bound, weakest(proofs), prices, is_priced)


def _of_all(problem: TimelineProblem, prices: Prices, is_priced: Bools) -> tuple[Prices, Bools]:
    """The same with the last tasks, of which no candidate was left."""
    more = int(problem.task.max(initial=-1)) + 1 - len(is_priced)
    return Prices(np.pad(prices.tasks, (0, more)), prices.rows), np.pad(is_priced, (0, more))


def _proven(part: Part, columns: Ints, limits: Limits) -> Answer | None:
    """The answer for a part of which good columns are known, if the relaxation says that they are near the best."""
    y = price(part, limits).y
    start = Answer.of(part, columns, y, proven(part, y), Proof.DUALITY)
    if start.is_optimal:
        return start
    gap = start.bound - start.profit(part)
    if gap > _FAIRLY_NEAR * start.bound or limits.is_over():
        return None
    return finish_near(part, start, limits) if gap <= _NEAR * start.bound else finish_few(part, start, limits)


def prices_of_parts(
    packed: PackedPlan, parts: Sequence[Part], ys: Sequence[Floats], exponent: int
) -> tuple[Prices, Bools]:
    """Prices of tasks and shared rows at those of the resources of parts, in units of the form; which tasks have one.

    Parts count in units of the exponent. A task's price is that of its resource of one unit, here or in the packing.
    """
    form = packed.form
    unit, shared = 10.0 ** (form.units.exponent - exponent), len(form.rows)
    tasks, rows = np.zeros(int(form.task.max(initial=-1)) + 1), np.zeros(shared)
    is_priced = np.zeros(len(tasks), np.bool_)
    for part, y in zip(parts, ys, strict=True):
        count = len(part.resources)
        number = np.concatenate((part.resources, np.full(len(part.capacities) - count, shared + len(packed.line_rows))))
        worth = np.maximum(y, 0.0) * unit
        worth[:count] /= part.divisors
        is_shared = number < shared
        rows[number[is_shared]] = worth[is_shared]
        is_choice = number >= shared + len(packed.line_rows)
        at = np.flatnonzero(is_choice[part.rows.resources])
        pairs = np.stack((form.task[part.candidates[part.rows.owners[at]]], part.rows.resources[at]))
        task, resource = np.unique(pairs, axis=1)
        np.add.at(tasks, task, worth[resource])
        is_priced[task] = True
    return Prices(np.round(tasks).astype(np.int64), np.round(rows).astype(np.int64)), is_priced


def in_units(answer: Answer, candidates: Ints, form: TimelineProblem, exponent: int) -> int:
    """The bound of a part, which may count in other units, in those of the form, rounded up."""
    if answer.is_optimal:
        return int(form.value[candidates[answer.columns]].sum())
    shift = form.units.exponent - exponent
    return answer.bound * int(10**shift) if shift >= 0 else -(-answer.bound // int(10**-shift))
