"""Record the outcome of an iteration: everything in one short transaction, or nothing."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from satselect import Selection
from satselect.scheduling.errors import StaleError
from satselect.scheduling.events.tell import tell_iteration, tell_tasks
from satselect.scheduling.iteration.availability import written
from satselect.scheduling.iteration.by_itself import expect_next
from satselect.scheduling.iteration.kept import KeptBuffer
from satselect.scheduling.iteration.stock import Stored, Uses
from satselect.scheduling.lifecycle import OVERDUE, SELECTED, move
from satselect.scheduling.points import Point, reach
from satselect.schemas.iterations import Cause
from satselect.selection.units import exact_sum
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
    cause: Cause = Cause.REQUEST

    @cached_property
    def placed(self) -> dict[UUID, "Placed"]:
        """Selected task to where it runs, the oldest first."""
        stock = self.kept.stock
        ids = {slug: id for id, slug in stock.satellites.items()}
        sole = None if stock.has_choice else next(iter(stock.satellites))
        placed = {}
        for task in self.selection.tasks:
            head = self.kept.head(task)
            satellite_id = sole or ids[self.selection.assignments[task]]
            placed[head.id] = Placed(satellite_id, stock.uses_on(satellite_id, self.kept.signatures[head.signature_id]))
        return placed


class Placed(NamedTuple):
    """The satellite that a task was given to, and what it uses there."""

    satellite_id: int
    uses: Uses


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
    kept, task_ids, findings = outcome.kept, list(outcome.placed), _findings(outcome)
    with short_transaction():
        expired = overdue(kept.fleet_id, at=kept.at, limit=MOST_EXPIRED)
        leaving, events = len(task_ids) + len(expired), 1 + len(expired)
        fleet = count_iteration(kept.fleet_id, version=kept.version, at=kept.at, leaving=leaving, events=events)
        if fleet is None:
            raise StaleError(f"the fleet is no longer at version {kept.version}")
        iteration = _store_iteration(kept, fleet, findings)
        move(task_ids, SELECTED, at=kept.at, iteration_id=iteration.id)
        move(expired, OVERDUE, at=kept.at, iteration_id=iteration.id)
        _assign(iteration, outcome)
        considered = Batch.objects.filter(fleet=kept.fleet_id, state=Batch.State.PENDING, seq__lte=kept.seq)
        batches = considered.update(state=Batch.State.DONE, iteration=iteration)
        out = kept.stock.unavailable.out
        expect_next(fleet, at=kept.at, may_return=bool(out.satellites or out.supplies))
        tell_iteration(fleet, iteration.id, at=kept.at, before=len(expired))
        tell_tasks(fleet, expired, OVERDUE, at=kept.at)
        reach(Point.BEFORE_ITERATION_COMMIT)
    reach(Point.AFTER_ITERATION_COMMIT)
    return Recorded(iteration, batches, len(expired))


def _findings(outcome: Outcome) -> dict[str, object]:
    """What there is to say about the selection, by column. Working it out may take its time: no transaction is open."""
    kept, selection = outcome.kept, outcome.selection
    return {
        "cause": outcome.cause,
        "status": selection.status,
        "proof": selection.proof.value,
        "objective": selection.profit,
        "profit": float(exact_sum(kept.head(task).profit for task in selection.tasks)),
        "bound": selection.bound,
        "gap": selection.gap,
        "greedy_profit": kept.ranking.greedy_profit(kept.stock.problem()),
        "duration_s": outcome.duration_s,
        "settings": _settings(outcome),
        "capacities": {kept.stock.key(stored): stored.capacity for stored in kept.stock},
        "prices": _prices(outcome),
        "availability": written(kept.stock),
        "scheduled": len(selection.tasks),
    }


def _store_iteration(kept: KeptBuffer, fleet: Counted, findings: dict[str, object]) -> Iteration:
    return Iteration.objects.create(
        id=new_id(kept.at),
        fleet_id=fleet.id,
        version=fleet.version,
        considered_seq=kept.seq,
        as_of=kept.at,
        buffered=fleet.buffered,
        **findings,
    )


def _settings(outcome: Outcome) -> dict[str, object]:
    kept = outcome.kept
    return {
        "time_limit_s": outcome.time_limit_s,
        "ageing_per_hour": kept.ageing_per_hour,
        "release": kept.release,
    }


def _prices(outcome: Outcome) -> dict[str, float]:
    stock, prices = outcome.kept.stock, outcome.selection.prices
    keys = {stock.key(stored): stock.engine_key(stored) for stored in stock}
    return {key: prices[engine_key] for key, engine_key in keys.items() if engine_key in prices}


def _assign(iteration: Iteration, outcome: Outcome) -> None:
    placed = outcome.placed
    assigned = ((iteration.id, task_id, one.satellite_id, True) for task_id, one in placed.items())
    insert(Assignment, ("iteration_id", "task_id", "satellite_id", "is_live"), assigned)
    ids = Assignment.objects.filter(iteration=iteration).values_list("id", "task_id")
    columns = ("assignment_id", "iteration_id", "supply_id", "capacity", "amount")
    rows = (
        (id, iteration.id, stored.supply_id, stored.capacity, amount)
        for id, task_id in ids
        for stored, amount in placed[task_id].uses
    )
    insert(AssignmentResource, columns, rows)
    _store_uses(iteration, outcome)


def _store_uses(iteration: Iteration, outcome: Outcome) -> None:
    used: Counter[Stored] = Counter()
    for placed in outcome.placed.values():
        used.update(dict(placed.uses))
    rows = (
        (iteration.id, stored.supply_id, stored.capacity, min(stored.held, stored.capacity), used[stored])
        for stored in outcome.kept.stock
        if stored.held or used[stored]
    )
    insert(ResourceUse, ("iteration_id", "supply_id", "capacity", "held", "used"), rows)
