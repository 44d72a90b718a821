"""From which profit on an order that lost would have won, where that is told."""

from dataclasses import replace
from datetime import datetime

from satselect.application.access.rights import sees_break_even
from satselect.application.errors import AskedTooMuchError, BusyError, ConflictError, StaleError
from satselect.application.explanation.explain import Explanation, explain
from satselect.application.explanation.questions import Places, question
from satselect.application.ordering.statuses import Standing, Step
from satselect.application.ordering.waiting import COMPETITION
from satselect.application.ordering.winning import wins_with
from satselect.schemas.explanations import Unknown
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
    except (AskedTooMuchError, BusyError):
        step = replace(now, unknown=Unknown.NOT_PROVEN)  # what it is, is known all the same
    except (ConflictError, StaleError):
        return standing
    else:
        step = told(now, found, standing.order.product.profit_as_sent)
    return replace(standing, steps=[*standing.steps[:-1], step])


def told(now: Step, found: Explanation, least: float | None) -> Step:
    """What an order is that waits for others to give way, with the profit that wins, or why that is not known."""
    if found.unknown is Unknown.NO_PROFIT:
        return replace(now, words="no profit suffices as things are now", unknown=found.unknown)
    if found.break_even is None:
        return replace(now, unknown=Unknown.NOT_PROVEN)
    enough = wins_with(found.break_even, least)
    return replace(now, words=f"{now.words}; it needs {enough!r} to win", needs=found.break_even, wins_with=enough)
