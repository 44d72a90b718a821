"""Works out beside what there was no time for while somebody waited: one order at a time in each process that does.

A process that dies leaves its claim behind, which ends by itself; then another one takes the order up again.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import DatabaseError

from satselect.application.access.visibility import status_at
from satselect.application.errors import ConflictError
from satselect.application.explanation.reasons.replanned import Replanned
from satselect.application.failpoints import Point, reach
from satselect.application.ordering.auction.kept import HOLDS, Found, columns, work_out
from satselect.application.shutdown import Shutdown
from satselect.engine.limits import stopped_by
from satselect.schemas.explanations import Unknown
from satselect.schemas.tasks import Status
from satselect.store.models import BreakEven, Fleet, Task
from satselect.store.sql.connections import giving_back
from satselect.store.sql.statements import ask, columns_of, row_in
from satselect.store.sql.transactions import short_transaction

log = logging.getLogger(__name__)

SECONDS = (20.0, 60.0, 180.0)
"""How long the engine may plan, attempt after attempt: those that take long let others go first."""
CLAIMED = timedelta(seconds=60)
"""So much longer an order is left to a process, which may have died of it."""

Clock = Callable[[], datetime]


class BreakEvens:
    """Works them out, and keeps the fleet of the last one for the next one of the same."""

    def __init__(self, clock: Clock, shutdown: Shutdown) -> None:
        self._clock, self._shutdown = clock, shutdown
        self._fleet: tuple[int, Replanned] | None = None

    def work_next(self) -> bool:
        """Whether an order waited for it, and the process goes on."""
        mine = take(self._clock())
        if mine is None:
            self._fleet = None
            return False
        reach(Point.AFTER_SEARCH_CLAIM)
        try:
            with stopped_by(giving_back(self._shutdown.has_begun)):
                found = self._found(mine)
        except DatabaseError:
            raise  # it is taken up again
        except Exception:
            log.exception("break_even.failed", extra={"order": str(mine.order_id)})
            return True  # once the claim is over, as long as there are attempts left
        # What was found may be what stopping left; the attempt is given back, for nothing died of it.
        if self._shutdown.has_begun():
            _end(mine, {"attempts": mine.attempts - 1, "claimed_until": None})
            return False
        reach(Point.BEFORE_SEARCH_COMMIT)
        if found is None:
            _end(mine, {"wanted": None, "claimed_until": None})
        elif found.is_proven or mine.attempts == len(SECONDS):
            _end(mine, columns(found))
        else:
            _end(mine, {"claimed_until": None})
        return True

    def _found(self, mine: BreakEven) -> Found | None:
        """None if it is none that lost any more."""
        at = self._clock()
        task = Task.objects.select_related("fleet").get(id=mine.order_id)
        if status_at(task, at) is not Status.BUFFERED:
            return None
        try:
            fleet = self._read(task.fleet, at)
        except ConflictError:
            return None
        return work_out(task, fleet, time_limit_s=SECONDS[mine.attempts - 1])

    def _read(self, fleet: Fleet, at: datetime) -> Replanned:
        if self._fleet is not None:
            id, kept = self._fleet
            # Half of the time for which it is told as that of now, so that it is when it is read.
            if (id, kept.version) == (fleet.id, fleet.version) and kept.at <= at <= kept.at + HOLDS / 2:
                return kept
        found = Replanned.read(fleet.id, at)
        self._fleet = fleet.id, found
        return found


def take(at: datetime) -> BreakEven | None:
    """The order that waits for the longest time and that nobody works on, which is the caller's from now on."""
    while rows := ask(_FIRST, at):
        first = row_in(BreakEven, rows[0])
        if first.attempts >= len(SECONDS):
            version = Fleet.objects.values_list("version", flat=True).get(products__orders=first.order_id)
            _end(first, columns(Found(version, at, None, Unknown.NOT_PROVEN)))  # each process that began it died of it
            continue
        until = at + timedelta(seconds=SECONDS[first.attempts]) + CLAIMED
        if _end(first, {"attempts": first.attempts + 1, "claimed_until": until}):
            first.attempts += 1
            return first
    return None


# Asked twice a second by each process that works off searches. Those that were tried before come last: a hard one
# does not keep the others waiting.
_FIRST = f"""
    SELECT {columns_of(BreakEven, "waiting")} FROM store_breakeven AS waiting
    WHERE wanted IS NOT NULL AND (claimed_until IS NULL OR claimed_until <= %s) ORDER BY attempts, wanted LIMIT 1
"""  # noqa: S608 - made of the names of columns


def _end(mine: BreakEven, fields: dict[str, object]) -> bool:
    """Changes the row, unless somebody else took it up meanwhile."""
    with short_transaction():
        # The number of attempts is the fence: who took it up later has another one.
        rows = BreakEven.objects.filter(order=mine.order_id, attempts=mine.attempts, wanted__isnull=False)
        return bool(rows.update(**fields))
