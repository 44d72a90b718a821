"""What a selection is, as its caller sees it, and how it is put together from the answers for its parts."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from satselect.selection.answer import Answer, Proof
from satselect.selection.certify import check_selection
from satselect.selection.greedy import fill
from satselect.selection.packing import Ints, Packing
from satselect.selection.presolve import Reduced
from satselect.selection.problem import Problem, Task
from satselect.selection.units import exact_sum


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """A set of tasks that fits, with what is proven about it.

    Attributes:
        tasks: the selected tasks, in the order given.
        buffered: the others, in the order given.
        profit: the sum of the selected tasks' profits.
        bound: no selection earns more; None if unknown.
        status: `optimal` if proven so, else `feasible`.
        proof: what the bound rests on: `duality`, `search` or `solver`.
        prices: for every resource that a task uses its dual value, an estimate from above of what one more
            unit would earn.
    """

    tasks: Sequence[Task]
    buffered: Sequence[Task]
    profit: float
    bound: float | None
    status: Literal["optimal", "feasible"]
    proof: Proof
    prices: Mapping[str, float]

    @property
    def gap(self) -> float | None:
        """`(bound - profit) / profit`: 0 proves the optimum; None if the bound is unknown or the profit 0."""
        if self.status == "optimal":
            return 0.0
        if self.bound is None or not self.profit:
            return None
        return (self.bound - self.profit) / self.profit


def assemble(problem: Problem, packing: Packing, reduced: Reduced, answers: Sequence[Answer]) -> Selection:
    """The selection that these answers, one per part, make together; certified.

    Raises:
        CertificateError: it does not hold.
    """
    picked = [part.tasks[answer.columns] for part, answer in zip(reduced.parts, answers, strict=True)]
    chosen = _oldest_of_equals(packing, reduced.heads, np.concatenate([*picked, np.array([], np.int64)]))
    chosen = _maximal(packing, reduced.heads, chosen)
    selected = np.zeros(len(problem.tasks), bool)
    selected[chosen] = selected[reduced.free] = True
    profit = exact_sum(packing.profits[selected])
    limit = reduced.units.worth(sum(answer.bound for answer in answers)) + exact_sum(packing.profits[reduced.free])
    tasks = [task for task, is_selected in zip(problem.tasks, selected, strict=True) if is_selected]
    check_selection(problem, tasks, profit, limit)
    return Selection(
        tasks=tasks,
        buffered=[task for task, is_selected in zip(problem.tasks, selected, strict=True) if not is_selected],
        profit=float(profit),
        bound=float(profit) if profit == limit else _rounded_up(limit),
        status="optimal" if profit == limit else "feasible",
        proof=max((answer.proof for answer in answers), key=list(Proof).index, default=Proof.DUALITY),
        prices=_prices(packing, reduced, answers),
    )


def _oldest_of_equals(packing: Packing, heads: Ints, chosen: Ints) -> Ints:
    """As many tasks of each signature as chosen, but its best ones, and of equally good ones the oldest."""
    counts = np.bincount(packing.signature_of[chosen], minlength=len(packing.signatures))
    order = heads[np.lexsort((heads, -packing.profits[heads], packing.signature_of[heads]))]
    signature = packing.signature_of[order]
    rank = np.arange(len(order)) - np.searchsorted(signature, signature)
    return order[rank < counts[signature]]


def _maximal(packing: Packing, heads: Ints, chosen: Ints) -> Ints:
    """The chosen tasks and whatever still fits beside them, oldest first."""
    used = packing.signatures.take(packing.signature_of[chosen])
    room = packing.capacities.copy()
    np.subtract.at(room, used.resources, used.amounts)
    rest = np.setdiff1d(heads, chosen)
    added = fill(packing.signatures.take(packing.signature_of[rest]), range(len(rest)), room)
    return np.concatenate((chosen, rest[added]))


def _prices(packing: Packing, reduced: Reduced, answers: Sequence[Answer]) -> dict[str, float]:
    prices = dict.fromkeys(packing.names, 0.0)
    for part, answer in zip(reduced.parts, answers, strict=True):
        for resource, units in zip(part.resources.tolist(), answer.y.tolist(), strict=True):
            prices[packing.names[resource]] = float(reduced.units.worth(units))
    return prices


def _rounded_up(limit: Fraction) -> float:
    nearest = float(limit)
    return nearest if Fraction(nearest) >= limit else math.nextafter(nearest, math.inf)
