"""Solves one part: prices it, rounds the relaxation, searches what is left open, and has HiGHS finish the rest."""

import logging
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from satselect.engine.conflicts.condense import Condensed, condensed
from satselect.engine.limits import Limits
from satselect.engine.packing.greedy import fill
from satselect.engine.packing.part import Part
from satselect.engine.problem.errors import CertificateError
from satselect.engine.readiness import is_compiled
from satselect.engine.relaxation.answer import Answer, check
from satselect.engine.relaxation.prices import Prices, bound, price, reduced_profits
from satselect.engine.relaxation.proof import Proof
from satselect.engine.result.progress import Note
from satselect.engine.search.branch_and_bound import search
from satselect.engine.solve.closing import closed
from satselect.engine.solve.mip import finish, finish_few, finish_tight

log = logging.getLogger(__name__)

Step = Callable[[Part, Answer, Limits], Answer]
Way = list[tuple[Step, Limits]]

_SEARCHED_RESOURCES = 128  # with more, HiGHS goes deeper
_FEW_COLUMNS = 200  # of a wide part that is searched all the same, for a while
_WORK_IF_WIDE = 2_300_000_000  # nodes x columns x resources
_CONDENSED_COLUMNS = 2000  # more have too many pairs
_CONDENSING, _CLOSING = 0.3, 0.5  # of the time left
_FEW_USERS = 3  # columns that use a resource, on average, where most are pairs
_LEAST_PAIRS = 30  # columns, of which a search sees no end by pairs
_WORTH_CONDENSING = 0.005  # of the columns, or of the bound
_LOOSE_GAP, _LOOSE_HEAT = 0.25, 0.3  # where the relaxation is far away, annealing finds more if it is hotter
_LOOKS_IF_SEVERAL = 80


def solve(part: Part, limits: Limits, note: Note, *, is_priced: bool = True) -> Answer:
    """The best selection of a part that is found within the limits, with its bound; each step checked, and noted.

    Unless it has to be priced, the answer has no prices where nothing would rest on them.
    """
    if not is_priced and (answer := _of_few_rows(part, limits, note)):
        return answer
    answer = _closed_by_all(part, _rounded(part, price(part, limits)))
    note(answer)
    if not is_compiled():
        return _improved(part, answer, [(finish_few, limits)], note)
    may_be_condensed = not answer.is_optimal and not limits.is_over() and _may_be_condensed(part)
    if may_be_condensed and (smaller := condensed(part, limits.share(_CONDENSING))):
        start = _rounded(smaller.part, price(smaller.part, limits))
        if _is_worth_it(part, answer, smaller.part, start):
            way = _condensed_way(smaller.part, start, limits)
            return _checked(part, _restored(part, smaller, answer, start, way, note), instead=answer)
    return _improved(part, answer, _way(part, answer, limits), note)


def _closed_by_all(part: Part, answer: Answer) -> Answer:
    """The answer, optimal if it takes each task where that earns most: prices may be too coarse to prove even that."""
    if answer.is_optimal:
        return answer
    earned = np.zeros(part.tasks.max(initial=-1) + 1)
    earned[part.tasks[answer.columns]] = part.worths[answer.columns]
    if (part.worths > earned[part.tasks]).any():
        return answer
    return replace(answer, bound=answer.profit(part), proof=Proof.SEARCH, is_optimal=True)


def _of_few_rows(part: Part, limits: Limits, note: Note) -> Answer | None:
    """The answer for a part of pairs and triples that don't go together; None if it is none, or there was no time."""
    # The relaxation of pairs is far away, and takes longer than all that follows: nobody waits for its prices.
    is_wide = len(part.resources) > _SEARCHED_RESOURCES
    smaller = is_compiled() and is_wide and _is_of_pairs(part) and condensed(part, limits.share(_CONDENSING))
    if not smaller or limits.is_over():
        return None
    start = None if len(smaller.part.resources) <= _SEARCHED_RESOURCES else closed(smaller.part, limits.share(_CLOSING))
    start = start or _rounded(smaller.part, price(smaller.part, limits))
    note(smaller.restored(part, start, None))
    answer = _restored(part, smaller, None, start, _condensed_way(smaller.part, start, limits), note)
    return answer if _is_right(part, answer) else None


def _restored(part: Part, smaller: Condensed, before: Answer | None, start: Answer, way: Way, note: Note) -> Answer:
    best = _improved(smaller.part, start, way, lambda found: note(smaller.restored(part, found, before)))
    return smaller.restored(part, best, before)


def _improved(part: Part, answer: Answer, way: Way, note: Note) -> Answer:
    for step, effort in way:
        if answer.is_optimal or effort.is_over():
            break
        answer = _checked(part, step(part, answer, effort), instead=answer)
        note(answer)
    return answer


# What follows is decided by measurement: see docs/benchmarks.md, docs/decisions/0003 and 0017.


def _may_be_condensed(part: Part) -> bool:
    return _is_of_pairs(part) or (len(part.resources) > _SEARCHED_RESOURCES and len(part.profits) <= _CONDENSED_COLUMNS)


def _is_of_pairs(part: Part) -> bool:
    """Whether there are more resources than columns, and few columns use one."""
    count = len(part.profits)
    is_sparse = len(part.rows.resources) <= _FEW_USERS * len(part.capacities)
    return is_sparse and _LEAST_PAIRS <= count <= min(_CONDENSED_COLUMNS, len(part.capacities))


def _is_worth_it(part: Part, before: Answer, smaller: Part, after: Answer) -> bool:
    """Whether condensing dropped columns, or made the relaxation tighter."""
    is_smaller = len(smaller.profits) <= (1 - _WORTH_CONDENSING) * len(part.profits)
    return is_smaller or after.is_optimal or after.bound <= (1 - _WORTH_CONDENSING) * before.bound


def _way(part: Part, start: Answer, limits: Limits) -> Way:
    """What to try in turn, after the shape of the part."""
    if len(part.resources) <= _SEARCHED_RESOURCES:
        # Where several units can be taken proofs are rarely near, and other selections are.
        looks = _LOOKS_IF_SEVERAL if part.capacities.max() > 1 else limits.looks
        return [(search, replace(limits, looks=looks)), (finish, limits)]
    # Too wide to be searched to the end: HiGHS may make short work of it. If it doesn't, good selections are worth a
    # while.
    brief = _brief(part, start, limits)
    return [(search, brief), (finish, brief), (search, _patient(limits)), (finish, limits)]


def _condensed_way(part: Part, start: Answer, limits: Limits) -> Way:
    """The same for a part that is condensed: few columns are worth a search, and cliques help HiGHS."""
    if len(part.resources) <= _SEARCHED_RESOURCES:
        return [(search, limits), (finish, limits)]
    is_small = len(part.profits) <= _FEW_COLUMNS
    nodes = _WORK_IF_WIDE // (len(part.profits) * len(part.resources)) if is_small else 0
    brief = replace(_brief(part, start, limits), nodes=nodes)
    return [(search, brief), (finish_tight, brief), (search, _patient(limits)), (finish, limits)]


def _brief(part: Part, start: Answer, limits: Limits) -> Limits:
    is_loose = start.bound > (1 + _LOOSE_GAP) * start.profit(part)
    return replace(limits, nodes=0, heat=_LOOSE_HEAT if is_loose else limits.heat, branches=20)


def _patient(limits: Limits) -> Limits:
    return replace(limits, nodes=0, heat=_LOOSE_HEAT, steps=200_000)


def _rounded(part: Part, prices: Prices) -> Answer:
    """What the relaxation takes whole comes first, then what it takes a part of, then what it would miss least."""
    order = np.lexsort((-reduced_profits(part, prices.y), -np.round(prices.fractions, 4)))
    columns = fill(part.rows, order, part.capacities.copy())
    return Answer.of(part, columns, prices.y, bound(part, prices.y), Proof.DUALITY)


def _checked(part: Part, answer: Answer, *, instead: Answer) -> Answer:
    return answer if _is_right(part, answer) else instead


def _is_right(part: Part, answer: Answer) -> bool:
    try:
        check(part, answer)
    except CertificateError:
        log.exception("certificate.refused", extra={"proof": answer.proof, "columns": len(part.profits)})
        return False
    return True
