"""How often batches were tried: counted before they are, where a crash can't lose it."""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import F

from satselect.application.failpoints import Point, reach
from satselect.store.models import Batch
from satselect.store.sql.transactions import short_transaction

MOST_ATTEMPTS = 8  # a crash in passing must not bury a batch, and one that kills must not do so for long


class Pending(NamedTuple):
    """A batch in the inbox, and how often it was tried."""

    id: UUID
    seq: int
    attempts: int


class Attempts:
    """Those that are made now: each batch is counted once.

    Args:
        are_counted: whether those are counted that were never tried before.
    """

    def __init__(self, *, are_counted: bool) -> None:
        self._are_counted = are_counted
        self._counted: set[UUID] = set()

    def are_over(self, first: Pending) -> bool:
        """Whether it was tried as often as may be, before now."""
        return first.attempts >= MOST_ATTEMPTS and first.id not in self._counted

    def count(self, group: Sequence[Pending]) -> int:
        """They are about to be tried together. Gives how often the first of them was, with this time if it counts."""
        first = group[0]
        # What came over the bus for the first time is not counted: a transaction for each iteration (decision 0031).
        if not (self._are_counted or first.attempts):
            return first.attempts
        if ids := [batch.id for batch in group if batch.id not in self._counted]:
            with short_transaction():
                Batch.objects.filter(id__in=ids, state=Batch.State.PENDING).update(attempts=F("attempts") + 1)
                reach(Point.BEFORE_COUNT_COMMIT)
            reach(Point.AFTER_COUNT_COMMIT)
        self._counted.update(ids)
        return first.attempts + (first.id in ids)

    def discount(self, settled: Collection[UUID]) -> None:
        """Nobody failed with the others: somebody else was quicker."""
        # One that was requeued meanwhile counts from 0 again.
        uncounted = Batch.objects.filter(id__in=self._counted - set(settled), state=Batch.State.PENDING, attempts__gt=0)
        uncounted.update(attempts=F("attempts") - 1)
