"""Record the outcome of an iteration: everything in one short transaction, or nothing."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from satselect import Selection
from satselect.scheduling.errors import StaleError
from satselect.scheduling.kept import KeptBuffer
from satselect.scheduling.lifecycle import OVERDUE, SELECTED, move
from satselect.scheduling.stock import Stored
from satselect.scheduling.tell import tell_iteration, tell_tasks
from satselect.store.counters import Counted, count_iteration
from satselect.store.heads import overdue
from satselect.store.ids import new_id
from satselect.store.inserts import insert
from satselect.store.models import Assignment, AssignmentResource, Batch, Iteration, ResourceUse
from satselect.store.transactions import short_transaction

MOST_EXPIRED = 10_000
"""More are left to the next iteration, so that the transaction stays short."""


@dataclass(frozen=True)
class Outcome:
    """What was selected from what, and how long it took."""

    kept: KeptBuffer
    selection: Selection
    duration_s: float
    time_limit_s: float

    @cached_property
    def uses(self) -> dict[UUID, Mapping[int, int]]:
        """Selected task to the amounts of resources that it uses, the oldest first."""
        heads = [self.kept.head(task) for task in self.selection.tasks]
        return {head.id: self.kept.signatures[head.signature_id] for head in heads}


@dataclass(frozen=True, slots=True)
class Recorded:
    """A committed iteration: how many batches it was the first to consider, and tasks it found overdue."""

    iteration: Iteration
    batches: int
    expired: int


def record(outcome: Outcome) -> Recorded:
    """The iteration, committed; the batches that it considered are done.

    Raises:
        StaleError: the fleet's version, or a task's status, is not what was selected from. Nothing is recorded.
    """
    kept, task_ids = outcome.kept, list(outcome.uses)
    with short_transaction():
        expired = overdue(kept.fleet_id, at=kept.at, limit=MOST_EXPIRED)
        leaving, events = len(task_ids) + len(expired), 1 + len(expired)
        fleet = count_iteration(kept.fleet_id, version=kept.version, leaving=leaving, events=events)
        if fleet is None:
            raise StaleError(f"the fleet is no longer at version {kept.version}")
        iteration = _store_iteration(outcome, fleet)
        move(task_ids, SELECTED, at=kept.at, iteration_id=iteration.id)
        move(expired, OVERDUE, at=kept.at, iteration_id=iteration.id)
        _assign(iteration, outcome)
        considered = Batch.objects.filter(fleet=kept.fleet_id, state=Batch.State.PENDING, seq__lte=kept.seq)
        batches = considered.update(state=Batch.State.DONE, iteration=iteration)
        tell_iteration(fleet, iteration.id, at=kept.at, before=len(expired))
        tell_tasks(fleet, expired, OVERDUE, at=kept.at)
    return Recorded(iteration, batches, len(expired))


def _store_iteration(outcome: Outcome, fleet: Counted) -> Iteration:
    kept, selection = outcome.kept, outcome.selection
    capacities = {stored.name: stored.capacity for stored in kept.stock.values()}
    return Iteration.objects.create(
        id=new_id(kept.at),
        fleet_id=fleet.id,
        version=fleet.version,
        considered_seq=kept.seq,
        as_of=kept.at,
        status=selection.status,
        proof=selection.proof.value,
        objective=selection.profit,
        profit=selection.profit,
        bound=selection.bound,
        gap=selection.gap,
        greedy_profit=kept.ranking.greedy_profit(capacities),
        duration_s=outcome.duration_s,
        settings={"time_limit_s": outcome.time_limit_s},
        capacities=capacities,
        prices=dict(selection.prices),
        scheduled=len(selection.tasks),
        buffered=fleet.buffered,
    )


def _assign(iteration: Iteration, outcome: Outcome) -> None:
    satellite_id = outcome.kept.satellite_id
    assignments = Assignment.objects.bulk_create(
        Assignment(iteration=iteration, task_id=task_id, satellite_id=satellite_id) for task_id in outcome.uses
    )
    stock = outcome.kept.stock
    columns = ("assignment_id", "iteration_id", "supply_id", "capacity", "amount")
    rows = (
        (assignment.id, iteration.id, stock[resource].supply_id, stock[resource].capacity, amount)
        for assignment in assignments
        for resource, amount in outcome.uses[assignment.task_id].items()
    )
    insert(AssignmentResource, columns, rows)
    _store_uses(iteration, outcome, stock)


def _store_uses(iteration: Iteration, outcome: Outcome, stock: Mapping[int, Stored]) -> None:
    used: Counter[int] = Counter()
    for uses in outcome.uses.values():
        used.update(uses)
    rows = (
        (iteration.id, stock[resource].supply_id, stock[resource].capacity, 0, units)
        for resource, units in used.items()
    )
    insert(ResourceUse, ("iteration_id", "supply_id", "capacity", "held", "used"), rows)
