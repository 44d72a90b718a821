"""Record the outcome of an iteration: everything in one short transaction, or nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F

from satselect import Selection
from satselect.scheduling.errors import StaleError
from satselect.scheduling.greedy import greedy_profit
from satselect.scheduling.lifecycle import OVERDUE, SELECTED, move
from satselect.scheduling.snapshot import Snapshot
from satselect.store.heads import overdue
from satselect.store.ids import new_id
from satselect.store.models import (
    Assignment,
    AssignmentResource,
    Batch,
    Event,
    Fleet,
    Iteration,
    ResourceUse,
    Satellite,
)
from satselect.store.transactions import short_transaction

MOST_EXPIRED = 10_000
"""More are left to the next iteration, so that the transaction stays short."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was selected from what, and how long it took."""

    snapshot: Snapshot
    selection: Selection
    duration_s: float
    time_limit_s: float

    @property
    def task_ids(self) -> list[UUID]:
        """The tasks selected, oldest first."""
        return [UUID(task.name) for task in self.selection.tasks]


def record(outcome: Outcome) -> Iteration:
    """The iteration, committed; the batches that it considered are done.

    Raises:
        StaleError: the fleet's version, or a task's status, is not what was selected from. Nothing is recorded.
    """
    snapshot, task_ids = outcome.snapshot, outcome.task_ids
    with short_transaction():
        expired = overdue(snapshot.fleet_id, at=snapshot.at, limit=MOST_EXPIRED)
        fleet = _advance(snapshot, leaving=len(task_ids) + len(expired))
        iteration = _store_iteration(outcome, fleet)
        move(task_ids, SELECTED, at=snapshot.at, iteration_id=iteration.id)
        move(expired, OVERDUE, at=snapshot.at, iteration_id=iteration.id)
        _assign(iteration, snapshot, task_ids)
        considered = Batch.objects.filter(fleet=fleet, state=Batch.State.PENDING, seq__lte=snapshot.seq)
        considered.update(state=Batch.State.DONE, iteration=iteration)
        Event.objects.create(
            fleet=fleet, number=fleet.event_number, at=snapshot.at, kind=Event.Kind.ITERATION, iteration=iteration
        )
    return iteration


def _advance(snapshot: Snapshot, *, leaving: int) -> Fleet:
    """Compare and set: of all that selected from one version, one passes."""
    same = Fleet.objects.filter(id=snapshot.fleet_id, version=snapshot.version)
    advanced = same.update(
        version=F("version") + 1, event_number=F("event_number") + 1, buffered=F("buffered") - leaving
    )
    if not advanced:
        raise StaleError(f"the fleet is no longer at version {snapshot.version}")
    return Fleet.objects.get(id=snapshot.fleet_id)


def _store_iteration(outcome: Outcome, fleet: Fleet) -> Iteration:
    snapshot, selection = outcome.snapshot, outcome.selection
    return Iteration.objects.create(
        id=new_id(snapshot.at),
        fleet=fleet,
        version=fleet.version,
        considered_seq=snapshot.seq,
        as_of=snapshot.at,
        status=selection.status,
        proof=selection.proof.value,
        objective=selection.profit,
        profit=selection.profit,
        bound=selection.bound,
        gap=selection.gap,
        greedy_profit=greedy_profit(snapshot.tasks, snapshot.capacities),
        duration_s=outcome.duration_s,
        settings={"time_limit_s": outcome.time_limit_s},
        capacities=snapshot.capacities,
        prices=dict(selection.prices),
        scheduled=len(selection.tasks),
        buffered=fleet.buffered,
    )


def _assign(iteration: Iteration, snapshot: Snapshot, task_ids: Sequence[UUID]) -> None:
    satellite = Satellite.objects.get(fleet_id=snapshot.fleet_id)
    assignments = Assignment.objects.bulk_create(
        Assignment(iteration=iteration, task_id=task_id, satellite=satellite) for task_id in task_ids
    )
    AssignmentResource.objects.bulk_create(
        AssignmentResource(
            assignment=assignment,
            iteration=iteration,
            supply=snapshot.supplies[name],
            capacity=snapshot.supplies[name].capacity,
            amount=amount,
        )
        for assignment in assignments
        for name, amount in snapshot.uses[assignment.task_id].items()
    )
    _store_uses(iteration, snapshot, task_ids)


def _store_uses(iteration: Iteration, snapshot: Snapshot, task_ids: Sequence[UUID]) -> None:
    used: Counter[str] = Counter()
    for task_id in task_ids:
        used.update(snapshot.uses[task_id])
    supplies = snapshot.supplies
    ResourceUse.objects.bulk_create(
        ResourceUse(iteration=iteration, supply=supplies[name], capacity=supplies[name].capacity, used=units)
        for name, units in used.items()
    )
