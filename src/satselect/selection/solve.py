"""Solves one part: price it, round the relaxation, and let the finisher close what is left open."""

import logging
from time import monotonic

import numpy as np

from satselect.selection.answer import Answer, Proof
from satselect.selection.certify import check_answer
from satselect.selection.errors import CertificateError
from satselect.selection.finish import finish
from satselect.selection.greedy import fill
from satselect.selection.presolve import Part
from satselect.selection.price import Prices, bound, price, reduced_profits

log = logging.getLogger(__name__)


def solve(part: Part, deadline: float) -> Answer:
    """The best selection of a part that is found before the deadline (on the monotonic clock), with its bound."""
    prices = price(part)
    rounded = _round(part, prices)
    if rounded.is_closed(part):
        return rounded
    seconds = None if deadline == np.inf else deadline - monotonic()
    return _checked(part, finish(part, rounded, seconds), instead=rounded)


def _round(part: Part, prices: Prices) -> Answer:
    """What the relaxation takes whole comes first, then what it takes a part of, then what it would miss least."""
    order = np.lexsort((-reduced_profits(part, prices.y), -np.round(prices.fraction, 6)))
    columns = fill(part.rows, order, part.capacities.copy())
    return Answer(columns, prices.y, bound(part, prices.y), Proof.DUALITY)


def _checked(part: Part, answer: Answer, *, instead: Answer) -> Answer:
    try:
        check_answer(part, answer)
    except CertificateError:
        log.exception("certificate.refused", extra={"proof": answer.proof, "columns": len(part.profits)})
        return instead
    return answer
