"""Ageing: what waiting adds to a task's profit, for the selection only.

Waiting is counted in steps of a hundredth of an hour, from one moment for all tasks: so the aged profits of two tasks
differ by the same amount at any time, and are decimals with few digits, with which the engine proves optima.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from satselect.schemas.tasks import Status
from satselect.store.models import Task
from satselect.store.queries.buffer.rank_keys import TASKS_PER_STATEMENT, set_rank_keys

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
STEP = timedelta(hours=1) / 100


def rank_key(profit: float, submitted: datetime, per_hour: float) -> float:
    """By what tasks of a signature are ranked: the profit, less what those submitted at the epoch gained by then."""
    return float(Decimal(repr(profit)) - _gained(submitted, per_hour)) if per_hour else profit


def aged(profit: float, submitted: datetime, at: datetime, per_hour: float) -> float:
    """The profit that a task competes with at that time, rounded once: of equally old ones larger for larger profits.

    Not made of the rank key, which is rounded itself: what a task gained since the epoch may be very much more.
    """
    if not per_hour:
        return profit
    # Negative only for who is selected before it was submitted, by a clock that was set back.
    gained = Decimal(repr(per_hour)) * (_steps(at) - _steps(submitted)) / 100
    return max(float(Decimal(repr(profit)) + gained), 0.0)


def next_step(at: datetime) -> datetime:
    """When aged profits are next others than at that time."""
    return EPOCH + (_steps(at) + 1) * STEP


def rank_anew(fleet_id: int, per_hour: float) -> None:
    """Gives all buffered tasks the rank key that they have at another rate. Call it in the transaction that sets it."""
    buffered = Task.objects.filter(fleet=fleet_id, status=Status.BUFFERED).order_by("id")
    rows = buffered.values_list("id", "profit", "created")
    part = list(rows[:TASKS_PER_STATEMENT])
    while part:
        set_rank_keys([(id, rank_key(profit, created, per_hour)) for id, profit, created in part])
        part = list(rows.filter(id__gt=part[-1][0])[:TASKS_PER_STATEMENT])


def _gained(at: datetime, per_hour: float) -> Decimal:
    return Decimal(repr(per_hour)) * _steps(at) / 100


def _steps(at: datetime) -> int:
    return (at - EPOCH) // STEP
