"""Solves one part: prices it, rounds the relaxation, searches what is left open, and has HiGHS finish the rest."""

import logging
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from satselect.selection.answer import Answer, check
from satselect.selection.condense import condensed
from satselect.selection.errors import CertificateError
from satselect.selection.finish import finish, finish_tight
from satselect.selection.greedy import fill
from satselect.selection.limits import Limits
from satselect.selection.presolve import Part
from satselect.selection.price import Prices, bound, price, reduced_profits
from satselect.selection.progress import Note
from satselect.selection.proof import Proof
from satselect.selection.search import search

log = logging.getLogger(__name__)

Step = Callable[[Part, Answer, Limits], Answer]

_SEARCHED_RESOURCES = 128  # with more, HiGHS goes deeper
_FEW_COLUMNS = 200  # of a wide part that is searched all the same, for so many nodes
_NODES_IF_WIDE = 100_000
_CONDENSED_COLUMNS = 2000  # more have too many pairs
_LOOSE_HEAT = 0.3


def solve(part: Part, limits: Limits, note: Note) -> Answer:
    """The best selection of a part that is found within the limits, with its bound; each step checked, and noted."""
    answer = _rounded(part, price(part))
    note(answer)
    if answer.is_optimal or not _is_condensed(part):
        return _improved(part, answer, limits, note)
    smaller = condensed(part)
    start = _rounded(smaller.part, price(smaller.part))
    best = _improved(smaller.part, start, limits, lambda found: note(smaller.restored(part, found, answer)))
    return _checked(part, smaller.restored(part, best, answer), instead=answer)


def _is_condensed(part: Part) -> bool:
    return len(part.resources) > _SEARCHED_RESOURCES and len(part.profits) <= _CONDENSED_COLUMNS


def _improved(part: Part, answer: Answer, limits: Limits, note: Note) -> Answer:
    for step, effort in _way(part, limits):
        if answer.is_optimal or limits.is_over():
            break
        answer = _checked(part, step(part, answer, effort), instead=answer)
        note(answer)
    return answer


def _way(part: Part, limits: Limits) -> list[tuple[Step, Limits]]:
    """What to try in turn, after the shape of the part; measured, see docs/benchmarks.md."""
    if len(part.resources) <= _SEARCHED_RESOURCES:
        return [(search, limits), (finish, limits)]
    # Too wide to be searched to the end. Few columns are, for a while; of many HiGHS may make short work. If it
    # doesn't, good selections are worth a while.
    nodes = _NODES_IF_WIDE if len(part.profits) <= _FEW_COLUMNS else 0
    brief = replace(limits, nodes=nodes, branches=20)
    patient = replace(limits, nodes=0, heat=_LOOSE_HEAT, steps=200_000)
    return [(search, brief), (finish_tight, brief), (search, patient), (finish, limits)]


def _rounded(part: Part, prices: Prices) -> Answer:
    """What the relaxation takes whole comes first, then what it takes a part of, then what it would miss least."""
    order = np.lexsort((-reduced_profits(part, prices.y), -np.round(prices.fractions, 4)))
    columns = fill(part.rows, order, part.capacities.copy())
    return Answer.of(part, columns, prices.y, bound(part, prices.y), Proof.DUALITY)


def _checked(part: Part, answer: Answer, *, instead: Answer) -> Answer:
    try:
        check(part, answer)
    except CertificateError:
        log.exception("certificate.refused", extra={"proof": answer.proof, "columns": len(part.profits)})
        return instead
    return answer
