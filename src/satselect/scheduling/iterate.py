"""Iterate: select from a fleet's buffer what is worth most, and record the outcome."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic, perf_counter

from satselect import Selection, select
from satselect.scheduling.errors import BusyError, StaleError
from satselect.scheduling.record import Outcome, record
from satselect.scheduling.snapshot import read_snapshot
from satselect.scheduling.turns import turn
from satselect.store.models import Batch, Iteration

Select = Callable[..., Selection]
Clock = Callable[[], datetime]

PATIENCE_S = 30.0
"""How long a batch waits for its iteration, besides the time that selecting may take."""


def settle(batch: Batch, *, clock: Clock, time_limit_s: float, select: Select = select) -> Iteration:
    """The first iteration that considered the batch, made now if nobody has made it.

    Batches that arrive while an iteration runs share the next one. Whenever this one's outcome is refused, another
    was recorded, so the fleet always gets on.

    Raises:
        BusyError: it took too long. The batch stays accepted.
    """
    patience_s = PATIENCE_S + time_limit_s
    give_up = monotonic() + patience_s
    with turn(batch.fleet_id, patience_s=patience_s):
        while monotonic() < give_up:
            if iteration := Iteration.objects.filter(batches=batch).first():
                return iteration
            try:
                return iterate(batch.fleet_id, at=clock(), time_limit_s=time_limit_s, select=select)
            except StaleError:
                continue
    raise BusyError(f"no iteration within {patience_s} s")


def iterate(fleet_id: int, *, at: datetime, time_limit_s: float, select: Select = select) -> Iteration:
    """One iteration over the buffer. No transaction and no lock is held while the engine selects.

    Raises:
        StaleError: the fleet moved on meanwhile; nothing was recorded.
    """
    snapshot = read_snapshot(fleet_id, at=at)
    start = perf_counter()
    selection = select(snapshot.tasks, capacities=snapshot.capacities, time_limit=time_limit_s)
    duration_s = perf_counter() - start
    return record(Outcome(snapshot, selection, duration_s=duration_s, time_limit_s=time_limit_s))
