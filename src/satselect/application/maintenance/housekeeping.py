"""What is done without being asked: recording that tasks are overdue."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Event, Thread, current_thread
from uuid import UUID

from django.db import DatabaseError, connections

from satselect.application.errors import StaleError
from satselect.application.events.tell import tell_tasks
from satselect.application.lifecycle import OVERDUE, move
from satselect.store.models import Fleet
from satselect.store.queries.buffer.heads import overdue
from satselect.store.queries.counters import count_change
from satselect.store.sql.connections import kept_connection
from satselect.store.sql.transactions import short_transaction
from satselect.telemetry.facts import TasksExpired
from satselect.telemetry.listeners import tell

log = logging.getLogger(__name__)

# Nothing waits for it: everywhere a task is shown as expired from its deadline on (decision 0023).
EVERY_S = 60
MOST_AT_ONCE = 1_000  # tasks of one short transaction: others write between two


def expire(*, at: datetime) -> int:
    """Records that tasks are overdue. Gives how many.

    Several processes may do it at once: what one of them recorded, the others don't find, or find changed.
    """
    return sum(_expired_in(fleet_id, at) for fleet_id in Fleet.objects.values_list("id", flat=True))


def keep_house(clock: Callable[[], datetime]) -> Event:
    """Does it again and again, in a thread of its own, until the event that it gives is set."""
    return repeat(lambda: _expire_now(clock), every_s=EVERY_S, name="housekeeping")


def repeat(work: Callable[[], None], *, every_s: float, name: str) -> Event:
    """Does some work again and again, in a thread of its own, until the event that it gives is set."""
    stop = Event()
    Thread(target=_repeat, args=(work, stop, every_s), name=name, daemon=True).start()
    return stop


def _expired_in(fleet_id: int, at: datetime) -> int:
    counted = 0
    # In parts, each its own transaction: thousands at once would hold the fleet's row for as long as they take.
    while task_ids := overdue(fleet_id, at=at, limit=MOST_AT_ONCE):
        try:
            _record_overdue(fleet_id, task_ids, at)
        except StaleError as error:
            log.warning("housekeeping.left: %s", error, extra={"fleet": fleet_id})
            break  # somebody was quicker; what is left has its turn next time
        tell(TasksExpired(fleet_id=fleet_id, tasks=len(task_ids)))
        counted += len(task_ids)
    return counted


def _record_overdue(fleet_id: int, task_ids: Sequence[UUID], at: datetime) -> None:
    with short_transaction():
        # First of all, and it counts: fewer in the buffer than were found means that somebody was quicker.
        fleet = count_change(fleet_id, entering=-len(task_ids), events=len(task_ids))
        if fleet is None:
            raise StaleError("the buffer has fewer tasks than were found overdue")
        move(task_ids, OVERDUE, at=at, fleet=fleet)
        tell_tasks(fleet, task_ids, OVERDUE, at=at)


def _expire_now(clock: Callable[[], datetime]) -> None:
    expire(at=clock())


def _repeat(work: Callable[[], None], stop: Event, every_s: float) -> None:
    while not stop.wait(every_s):
        try:
            with kept_connection():
                work()
        except DatabaseError as error:
            log.warning("%s.failed: %s", current_thread().name, error)
        except Exception:
            log.exception("%s.failed", current_thread().name)
    connections.close_all()
