"""Puts the answers for the parts together: one set of tasks, one bound."""

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from satselect.selection.answer import Answer
from satselect.selection.greedy import fill
from satselect.selection.heads import Heads
from satselect.selection.outcome import Prices, Selection, certified
from satselect.selection.packing import Ints, Packing, pack
from satselect.selection.presolve import Part, Reduced, reduce
from satselect.selection.price import price
from satselect.selection.problem import Problem
from satselect.selection.proof import weakest
from satselect.selection.units import Units, exact_sum


def assemble(problem: Problem, packing: Packing, reduced: Reduced, answers: Sequence[Answer]) -> Selection:
    """The selection that these answers, one per part, make together.

    Raises:
        CertificateError: it does not hold.
    """
    solved = list(zip(reduced.parts, answers, strict=True))
    picked = np.concatenate([np.array([], np.int64), *(part.tasks[answer.columns] for part, answer in solved)])
    chosen = _maximal(packing, reduced.heads, _oldest_of_equals(packing, reduced.heads, picked))
    limit = exact_sum(packing.profits[reduced.free])
    limit += sum((_limit(reduced.units, part, answer) for part, answer in solved), Fraction(0))
    return certified(
        problem,
        {problem.tasks[i] for i in (*chosen.tolist(), *reduced.free.tolist())},
        limit,
        weakest([answer.proof for answer in answers]),
        lambda: _prices(packing, reduced, [answer.y for answer in answers]),
    )


def _limit(units: Units, part: Part, answer: Answer) -> Fraction:
    return exact_sum(part.worths[answer.columns]) if answer.is_optimal else units.worth(answer.bound)


def _oldest_of_equals(packing: Packing, heads: Heads, chosen: Ints) -> Ints:
    """As many tasks of each signature as chosen, but its best ones, and of equally good ones the oldest."""
    counts = Counter(heads.signatures[np.searchsorted(heads.tasks, chosen)].tolist())
    affected = np.flatnonzero(np.isin(heads.signatures, list(counts)))
    best_first = affected[np.argsort(-packing.profits[heads.tasks[affected]], kind="stable")]
    picked = []
    for head, signature in zip(best_first.tolist(), heads.signatures[best_first].tolist(), strict=True):
        if counts[signature]:
            counts[signature] -= 1
            picked.append(head)
    return heads.tasks[np.array(picked, np.int64)]


def _maximal(packing: Packing, heads: Heads, chosen: Ints) -> Ints:
    """The chosen tasks and whatever head still fits beside them, oldest first."""
    used = packing.rows.take(chosen)
    room = packing.capacities.copy()
    np.subtract.at(room, used.resources, used.amounts)
    is_chosen = np.zeros(len(packing.profits), np.bool_)
    is_chosen[chosen] = True
    rest = heads.tasks[~is_chosen[heads.tasks]]
    return np.concatenate((chosen, fill(packing.rows, rest, room)))


def _prices(packing: Packing, reduced: Reduced, ys: Sequence[Ints]) -> Prices:
    prices = dict.fromkeys(packing.names, 0.0)
    for part, y in zip(reduced.parts, ys, strict=True):
        for resource, units in zip(part.resources.tolist(), y.tolist(), strict=True):
            prices[packing.names[resource]] = float(reduced.units.worth(units))
    return prices


def prices_of(problem: Problem) -> Prices:
    """The dual value of every resource of the problem."""
    packing = pack(problem)
    reduced = reduce(packing)
    return _prices(packing, reduced, [price(part).y for part in reduced.parts])
