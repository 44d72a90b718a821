"""From which profit on an order that lost would have won, where that is told."""

from dataclasses import replace
from datetime import datetime

from satselect.application.access.rights import sees_break_even
from satselect.application.errors import AskedTooMuchError, BusyError, ConflictError
from satselect.application.explanation.questions import Places, question
from satselect.application.explanation.reasons.replanned import Replanned
from satselect.application.ordering.auction.kept import Found, keep, want, work_out
from satselect.application.ordering.statuses import Standing, Step
from satselect.application.ordering.waiting import COMPETITION
from satselect.application.ordering.winning import wins_with
from satselect.schemas.explanations import Unknown
from satselect.schemas.fields.moments import written
from satselect.store.models import BreakEven, Task, User

BEING_WORKED_OUT = "being worked out"
MOST_S = 2.0
"""So long who asks for an order waits for it; what takes longer is worked out beside, and told to who asks again."""


def with_price(standing: Standing, *, to: User, at: datetime, places: Places) -> Standing:
    """The same, where an order that waits because others hold what it needs says what would have won."""
    task, now = standing.task, standing.now
    if task is None or now.reason != COMPETITION or not sees_break_even(to, task.fleet):
        return standing
    row = BreakEven.objects.filter(order=task.id).first()
    found = None if row is None else Found.of_row(row)
    if found is None or not found.holds(task.fleet, at):
        is_wanted = row is not None and row.wanted is not None
        try:
            # Somebody waits for it already: to plan again here would be the same work twice.
            newer = None if is_wanted else _worked_out(task, to, at, places)
        except ConflictError:
            return standing
        found = newer or found
    step = told(now, found, standing.order.product.profit_as_sent, version=task.fleet.version)
    return replace(standing, steps=[*standing.steps[:-1], step])


def _worked_out(task: Task, to: User, at: datetime, places: Places) -> Found | None:
    """What there is time for now; None if there is too little, and it is worked out beside."""
    # It plans again, as the fleet would: a place for questions keeps those who look from crowding out who submits.
    try:
        with question(places, to.id):
            found = work_out(task, Replanned.read(task.fleet_id, at), time_limit_s=MOST_S)
    except (AskedTooMuchError, BusyError):
        found = None
    if found is not None and found.is_proven:
        keep(task.id, found)
        return found
    want(task.id, at=at)
    return None


def told(now: Step, found: Found | None, least: float | None, *, version: int) -> Step:
    """What an order is that waits for others to give way, with the profit that wins, or why that is not known.

    Args:
        now: what it is.
        found: for the fleet as it is, or as it was when it was worked out last; None if that never was.
        least: the least that its product is worth.
        version: of the fleet as it is.
    """
    if found is None:
        return replace(now, unknown=BEING_WORKED_OUT)
    now = replace(now, as_of=found.as_of, unknown=found.unknown)
    if found.unknown is Unknown.NO_PROFIT:
        return replace(now, words="no profit suffices as things are now")
    if found.unknown is Unknown.NOT_WAITING:
        return replace(now, words="there is room for it as things are now, and the next iteration decides")
    if found.needs is None:
        return now
    enough = wins_with(found.needs, least)
    words = f"it needs {enough!r} to win"
    if found.version != version:
        words = f"at {written(found.as_of)} it needed {enough!r} to win, and that of now is being worked out"
    return replace(now, words=f"{now.words}; {words}", needs=found.needs, wins_with=enough)
