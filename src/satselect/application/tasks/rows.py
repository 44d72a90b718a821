"""The rows of a batch, adapted to what the database takes before a transaction opens.

What only the transaction knows, as the batch's number, is filled in when they are stored.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Self
from uuid import UUID

from satselect.application.tasks.submission import Submission
from satselect.application.tasks.timed import timed_columns
from satselect.schemas.tasks import Status
from satselect.store.models import Batch, Task
from satselect.store.queries.buffer.demands import Demand
from satselect.store.queries.uses import order_of
from satselect.store.sql.bulk_insert import Adapted
from satselect.store.sql.ids import new_ids
from satselect.telemetry.spans import traceparent


@dataclass(frozen=True, slots=True)
class BatchRows:
    """A batch with its tasks, on its way into the database.

    Attributes:
        at: when it was submitted.
        task_ids: in the order of the tasks.
        tasks: what is known of their rows before the transaction.
    """

    submission: Submission
    at: datetime
    id: UUID
    task_ids: Sequence[UUID]
    traceparent: str | None
    tasks: Adapted

    @classmethod
    def of(cls, submission: Submission, at: datetime) -> Self:
        """The rows of what somebody submits at that time. Needs no transaction."""
        ids = new_ids(at)
        id, tasks = next(ids), submission.tasks
        # Counted up from one to the next, so the order of ids is that of the tasks.
        task_ids = [next(ids) for _ in tasks]
        columns: dict[str, Sequence[object]] = {"id": task_ids, "position": range(len(tasks))}
        columns |= {name: [getattr(task, name) for task in tasks] for name in _OWN}
        columns |= {
            "profit": [float(task.profit) for task in tasks],
            "is_whole_profit": [isinstance(task.profit, int) for task in tasks],
        }
        columns |= timed_columns(tasks)
        columns |= _same(
            len(tasks),
            account_id=submission.account_id,
            submitted_by_id=submission.user_id,
            batch_id=id,
            attempts=0,
            created=at,
        )
        adapted = Adapted.of(Task, columns)
        return cls(submission, at, id, task_ids, traceparent(), adapted)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A batch that enters a fleet, with what was found out about it there.

    Attributes:
        seq: its number.
        demands: what each task asks for.
        signatures: the id of that.
        rank_keys: by what each task is ranked.
        orders: what each task keeps of the order of its resources, if that was found out before.
    """

    rows: BatchRows
    seq: int
    demands: Sequence[Demand]
    signatures: Sequence[int]
    rank_keys: Sequence[float]
    orders: Sequence[str | None] | None = None


def store_arrivals(
    fleet_id: int,
    arrivals: Sequence[Arrival],
    *,
    iteration_id: UUID | None = None,
    selected: Collection[UUID] = (),
    at: datetime | None = None,
) -> list[Batch]:
    """Stores batches and tasks. Call it in a transaction.

    Args:
        fleet_id: whose they are.
        arrivals: the batches, in the order of their numbers.
        iteration_id: of the same transaction, which considers them; None leaves them pending.
        selected: the tasks that it scheduled; the others are buffered.
        at: when it did.
    """
    batches = [_batch(fleet_id, arrival, iteration_id) for arrival in arrivals]
    orders = [arrival.orders or orders_of(arrival.demands) for arrival in arrivals]
    Adapted.of(Batch, {name: [getattr(batch, name) for batch in batches] for name in _OF_BATCH}).insert()
    ids = [id for arrival in arrivals for id in arrival.rows.task_ids]
    updated = [arrival.rows.at for arrival in arrivals for _ in arrival.rows.task_ids]
    Adapted.joined([arrival.rows.tasks for arrival in arrivals]).insert(
        fleet_id=fleet_id,
        batch_seq=[arrival.seq for arrival in arrivals for _ in arrival.rows.task_ids],
        signature_id=list(chain.from_iterable(arrival.signatures for arrival in arrivals)),
        resource_order=list(chain.from_iterable(orders)),
        rank_key=list(chain.from_iterable(arrival.rank_keys for arrival in arrivals)),
        # What the iteration of this transaction selected was never waiting for anybody to see.
        status=[(Status.SCHEDULED if id in selected else Status.BUFFERED).value for id in ids],
        updated=[at if id in selected else moment for id, moment in zip(ids, updated, strict=True)],
    )
    # Last: it may refer to the rows above.
    for rows in (arrival.rows for arrival in arrivals):
        if rows.submission.beside:
            rows.submission.beside(rows.id, rows.task_ids)
    return batches


def _batch(fleet_id: int, arrival: Arrival, iteration_id: UUID | None) -> Batch:
    rows, submission = arrival.rows, arrival.rows.submission
    return Batch(
        id=rows.id,
        account_id=submission.account_id,
        fleet_id=fleet_id,
        seq=arrival.seq,
        idempotency_key=submission.idempotency_key,
        digest=submission.digest,
        state=Batch.State.DONE if iteration_id else Batch.State.PENDING,
        iteration_id=iteration_id,
        traceparent=rows.traceparent,
        created=rows.at,
    )


def orders_of(demands: Sequence[Demand]) -> list[str | None]:
    """What each task keeps of the order of its resources, by what it asks for in that order."""
    return [order_of(demand) for demand in demands]


def _same(count: int, **values: object) -> dict[str, Sequence[object]]:
    """Columns of one value each."""
    return {name: [value] * count for name, value in values.items()}


_OWN = ("name", "reference", "payload", "satellites", "not_before", "deadline", "max_attempts")
_OF_BATCH = (
    *("id", "account_id", "fleet_id", "seq", "idempotency_key", "digest", "state", "attempts", "iteration_id"),
    *("traceparent", "created"),
)
