"""What is kept of it: what was found last for each order, and which orders somebody waits to be told of."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from satselect.application.explanation.reasons.in_time import why_in_time
from satselect.application.explanation.reasons.replanned import Replanned
from satselect.schemas.explanations import Unknown
from satselect.store.models import BreakEven, Fleet, Task
from satselect.store.sql.transactions import short_transaction

HOLDS = timedelta(seconds=60)
"""So long it is told as that of now, if the fleet did not move on: what is frozen grows with time."""


@dataclass(frozen=True, slots=True)
class Found:
    """From which profit on an order would have won.

    Attributes:
        version: of the fleet.
        as_of: when that was so.
        needs: the break-even profit, exact.
        unknown: why there is none.
    """

    version: int
    as_of: datetime
    needs: float | None
    unknown: Unknown | None

    @classmethod
    def of_row(cls, row: BreakEven) -> Self | None:
        """What was found last; None if nothing was."""
        if row.version is None or row.as_of is None:
            return None
        return cls(row.version, row.as_of, row.needs, Unknown(row.unknown) if row.unknown else None)

    @property
    def is_proven(self) -> bool:
        """Whether more time would tell nothing else."""
        return self.unknown is not Unknown.NOT_PROVEN

    def holds(self, fleet: Fleet, at: datetime) -> bool:
        """Whether it is that of now."""
        return self.version == fleet.version and self.as_of <= at <= self.as_of + HOLDS


def work_out(task: Task, fleet: Replanned, *, time_limit_s: float) -> Found:
    """From which profit on the order of a task would win, in a fleet as it was read."""
    why = why_in_time(task, at=fleet.at, time_limit_s=time_limit_s, wants_break_even=True, among=fleet)
    return Found(fleet.version, fleet.at, why.break_even, why.unknown)


def keep(order_id: UUID, found: Found) -> None:
    """Keeps what was found, and nobody waits any more."""
    with short_transaction():
        BreakEven.objects.update_or_create(order_id=order_id, defaults=columns(found))


def want(order_id: UUID, *, at: datetime) -> None:
    """Says that somebody waits for it, unless somebody does already; what was found last stays."""
    with short_transaction():
        BreakEven.objects.get_or_create(order_id=order_id)
        # Only if nobody waits yet: who comes later must not give an order that takes long its attempts back.
        BreakEven.objects.filter(order=order_id, wanted=None).update(wanted=at, attempts=0, claimed_until=None)


def columns(found: Found) -> dict[str, object]:
    """The columns of the row of what was found, which nobody waits for any more."""
    return {
        "version": found.version,
        "as_of": found.as_of,
        "needs": found.needs,
        "unknown": found.unknown,
        "wanted": None,
        "claimed_until": None,
    }
