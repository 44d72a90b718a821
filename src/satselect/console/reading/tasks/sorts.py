"""The orders in which the buffer is read: those that an index has, so that any page is found at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from satselect.store.models import Task

PAGE = 50
_NO_NUMBER = 2**63
"""From here on no database has one."""


@dataclass(frozen=True, slots=True)
class Sort:
    """An order, and how to go on after a task in it.

    Attributes:
        words: what people call it.
        columns: in the manner of `order_by`.
        after: the condition for what comes after these values of the columns.
        read: from the texts of a cursor to these values.
    """

    words: str
    columns: tuple[str, ...]
    after: Callable[..., Q]
    read: tuple[Callable[[str], Any], ...]

    def cursor(self, task: Task) -> str:
        """Where this task is."""
        return "~".join(_text(getattr(task, column.removeprefix("-"))) for column in self.columns)

    def start(self, tasks: "QuerySet[Task]", cursor: str) -> "QuerySet[Task]":
        """The tasks in this order, those after the cursor if there is one."""
        ordered = tasks.order_by(*self.columns)
        values = self.values(cursor)
        return ordered.filter(self.after(*values)) if values else ordered

    def values(self, cursor: str) -> tuple[Any, ...] | None:
        """What a cursor says; None if it says nothing."""
        parts = cursor.split("~")
        if len(parts) != len(self.read):
            return None
        try:
            return tuple(read(part) for read, part in zip(self.read, parts, strict=True))
        except (ValueError, OverflowError):
            return None


def read_page(sort: Sort, tasks: "QuerySet[Task]", cursor: str) -> tuple[Sequence[Task], str | None]:
    """A page of the tasks, and where the next one starts; None if that was the last."""
    found = list(sort.start(tasks, cursor)[: PAGE + 1])
    page = found[:PAGE]
    return page, sort.cursor(page[-1]) if len(found) > PAGE else None


def _after_profit(profit: float, seq: int, position: int) -> Q:
    # The first condition is where the index is entered; without it all that comes before would be read.
    ties = Q(batch_seq__gt=seq) | Q(batch_seq=seq, position__gt=position)
    return Q(profit__lte=profit) & (Q(profit__lt=profit) | ties)


def _after_deadline(deadline: datetime, id: UUID) -> Q:
    return Q(deadline__gte=deadline) & (Q(deadline__gt=deadline) | Q(id__gt=id))


def _finite(text: str) -> float:
    value = float(text)
    if not isfinite(value):
        raise ValueError(text)
    return value


def _whole(text: str) -> int:
    value = int(text)
    if not 0 <= value < _NO_NUMBER:
        raise ValueError(text)
    return value


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at.astimezone(UTC)


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


PROFIT = Sort("most profitable", ("-profit", "batch_seq", "position"), _after_profit, (_finite, _whole, _whole))
DEADLINE = Sort("next deadline", ("deadline", "id"), _after_deadline, (_moment, UUID))
NEWEST = Sort("newest", ("-id",), lambda id: Q(id__lt=id), (UUID,))
OLDEST = Sort("oldest", ("id",), lambda id: Q(id__gt=id), (UUID,))

SORTS = {"profit": PROFIT, "newest": NEWEST, "oldest": OLDEST, "deadline": DEADLINE}
FOR_CUSTOMERS = {"newest": NEWEST, "oldest": OLDEST}
"""What is theirs lies in this order; another one would read all of it."""
