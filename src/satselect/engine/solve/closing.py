"""Closes what the relaxation of a part leaves open: cuts until its bound is near the best, then looks around there."""

from dataclasses import replace

import numpy as np

from satselect.engine.limits import Limits
from satselect.engine.packing.part import Part
from satselect.engine.relaxation.answer import Answer
from satselect.engine.relaxation.cutting import cut, violated_cliques, violated_levels
from satselect.engine.relaxation.prices import raw_bound, reduced_profits
from satselect.engine.relaxation.proof import weakest
from satselect.engine.search.branch_and_bound import ruin_of
from satselect.engine.search.symmetry import twins
from satselect.engine.solve.mip import finish_within

_LOOKS = 24  # around what the relaxation rounds to
_NEARLY = 0.005  # of the bound: what may be open for HiGHS to be asked about the columns that lose nothing
_BRANCHES = 20
_LEAST, _SMALL, _WIDE_OPEN = 30, 200, 0.1  # columns; and of the bound


def closed(part: Part, limits: Limits) -> Answer | None:
    """The best selection near the relaxation with cuts, and its bound; None if there was no time for a relaxation.

    Its prices are those of the relaxation before cuts. None, too, of a small part that cuts leave wide open: a search
    sees its end sooner from the relaxation without them.
    """
    found = cut(part, limits, (violated_cliques, violated_levels))
    if found is None:
        return None
    first = found.rounded()
    if _LEAST <= len(part.profits) <= _SMALL and first.bound - first.profit(part) > _WIDE_OPEN * first.bound:
        return None
    best = replace(first, y=found.prices.y)
    if not best.is_optimal and not limits.is_over():
        best = _looked_around(found.tight, best, limits)
    if best.bound - best.profit(part) <= _NEARLY * best.bound and not best.is_optimal and not limits.is_over():
        best = _finished(found.tight, best, limits)
    return replace(best, y=first.y, proof=weakest([first.proof, best.proof]))


def _looked_around(tight: Part, start: Answer, limits: Limits) -> Answer:
    """The best of some looks around a selection, at the prices of all cuts."""
    ruin, columns, most = ruin_of(tight, start.y, twins(tight)), start.columns, start.profit(tight)
    for _ in range(_LOOKS):
        if (most >= start.bound and tight.is_exact) or limits.is_over():
            break
        for other in ruin.rebuilt(columns, limits):
            if (earned := int(tight.profits[other].sum())) > most:
                columns, most = np.sort(other), earned
    return Answer.of(tight, columns, start.y, start.bound, start.proof)


def _finished(tight: Part, start: Answer, limits: Limits) -> Answer:
    """What HiGHS makes of what may reach the bound, and then of what may be better."""
    top = raw_bound(tight, start.y, reduced_profits(tight, start.y))
    # With a column that loses more a selection earns a step less than the bound, or even less than that.
    return finish_within(tight, start, replace(limits, branches=_BRANCHES), top - start.bound + tight.step - 1)
