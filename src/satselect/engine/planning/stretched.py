"""Plans with stretches that are too many to be rows: planned with few of them, and with those that such a plan passes.

With fewer rows more is possible, so what nobody exceeds there is a bound. A plan that passes no stretch is a plan, and
the best one there is the best one.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from math import inf

import numpy as np

from satselect.engine.limits import Limits
from satselect.engine.paths.again import Start
from satselect.engine.paths.duality import Prices
from satselect.engine.paths.solve import Note
from satselect.engine.planning.solved import Solved
from satselect.engine.problem.rows import Bools, Ints
from satselect.engine.relaxation.stretches import holding
from satselect.engine.timeline.fitting import fitting
from satselect.engine.timeline.form import Listed, TimelineProblem

Solve = Callable[[TimelineProblem, Limits, Start | None], Solved]
"""Solves a form without stretches, from where something is known."""

_LOOKING, _ROUND = 0.15, 0.5  # of the time left, for which stretches matter, and for the first plans
_PER_MEMBER = 200  # elementary operations with a candidate in a row, before anything is found


def solve_stretched(
    form: TimelineProblem, limits: Limits, solve: Solve, start: Start | None = None, note: Note | None = None
) -> Solved:
    """The best plan that is found within the limits, and a bound.

    note: told of plans that pass no stretch, (chosen,), and of bounds, in units of the form.
    """
    listed = _affordable(form, holding(form, limits.share(_LOOKING)), limits)
    start = None if start is None else _longer(start, len(listed))
    best, limit, is_last = np.zeros(0, np.int64), None, limits.deadline == inf
    while True:
        now = replace(form.listing(listed), stretches=())
        solved = solve(now, limits if is_last else limits.share(_ROUND), start)
        limit = solved.limit if limit is None else min(limit, solved.limit)
        passed, (prices, is_priced) = form.passed(solved.chosen), solved.learnt()
        best = _better(form, best, _fitting(form, now, solved.chosen, prices) if passed else solved.chosen)
        if note is not None:
            note(best, int(limit / form.units.worth(1)))
        more = _affordable(form, passed, limits)
        if limits.is_over() or _is_best(form, best, limit) or (not more and (passed or is_last)):
            return _of_all(form, solved, best, limit, listed)
        # What fits and is not proven gets all the time that is left.
        is_last = limits.deadline == inf or not passed
        start = _longer(Start(best, prices, is_priced), len(more))
        listed += more


def _of_all(form: TimelineProblem, solved: Solved, best: Ints, limit: Fraction, listed: list[Listed]) -> Solved:
    """What a plan with few stretches says of one with all of them."""

    def learnt() -> tuple[Prices, Bools]:
        prices, is_priced = solved.learnt()
        return Prices(prices.tasks, prices.rows[: len(form.rows)]), is_priced

    return replace(solved, chosen=best, limit=limit, learnt=learnt, is_relaxed=False, listed=listed)


def _affordable(form: TimelineProblem, found: Sequence[Listed], limits: Limits) -> list[Listed]:
    """As many of these stretches, from the first one on, as there is time to have as rows: fewer prove a bound, too."""
    if not found:
        return []
    members = np.cumsum([form.stretches[number].within(one).sum() for number, one in found])
    most = limits.work(_PER_MEMBER * int(members[-1])) // _PER_MEMBER
    return list(found[: int(np.searchsorted(members, most, side="right"))])


def _longer(start: Start, rows: int) -> Start:
    """The same with prices of 0 for so many more rows."""
    prices = Prices(start.prices.tasks, np.append(start.prices.rows, np.zeros(rows, np.int64)))
    return replace(start, prices=prices)


def _fitting(form: TimelineProblem, listed: TimelineProblem, chosen: Ints, prices: Prices) -> Ints:
    """What fits of a plan, those first that earn most beside what their rows cost, and whatever does beside it.

    listed: the same form with those rows that have prices.
    """
    rows = listed.rows
    costs = np.bincount(rows.candidates, weights=(rows.amounts * prices.rows[rows.owners]), minlength=len(form))
    order = np.argsort(costs - form.value, kind="stable")
    is_chosen = np.isin(order, chosen)
    return fitting(form, np.concatenate((order[is_chosen], order[~is_chosen])))


def _better(form: TimelineProblem, one: Ints, other: Ints) -> Ints:
    return max(one, other, key=lambda chosen: int(form.value[chosen].sum()))


def _is_best(form: TimelineProblem, chosen: Ints, limit: Fraction) -> bool:
    return form.units.is_exact and form.units.worth(int(form.value[chosen].sum())) >= limit
