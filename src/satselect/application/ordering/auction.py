"""From which profit on an order that lost would have won, where that is told."""

from dataclasses import replace
from datetime import datetime

from satselect.application.access.rights import sees_break_even
from satselect.application.errors import AskedTooMuchError, BusyError, ConflictError, StaleError
from satselect.application.explanation.explain import explain
from satselect.application.explanation.questions import Places, question
from satselect.application.ordering.statuses import Standing
from satselect.application.ordering.waiting import COMPETITION
from satselect.application.ordering.winning import wins_with
from satselect.store.models import User

MOST_S = 2.0
"""An order may be looked at often: what takes longer to work out is not told."""


def with_price(standing: Standing, *, to: User, at: datetime, places: Places) -> Standing:
    """The same, where an order that waits because others hold what it needs says what would have won."""
    task, now = standing.task, standing.now
    if task is None or now.reason != COMPETITION or not sees_break_even(to, task.fleet):
        return standing
    # It plans again, as the fleet would: a place for questions keeps those who look from crowding out who submits.
    try:
        with question(places, to.id):
            found = explain(task, at=at, by=to, time_limit_s=MOST_S)
    except (AskedTooMuchError, BusyError, ConflictError, StaleError):
        return standing  # what it is, is known all the same
    if found.break_even is None:
        return standing
    enough = wins_with(found.break_even, standing.order.product.profit_as_sent)
    told = replace(now, words=f"{now.words}; it needs {enough!r} to win", needs=found.break_even, wins_with=enough)
    return replace(standing, steps=[*standing.steps[:-1], told])
