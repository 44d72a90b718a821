"""What a fleet lacks for its horizon, worked out in portions while there is time, and gone on with next time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from satselect.application.failpoints import Point, reach
from satselect.application.opportunities.ahead import Ahead
from satselect.application.opportunities.sights import Looked
from satselect.schemas.fields.moments import moment_of, written
from satselect.store.models import ElementSet, Satellite
from satselect.store.sql.transactions import short_transaction

IsOver = Callable[[], bool]
"""Whether there is no time left for more."""
State = Mapping[str, Any]
"""What is known of what a satellite sees: by which elements, up to when, and why not more."""

Due = TypeVar("Due")
Question = TypeVar("Question")


def by_portions(
    fleet_id: int,
    at: datetime,
    is_over: IsOver,
    due: Callable[[datetime], Sequence[Due]],
    work_out: Callable[[Sequence[Due], Ahead], bool],
) -> bool:
    """Works out one portion after the other. Gives whether the fleet changed by that.

    Each portion is committed by itself: whoever is killed leaves what is done, and the rest to the next one. So does
    who has no time left.

    Args:
        fleet_id: of a fleet that plans in time; of another nothing is done.
        at: now.
        is_over: whether there is no time left for more.
        due: some of what is not known up to then; none if all is.
        work_out: works these out and stores that; gives whether the fleet changed.
    """
    ahead = Ahead.of(fleet_id, at)
    if ahead is None:
        return False
    has_changed = False
    # What is needed is asked for, and farther is worked out: so each portion leaves this list, and the loop ends.
    while portion := due(ahead.needed):
        has_changed |= work_out(portion, ahead)
        if is_over():
            break
    return has_changed


def ask_each(questions: Iterable[Question], ask: Callable[[Question], None], is_over: IsOver) -> bool:
    """Asks one after the other, the first in any case, so that each call gets on. Gives whether all were asked."""
    for number, question in enumerate(questions):
        if number and is_over():
            return False
        ask(question)
    return True


def stored(store: Callable[[], bool], before: Point, after: Point) -> bool:
    """What storing gives, in a transaction of its own."""
    with short_transaction():
        has_changed = store()
        reach(before)
    reach(after)
    return has_changed


def search_from(before: State | None, row: ElementSet | None, ahead: Ahead) -> datetime | None:
    """From when on a satellite of these elements is to be looked at; None if all that is needed is known."""
    # Other elements than it was looked at with: all from now on is to be looked at again.
    if before is None or before["elements"] != (row.id if row else None):
        return ahead.at
    known = moment_of(before["until"])
    return max(ahead.at, known) if known < ahead.needed else None


def state_of(row: ElementSet | None, looked: Looked, ahead: Ahead) -> dict[str, Any]:
    """What is known of a satellite that was looked at."""
    state: dict[str, Any] = {"elements": row.id if row else None, "until": written(ahead.until)}
    if looked.unknown:
        state |= {"reason": looked.unknown.reason.value, "detail": looked.unknown.words}
    return state


def searched_by_all(searched: Mapping[str, State], satellites: Iterable[Satellite], ahead: Ahead) -> datetime:
    """Up to when all of these satellites were looked at: some may have been at an earlier time."""
    known = [moment_of(searched[str(one.id)]["until"]) for one in satellites if str(one.id) in searched]
    return min(known, default=ahead.until)
