"""When a fleet iterates by itself: once something may let waiting tasks in that could not be selected before.

What that is a change notes in its own transaction (`let_in`); what time brings, an iteration works out (`expect_next`).
Both only say when to look; whether to iterate is decided then (`due_now`), from what is in the tables by then. So
what was expected and is no longer so costs a look, and no iteration.

Nothing is noted where every iteration starts with all resources free and only a holder let go: there tasks wait for the
next request, not for each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Q

from satselect.application.opportunities.ahead import FARTHEST
from satselect.application.planning.forever import FOREVER
from satselect.schemas.fleets import Release
from satselect.schemas.iterations import Cause
from satselect.store.models import Batch, Fleet
from satselect.store.queries.buffer.starts import next_start
from satselect.store.queries.counters import Counted
from satselect.store.queries.orbits.stations import has_stations, is_unsearched_station, next_pass_search
from satselect.store.queries.orbits.targets import is_unsearched, next_search
from satselect.store.queries.outages import next_return
from satselect.store.queries.plans import next_chance
from satselect.store.sql.statements import ask

OF_HOLDERS = frozenset({Cause.COMPLETION, Cause.FAILURE, Cause.CANCELLATION, Cause.EDIT})
"""What lets tasks in only where scheduled ones hold what they use."""

Expected = tuple[datetime, Cause]


@dataclass(frozen=True, slots=True)
class Due:
    """An iteration that a fleet should make, if it is still at that version."""

    version: int
    cause: Cause


def let_in(changed: Counted, cause: Cause, *, at: datetime) -> None:
    """Notes that waiting tasks may fit now that did not. Call it in the transaction that changes it."""
    frees_nothing = cause in OF_HOLDERS and changed.release != Release.COMPLETION and not changed.plans_ahead
    is_waited_for = changed.buffered or changed.plans_ahead
    if frees_nothing or not is_waited_for or changed.settle_s is None:
        return
    # That `changed` was counted locks the fleet's row: nobody else writes these columns before this commits.
    fleet = Fleet.objects.get(id=changed.id)
    due = _settled(fleet, at)
    if not fleet.freed_by or fleet.iterate_at is None or fleet.iterate_at > due:
        soonest = min(due, fleet.iterate_at or due)
        Fleet.objects.filter(id=fleet.id).update(freed_by=fleet.freed_by or cause, iterate_at=soonest)


def look_again(changed: Counted, *, at: datetime) -> None:
    """Has what is expected of time worked out anew. Call it in the transaction that changes it."""
    if changed.buffered:
        later = Fleet.objects.filter(Q(iterate_at=None) | Q(iterate_at__gt=at), id=changed.id)
        later.update(iterate_at=at)


def expect_next(iterated: Counted, *, at: datetime, may_return: bool, start: datetime | None = None) -> datetime | None:
    """Notes when to look next after an iteration for that time. Call it in the transaction that records it.

    Args:
        iterated: the fleet, as the iteration left it.
        at: when it iterated.
        may_return: whether something was out of service.
        start: the first later time at which a waiting task may start, FOREVER if none waits for one; None if that is
            not known.

    Returns:
        That time, if it is known now.
    """
    # Nobody waits, and there are no passes to work out: so nothing is looked for (decision 0098).
    if not iterated.buffered and not (iterated.plans_ahead and has_stations(iterated.id)):
        return start
    if start is None and iterated.settle_s is not None:
        start = next_start(iterated.id, after=at) or FOREVER
    fleet = _Iterated(iterated.id, iterated.settle_s, iterated.iterate_every_s, iterated.horizon_s, at, at)
    if expected := _expected(fleet, at, may_return=may_return, start=start):
        Fleet.objects.filter(id=fleet.id).update(iterate_at=expected[0])
    return start


def looked_at(at: datetime, partitions: Iterable[int] | None = None) -> list[tuple[int, int]]:
    """The partition and id of each fleet to look at by then; None looks at all partitions."""
    if partitions is None:
        rows = ask(f"{_LOOKED_AT} ORDER BY iterate_at", at)
    else:
        rows = ask(f"{_LOOKED_AT} AND partition {{among:int}} ORDER BY iterate_at", at, list(partitions))
    return [(partition, fleet_id) for partition, fleet_id in rows]


# Asked twice a second by each process.
_LOOKED_AT = "SELECT partition, id FROM store_fleet WHERE iterate_at <= %s"


def due_now(fleet_id: int, at: datetime) -> Due | None:
    """What the fleet should iterate for at that time; None if nothing, and then it is noted when to look again.

    A fleet with pending batches is left to those who settle them: their iteration is one, too.
    """
    fleet = Fleet.objects.get(id=fleet_id)
    if Batch.objects.filter(fleet=fleet_id, state=Batch.State.PENDING).exists():
        return None
    is_waited_for = fleet.buffered or (fleet.horizon_s is not None and (fleet.freed_by or has_stations(fleet_id)))
    expected = _expected(fleet, at) if is_waited_for else None
    if expected and expected[0] <= at:
        return Due(fleet.version, expected[1])
    # Only if it is as it was read: what somebody noted meanwhile stays.
    same = Fleet.objects.filter(id=fleet_id, version=fleet.version, iterate_at=fleet.iterate_at)
    same.update(iterate_at=expected and expected[0])
    return None


def claim(fleet_id: int, due: Due, *, at: datetime, until: datetime) -> bool:
    """Whether this process makes the iteration; if it dies of it, or gives up, somebody looks again at that time."""
    # Of two processes that look at once one moves the time on, and the other finds none.
    same = Fleet.objects.filter(id=fleet_id, version=due.version, iterate_at__lte=at)
    return bool(same.update(iterate_at=until))


def give_up_claim(fleet_id: int, *, until: datetime, at: datetime) -> None:
    """Somebody looks again from that time on, unless something else was noted meanwhile."""
    Fleet.objects.filter(id=fleet_id, iterate_at=until).update(iterate_at=at)


class _Iterated(NamedTuple):
    """What a fleet is by this, right after an iteration: a model takes as long as a statement to make."""

    id: int
    settle_s: float | None
    iterate_every_s: float | None
    horizon_s: float | None
    iterated: datetime
    created: datetime
    freed_by: str = ""


def _settled(fleet: Fleet | _Iterated, at: datetime) -> datetime:
    """The first time from that one on at which the fleet may iterate by itself."""
    return max(at, fleet.iterated + timedelta(seconds=fleet.settle_s or 0)) if fleet.iterated else at


def _expected(
    fleet: Fleet | _Iterated, at: datetime, *, may_return: bool = True, start: datetime | None = None
) -> Expected | None:
    """When the fleet should iterate, and why; with the tasks that wait and what is noted of it."""
    expected: list[Expected] = []
    if fleet.settle_s is not None:
        start = start or next_start(fleet.id, after=fleet.iterated) or FOREVER
        back = next_return(fleet.id, since=fleet.iterated) if fleet.iterated and may_return else None
        if fleet.horizon_s is not None:
            ahead = timedelta(seconds=fleet.horizon_s)
            found = next_chance(fleet.id, after=(fleet.iterated or fleet.created) + ahead)
            known = [next_search(fleet.id), next_pass_search(fleet.id)]
            # Nothing is searched further ahead than so far, however long the horizon is.
            reached = [found and found - ahead, *(until and until - min(ahead, FARTHEST) for until in known)]
            # The time of the iteration before was not enough.
            if is_unsearched(fleet.id) or is_unsearched_station(fleet.id):
                reached.append(fleet.iterated or at)
            expected += [(_settled(fleet, moment), Cause.HORIZON) for moment in reached if moment]
        if fleet.freed_by:
            expected.append((_settled(fleet, fleet.iterated or at), Cause(fleet.freed_by)))
        expected += [
            (_settled(fleet, moment), cause)
            for moment, cause in ((start, Cause.NOT_BEFORE), (back, Cause.OUTAGE))
            if moment and moment != FOREVER
        ]
    if fleet.iterate_every_s is not None:
        since = fleet.iterated or fleet.created  # one that never iterated is due as if it had when it was made
        expected.append((since + timedelta(seconds=fleet.iterate_every_s), Cause.TIMER))
    return min(expected, default=None)
