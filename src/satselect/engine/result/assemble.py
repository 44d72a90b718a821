"""Puts the answers for the parts together: one set of tasks, one bound."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from satselect.engine.packing.greedy import fill_candidates
from satselect.engine.packing.packing import Packing, pack
from satselect.engine.packing.presolve import Reduced, reduce
from satselect.engine.problem.exact import exact_sum
from satselect.engine.problem.problem import Problem
from satselect.engine.problem.rows import Floats, Ints
from satselect.engine.relaxation.answer import Answer
from satselect.engine.relaxation.prices import price, raw_bound, reduced_profits
from satselect.engine.relaxation.proof import weakest
from satselect.engine.result.certificate import Beside, Certificate, Prices
from satselect.engine.result.priced_out import priced_out

Chosen = dict[int, int]  # task -> candidate


def assemble(packing: Packing, reduced: Reduced, answers: Sequence[Answer], beside: Beside = ()) -> Certificate:
    """What these answers, one per part, say together about the tasks of the problem, and others beside."""
    solved = list(zip(reduced.parts, answers, strict=True))
    chosen: Chosen = {}
    for part, answer in solved:
        chosen |= dict(zip(part.tasks[answer.columns].tolist(), part.candidates[answer.columns].tolist(), strict=True))
    chosen = _with_whatever_fits(packing, reduced, _best_of_equals(packing, reduced.heads, chosen))
    limit = _free(packing, reduced)
    limit += sum((answer.limit(part, reduced.units) for part, answer in solved), Fraction(0))
    return Certificate(
        chosen={packing.tasks[task]: packing.satellites[candidate] for task, candidate in sorted(chosen.items())},
        limit=limit,
        proof=weakest([answer.proof for answer in answers]),
        price=lambda: _prices(packing, reduced, [answer.y for answer in answers], beside),
    )


def dual_of(packing: Packing, reduced: Reduced, answers: Sequence[Answer]) -> tuple[Floats, float]:
    """The prices, (resources,), at which these answers were found, and by how much they fall short of their bound.

    The bound is that of all columns in which other resources, and other amounts, may be used, too.
    """
    prices = np.zeros(len(packing.capacities))
    unit = float(reduced.units.worth(1))
    for part, answer in zip(reduced.parts, answers, strict=True):
        prices[part.resources] = answer.y[: len(part.resources)] * unit / part.divisors
    earned = sum(answer.profit(part) for part, answer in zip(reduced.parts, answers, strict=True))
    return prices, float(dual_limit(packing, reduced, answers) - _free(packing, reduced) - reduced.units.worth(earned))


def gaining(packing: Packing, reduced: Reduced, answers: Sequence[Answer]) -> list[int]:
    """A task of each signature of which any gains at the prices of these answers: behind others nobody gains."""
    found: dict[int, int] = {}
    for part, answer in zip(reduced.parts, answers, strict=True):
        y = answer.y.copy()
        y[len(part.resources) :] = 0  # the prices of tasks that several columns share say what these gain
        some = part.tasks[reduced_profits(part, y) > 0]
        found |= zip(packing.signatures[some].tolist(), some.tolist(), strict=True)
    return list(found.values())


def dual_limit(packing: Packing, reduced: Reduced, answers: Sequence[Answer]) -> Fraction:
    """What the prices of these answers prove, as long as no other column gains at them."""
    units = Fraction(0)
    for part, answer in zip(reduced.parts, answers, strict=True):
        units += raw_bound(part, answer.y, reduced_profits(part, answer.y))
        # What the amounts here can't use up others may.
        unused = packing.capacities[part.resources] % part.divisors
        for r in np.flatnonzero(unused).tolist():
            units += Fraction(float(answer.y[r])) * int(unused[r]) / int(part.divisors[r])
    return _free(packing, reduced) + units / Fraction(10) ** reduced.units.exponent


def _free(packing: Packing, reduced: Reduced) -> Fraction:
    return exact_sum(packing.profits[reduced.free])


def _best_of_equals(packing: Packing, heads: Ints, chosen: Chosen) -> Chosen:
    """The same candidates, given to the best tasks of each signature, and of equally good ones to the oldest."""
    candidates: dict[int, list[int]] = {}
    for task, candidate in chosen.items():
        candidates.setdefault(int(packing.signatures[task]), []).append(candidate)
    signatures = packing.signatures[heads]
    is_affected = np.zeros(len(packing.firsts), np.bool_)
    is_affected[list(candidates)] = True
    affected = np.flatnonzero(is_affected[signatures])
    # Tasks of a signature use the same, so which of them go changes nothing but the profit: the best do.
    best_first = affected[np.argsort(-packing.profits[heads[affected]], kind="stable")]
    return {
        task: candidates[signature].pop()
        for task, signature in zip(heads[best_first].tolist(), signatures[best_first].tolist(), strict=True)
        if candidates[signature]
    }


def _with_whatever_fits(packing: Packing, reduced: Reduced, chosen: Chosen) -> Chosen:
    """The chosen tasks, the free ones, and whatever head still fits beside them, oldest first."""
    used = packing.rows.take(np.array(list(chosen.values()), np.int64))
    room = packing.capacities.copy()
    np.subtract.at(room, used.resources, used.amounts)
    is_chosen = np.zeros(len(packing.tasks), np.bool_)
    is_chosen[list(chosen)] = True
    # The free ones first: they are in no part, so here is where they get a candidate.
    rest = np.concatenate((reduced.free, reduced.heads[~is_chosen[reduced.heads]]))
    added = fill_candidates(packing.rows, packing.firsts, packing.signatures, rest, room)
    taken = added >= 0
    return chosen | dict(zip(rest[taken].tolist(), added[taken].tolist(), strict=True))


def _prices(packing: Packing, reduced: Reduced, ys: Sequence[Floats], beside: Beside) -> Prices:
    """Prices for all tasks, those behind the heads, too."""
    prices = priced_out(packing, heads_prices(packing, reduced, ys), divisors_of(packing, reduced), beside)
    return dict(zip(packing.names, prices.tolist(), strict=True))


def heads_prices(packing: Packing, reduced: Reduced, ys: Sequence[Floats]) -> Floats:
    """The prices at which the heads were selected: (resources,)."""
    prices = np.zeros(len(packing.names))
    for part, known in zip(reduced.parts, ys, strict=True):
        # Where nothing rested on prices nobody made any, until now that somebody asks.
        y = known if len(known) == len(part.capacities) else price(part).y
        # Behind the packing's resources stand those that let each task be chosen once.
        wholes = zip(part.resources.tolist(), y.tolist(), part.divisors.tolist(), strict=False)
        for resource, units, divisor in wholes:
            prices[resource] = reduced.units.told(units, divisor)
    return prices


def divisors_of(packing: Packing, reduced: Reduced) -> Ints:
    """So many units of each resource are used together, or none: (resources,)."""
    divisors = np.ones(len(packing.names), np.int64)
    for part in reduced.parts:
        divisors[part.resources] = part.divisors
    return divisors


def prices_of(problem: Problem, beside: Beside = ()) -> Prices:
    """The dual value of every resource of the problem."""
    packing = pack(problem)
    reduced = reduce(packing)
    return _prices(packing, reduced, [price(part).y for part in reduced.parts], beside)
