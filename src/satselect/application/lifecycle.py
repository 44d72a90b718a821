"""How tasks change their status: in one place, by compare-and-set, with a row of history each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from satselect.application.errors import StaleError
from satselect.schemas.tasks import Status
from satselect.store.models import History
from satselect.store.queries.counters import Counted
from satselect.store.queries.moves import move_tasks
from satselect.store.sql.bulk_insert import insert


@dataclass(frozen=True, slots=True)
class Change:
    """From one status to another, and why."""

    before: Status
    after: Status
    reason: History.Reason


SELECTED = Change(Status.BUFFERED, Status.SCHEDULED, History.Reason.SELECTED)
OVERDUE = Change(Status.BUFFERED, Status.EXPIRED, History.Reason.OVERDUE)
REPLANNED = Change(Status.SCHEDULED, Status.BUFFERED, History.Reason.REPLANNED)
MOVED = Change(Status.SCHEDULED, Status.SCHEDULED, History.Reason.REPLANNED)


def move(
    task_ids: Sequence[UUID],
    change: Change,
    *,
    at: datetime,
    iteration_id: UUID | None = None,
    fleet: Counted | None = None,
) -> None:
    """Changes the status of all these tasks, and notes it. Call it in a transaction.

    Args:
        task_ids: of one fleet.
        change: what becomes of them.
        at: now.
        iteration_id: the iteration that does it.
        fleet: as the change left it, where no iteration does it.

    Raises:
        StaleError: one of them no longer has the status it should come from.
    """
    set_status(task_ids, change, at=at)
    note(task_ids, change, at=at, iteration_id=iteration_id, fleet=fleet)


def set_status(task_ids: Sequence[UUID], change: Change, *, at: datetime) -> None:
    """The same, where it is noted apart.

    Raises:
        StaleError: one of them no longer has the status it should come from.
    """
    moved = move_tasks(task_ids, change.before, change.after, at=at) if task_ids else 0
    # Fewer mean that somebody was quicker. The caller's transaction is undone, so nobody is left half way.
    if moved != len(task_ids):
        raise StaleError(f"{len(task_ids) - moved} of {len(task_ids)} tasks are no longer {change.before}")


def note(
    task_ids: Collection[UUID],
    change: Change,
    *,
    at: datetime,
    iteration_id: UUID | None = None,
    fleet: Counted | None = None,
) -> None:
    """Stores the rows of history of a change, the arguments being those of `move`."""
    moved_by = (iteration_id, fleet and fleet.id, fleet and fleet.version)
    said = (at, change.before.value, change.after.value, change.reason.value, "", *moved_by)
    columns = ("task_id", "at", "before", "after", "reason", "words", "iteration_id", "fleet_id", "version")
    insert(History, columns, ((id, *said) for id in task_ids))
