"""Works through the inboxes of several fleets, one iteration of each at a time.

What the bus delivers while a fleet is being worked on is dealt with together in the next iteration. What failed is left
to the bus, which delivers it again, here or to another consumer, and to who sweeps.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol
from uuid import UUID

from django.db import InterfaceError, OperationalError, connections

from satselect.application.errors import RefusedError
from satselect.application.failpoints import Point, reach
from satselect.application.planning.fleet_locks import FleetLocks
from satselect.bus.base import Bus, Delivery
from satselect.telemetry.facts import BatchesSwept
from satselect.telemetry.listeners import tell
from satselect.telemetry.spans import span

log = logging.getLogger(__name__)


class Settle(Protocol):
    """Settles what is pending of a fleet."""

    def __call__(self, fleet_id: int, *, is_retry: bool) -> list[UUID]:
        """The batches that it settled."""
        ...


@dataclass(slots=True)
class _Work:
    """What is to be done for a fleet."""

    partition: int
    deliveries: list[Delivery] = field(default_factory=list)
    is_retry: bool = False
    is_due: bool = False
    swept_for: str | None = None

    @property
    def traceparent(self) -> str | None:
        """Of those that brought it the span of the first, or else of what was swept: a span has one parent."""
        return next((delivery.notice.traceparent for delivery in self.deliveries), self.swept_for)


class Dispatcher:
    """Settles the batches of many fleets, with a few threads.

    Args:
        settle: settles what is pending of a fleet.
        bus: whom to tell of it.
        locks: where it is noted that a fleet waits.
        iterate: makes the iteration of a fleet that should make one by itself, if it still should.
        threads: for how many fleets at once.
        on_database_error: told of errors that a new process could be free of.
    """

    def __init__(
        self,
        settle: Settle,
        bus: Bus,
        locks: FleetLocks,
        *,
        iterate: Callable[[int], object] = lambda fleet_id: None,
        threads: int = 4,
        on_database_error: Callable[[], None] = lambda: None,
    ) -> None:
        self._settle = settle
        self._iterate = iterate
        self._bus, self._locks = bus, locks
        self._on_database_error = on_database_error
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="dispatcher")
        self._lock = Lock()
        self._waiting: dict[int, _Work] = {}
        self._at_work: dict[int, _Work] = {}
        self._left: dict[int, list[Delivery]] = {}

    def take(self, delivery: Delivery) -> None:
        """Deals with the fleet of a delivery, soon."""
        notice = delivery.notice
        with self._lock:
            work = self._want(notice.partition, notice.fleet_id, hurries=True)
            work.deliveries.append(delivery)

    def sweep(self, partition: int, fleet_id: int, *, traceparent: str | None = None) -> None:
        """Deals with a fleet of which something was left behind, soon; in the trace of what that was."""
        with self._lock:
            work = self._want(partition, fleet_id)
            work.is_retry, work.swept_for = True, traceparent

    def look(self, partition: int, fleet_id: int) -> None:
        """Sees, soon, whether a fleet should iterate by itself."""
        with self._lock:
            self._want(partition, fleet_id).is_due = True

    def is_busy(self, partition: int) -> bool:
        """Whether fleets of that partition are being worked on, or wait for it."""
        with self._lock:
            some = [*self._at_work.values(), *self._waiting.values()]
            return any(work.partition == partition for work in some)

    def extend(self) -> None:
        """Tells the bus of everything that takes its time here, and nothing of what is left from failures."""
        with self._lock:
            some = [*self._at_work.values(), *self._waiting.values()]
            deliveries = [delivery for work in some for delivery in work.deliveries]
        # Outside of the lock: the bus may take its time, and whoever brings deliveries doesn't wait for it.
        for delivery in deliveries:
            delivery.extend()

    def close(self) -> None:
        """Ends, after what is under way."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _want(self, partition: int, fleet_id: int, *, hurries: bool = False) -> _Work:
        if fleet_id not in self._waiting:
            self._waiting[fleet_id] = _Work(partition)
            # One run of a fleet at a time: two would select from the same buffer, and one of them be refused. What
            # comes meanwhile is kept together, and `_put_away` begins with it.
            if fleet_id not in self._at_work:
                self._threads.submit(self._run, fleet_id)
        if hurries and fleet_id in self._at_work:
            # The iteration under way ends the sooner for those who wait (decision 0099). Who sweeps or looks does not:
            # what was found may be what is under way.
            self._locks.wait(fleet_id)
        return self._waiting[fleet_id]

    def _run(self, fleet_id: int) -> None:
        with self._lock:
            work = self._at_work[fleet_id] = self._waiting.pop(fleet_id)
            # Before those that came since: of one that was delivered again the last one counts.
            work.deliveries[:0] = self._left.pop(fleet_id, [])
        is_done = False
        try:
            is_done = self._deal_with(fleet_id, work)
        finally:
            # No request ends in this thread, at which Django would give them back.
            connections.close_all()
            with self._lock:
                self._put_away(fleet_id, is_done)

    def _put_away(self, fleet_id: int, is_done: bool) -> None:
        work = self._at_work.pop(fleet_id)
        if not is_done:
            # Not acknowledged before it is done. Of what was delivered again the last one counts.
            self._left[fleet_id] = list({each.notice.batch: each for each in work.deliveries}.values())
        if fleet_id in self._waiting:
            self._threads.submit(self._run, fleet_id)

    def _deal_with(self, fleet_id: int, work: _Work) -> bool:
        """Whether nothing is left of it."""
        try:
            settled = self._settled(fleet_id, work) if work.deliveries or work.is_retry else []
            if work.is_due:
                self._iterate(fleet_id)
        except (OperationalError, InterfaceError) as error:
            log.warning("desk.database_error: %s", error, extra={"fleet": fleet_id})
            self._on_database_error()
            return False
        except RefusedError as error:
            log.warning("desk.left: %s", error, extra={"fleet": fleet_id})
            return False
        except Exception:
            log.exception("desk.failed", extra={"fleet": fleet_id})
            return False
        brought = {delivery.notice.batch for delivery in work.deliveries}
        if work.is_retry and (swept := set(settled) - brought):
            tell(BatchesSwept(fleet_id=fleet_id, batches=len(swept)))
        self._announce(settled, work)
        return True

    def _settled(self, fleet_id: int, work: _Work) -> list[UUID]:
        with span("settle", parent=work.traceparent, is_served=True) as kept:
            settled = self._settle(fleet_id, is_retry=work.is_retry)
            kept.add(fleet_id=fleet_id, batches=len(settled), is_retry=work.is_retry)
        return settled

    def _announce(self, settled: list[UUID], work: _Work) -> None:
        reach(Point.BEFORE_ANNOUNCEMENT)
        # Before it is acknowledged: if the process dies in between, the bus brings it again, and it is announced then.
        for batch_id in {*settled, *(delivery.notice.batch for delivery in work.deliveries)}:
            self._bus.announce(batch_id)
        reach(Point.BEFORE_ACKNOWLEDGE)
        for delivery in work.deliveries:
            delivery.acknowledge()
        reach(Point.AFTER_ACKNOWLEDGE)
