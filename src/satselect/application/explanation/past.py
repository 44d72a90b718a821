"""What tasks were right after an iteration: what their rows say now, but for what history says changed since."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models.functions import Coalesce

from satselect.schemas.fields.profits import as_sent
from satselect.schemas.tasks import Status
from satselect.store.models import History, Iteration, Task
from satselect.store.sql.chunks import in_parts


@dataclass(frozen=True, slots=True)
class Then:
    """What a task was: its status, and what decides how it competes."""

    status: str
    profit: float
    is_whole_profit: bool
    signature_id: int
    not_before: datetime | None
    deadline: datetime | None

    @property
    def profit_as_sent(self) -> int | float:
        """9 for 9, 9.0 for 9.0."""
        return as_sent(self.profit, self.is_whole_profit)

    def lost(self, as_of: datetime) -> bool:
        """Whether it competed in an iteration of that time, if its batch did, and was not selected."""
        may_start = self.not_before is None or self.not_before <= as_of
        is_over = self.deadline is not None and self.deadline < as_of
        return self.status == Status.BUFFERED and may_start and not is_over


class _Change(NamedTuple):
    """A change that made that version: the status before, and after an edit what else there was before."""

    version: int
    before: str
    was: tuple[Any, ...] | None


# A change has a version of its own, or that of the iteration that made it (decision 0096).
_MOVED = Coalesce("version", "iteration__version")
_WAS = ("profit", "is_whole_profit", "signature_id", "not_before", "deadline")


class Past:
    """What changed of some tasks since a version of their fleet: one query, however many iterations are asked about.

    Their rows are to be read before: whatever changes after that is among the changes.
    """

    def __init__(self, changes: Mapping[UUID, Sequence[_Change]]) -> None:
        self._changes = changes

    @classmethod
    def read(cls, task_ids: Iterable[UUID], *, since: int) -> "Past":
        """The changes of these tasks, all of one fleet, after that version."""
        changes: defaultdict[UUID, list[_Change]] = defaultdict(list)
        for part in in_parts(list(task_ids)):
            rows = History.objects.annotate(moved=_MOVED).filter(moved__gt=since, task__in=part)
            rows = rows.order_by("moved", "id")
            for task_id, version, before, *was in rows.values_list("task_id", "moved", "before", *_WAS):
                is_edit = was[0] is not None
                changes[task_id].append(_Change(version, before, tuple(was) if is_edit else None))
        return cls(changes)

    def of(self, task: Task, version: int) -> Then:
        """What the task was when its fleet was at that version."""
        later = [change for change in self._changes.get(task.id, ()) if change.version > version]
        # The first change after the version tells what was before it, and that is what was at the version.
        status = later[0].before if later else task.status
        was = next((change.was for change in later if change.was), None)
        return Then(status, *(was or [getattr(task, column) for column in _WAS]))

    def profit(self, task_id: UUID, version: int) -> int | float | None:
        """What it was worth then; None if that is what it is worth now."""
        for change in self._changes.get(task_id, ()):
            if change.version > version and change.was:
                profit, is_whole, *_ = change.was
                return int(profit) if is_whole else profit
        return None


NOTHING = Past({})
"""Where nothing changed."""


def changed_since(iteration: Iteration, *, limit: int, until: int | None = None) -> set[UUID]:
    """The tasks that were edited, or entered or left the buffer, after an iteration; so many of them at most.

    Args:
        iteration: after which.
        limit: how many rows to look at, twice.
        until: up to that version; None for all.
    """
    by_others = History.objects.filter(fleet=iteration.fleet_id, version__gt=iteration.version)
    later = Iteration.objects.filter(fleet=iteration.fleet_id, version__gt=iteration.version)
    if until is not None:
        by_others, later = by_others.filter(version__lte=until), later.filter(version__lte=until)
    ids = list(later.order_by("version").values_list("id", flat=True)[:limit])
    by_iterations = History.objects.filter(iteration__in=ids) if ids else History.objects.none()
    return {
        *by_others.order_by("version").values_list("task_id", flat=True)[:limit],
        *by_iterations.order_by("id").values_list("task_id", flat=True)[:limit],
    }
