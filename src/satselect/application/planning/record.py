"""Record the outcome of an iteration: everything in one short transaction, or nothing."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple, Protocol
from uuid import UUID

from satselect import Selection
from satselect.application.availability.availability import SupplyState, Uses
from satselect.application.availability.recorded import written
from satselect.application.errors import StaleError
from satselect.application.events.tell import tell_outcome
from satselect.application.failpoints import Point, reach
from satselect.application.lifecycle import OVERDUE, SELECTED, move, note, set_status
from satselect.application.planning.automatic import expect_next
from satselect.application.planning.buffer.fleet_buffer import FleetBuffer
from satselect.application.planning.recorded_iteration import MOST_EXPIRED, Recorded, consider
from satselect.engine.problem.exact import exact_sum
from satselect.schemas.iterations import Cause
from satselect.store.models import Assignment, AssignmentResource, Iteration, ResourceUse
from satselect.store.queries.buffer.heads import overdue
from satselect.store.queries.counters import Counted, count_iteration
from satselect.store.sql.bulk_insert import Adapted, insert, rows_of
from satselect.store.sql.ids import new_id
from satselect.store.sql.statements import id_in
from satselect.store.sql.transactions import short_transaction


@dataclass(frozen=True)
class Outcome:
    """What was selected from what, and how long it took."""

    kept: FleetBuffer
    selection: Selection
    duration_s: float
    time_limit_s: float
    cause: Cause = Cause.REQUEST

    @cached_property
    def placed(self) -> dict[UUID, "Placed"]:
        """Selected task to where it runs, the oldest first."""
        availability = self.kept.availability
        ids = {slug: id for id, slug in availability.satellites.items()}
        sole = None if availability.has_choice else next(iter(availability.satellites))
        placed = {}
        for task in self.selection.tasks:
            head = self.kept.head(task)
            satellite_id = sole or ids[self.selection.assignments[task]]
            placed[head.id] = Placed(
                satellite_id, availability.uses_on(satellite_id, self.kept.signatures[head.signature_id])
            )
        return placed


class Newcomers(Protocol):
    """Batches that are stored by the iteration that considers them first, if any."""

    @property
    def batch_ids(self) -> Sequence[UUID]:
        """Which, in their order."""

    @property
    def task_ids(self) -> Collection[UUID]:
        """Of all their tasks."""

    def overdue(self, at: datetime) -> Sequence[UUID]:
        """The tasks whose deadline is over by then."""

    def starts(self, after: datetime) -> Iterable[datetime]:
        """The times after that one at which their tasks may start."""

    def store(self, fleet: Counted, iteration: Iteration, selected: Collection[UUID]) -> None:
        """Stores batches and tasks; those selected are scheduled. Called in the transaction."""


class Nobody:
    """No newcomers: the iteration considers what was stored before."""

    batch_ids: Sequence[UUID] = ()
    task_ids: Collection[UUID] = frozenset()

    def overdue(self, at: datetime) -> Sequence[UUID]:
        """None."""
        return ()

    def starts(self, after: datetime) -> Sequence[datetime]:
        """None."""
        return ()

    def store(self, fleet: Counted, iteration: Iteration, selected: Collection[UUID]) -> None:
        """Nothing."""


NOBODY = Nobody()


class Placed(NamedTuple):
    """The satellite that a task was given to, and what it uses there."""

    satellite_id: int
    uses: Uses


def record(outcome: Outcome, newcomers: Newcomers = NOBODY) -> Recorded:
    """The iteration, committed; the batches that it considered are done.

    Args:
        outcome: what was selected. Its buffer has the newcomers already.
        newcomers: batches that are not stored yet.

    Raises:
        StaleError: the fleet's version, or a task's status, is not what was selected from. Nothing is recorded.
    """
    kept, findings = outcome.kept, _findings(outcome)
    adapted = Adapted.of(Iteration, {name: [value] for name, value in findings.items()})
    # All reading and working out is done, and values are adapted: whoever submits to any fleet waits for this on
    # SQLite.
    with short_transaction():
        late = newcomers.overdue(kept.at)
        # Before the version is compared, since they are counted with it: who changes one in between moves the version
        # as well.
        expired = [*overdue(kept.fleet_id, at=kept.at, limit=MOST_EXPIRED), *late][:MOST_EXPIRED]
        # The fence: version (and number of the last batch, where some are stored here) are those that were selected
        # from, or nothing of this happens. Whoever changes what can be selected moves the version in the same
        # transaction as the change, so no lock has to be held while the engine selects (optimistic control: Kung,
        # Robinson 1981).
        fleet = _counted(outcome, newcomers, expired)
        iteration = _store_iteration(kept, fleet, adapted)
        newcomers.store(fleet, iteration, outcome.placed.keys())
        _move(outcome, iteration, newcomers)
        move(expired, OVERDUE, at=kept.at, iteration_id=iteration.id)
        _assign(iteration, outcome)
        # What an iteration considered before is done already.
        batches = 0 if kept.is_settled else consider(iteration, up_to_seq=kept.seq)
        out = kept.availability.unavailable.out
        start = kept.starts and min([kept.starts, *newcomers.starts(kept.at)])
        start = expect_next(fleet, at=kept.at, may_return=bool(out.satellites or out.supplies), start=start)
        tell_outcome(fleet, iteration.id, at=kept.at, accepted=newcomers.batch_ids, expired=expired)
        reach(Point.BEFORE_ITERATION_COMMIT)
    reach(Point.AFTER_ITERATION_COMMIT)
    for name, value in findings.items():
        setattr(iteration, name, value)
    return Recorded(iteration, batches + len(newcomers.batch_ids), len(expired), start)


def _counted(outcome: Outcome, newcomers: Newcomers, expired: Sequence[UUID]) -> Counted:
    kept, batches = outcome.kept, len(newcomers.batch_ids)
    fleet = count_iteration(
        kept.fleet_id,
        version=kept.version,
        at=kept.at,
        # Who enters and who leaves is counted by one statement: in between the buffer might count fewer than 0.
        leaving=len(outcome.placed) + len(expired) - len(newcomers.task_ids),
        events=1 + len(expired) + batches,
        seq=kept.seq - batches if batches else None,
        batches=batches,
    )
    if fleet is None:
        raise StaleError(f"the fleet is no longer at version {kept.version}, or has more batches than were read")
    return fleet


def _move(outcome: Outcome, iteration: Iteration, newcomers: Newcomers) -> None:
    """The selected tasks are scheduled; newcomers were stored that way, and have it in their history only."""
    at, selected = outcome.kept.at, outcome.placed
    # Counts what it moves: a task that left the buffer without the version telling so would be noticed here.
    set_status([id for id in selected if id not in newcomers.task_ids], SELECTED, at=at)
    note(selected, SELECTED, at=at, iteration_id=iteration.id)


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
        "greedy_profit": kept.ranking.greedy_profit(kept.formulation.problem()),
        "duration_s": outcome.duration_s,
        "settings": _settings(outcome),
        "capacities": {kept.availability.key(stored): stored.capacity for stored in kept.availability},
        "prices": _prices(outcome),
        "availability": written(kept.availability),
        "scheduled": len(selection.tasks),
    }


def _store_iteration(kept: FleetBuffer, fleet: Counted, findings: Adapted) -> Iteration:
    iteration = Iteration(
        id=new_id(kept.at),
        fleet_id=fleet.id,
        version=fleet.version,
        considered_seq=kept.seq,
        as_of=kept.at,
        buffered=fleet.buffered,
    )
    findings.insert(**{name: getattr(iteration, name) for name in _COUNTED})
    return iteration


_COUNTED = ("id", "fleet_id", "version", "considered_seq", "as_of", "buffered")


def _settings(outcome: Outcome) -> dict[str, object]:
    kept = outcome.kept
    return {
        "time_limit_s": outcome.time_limit_s,
        "ageing_per_hour": kept.ageing_per_hour,
        "release": kept.release,
    }


def _prices(outcome: Outcome) -> dict[str, float]:
    kept, prices = outcome.kept, outcome.selection.prices
    keys = {kept.availability.key(supply): kept.formulation.key(supply) for supply in kept.availability}
    return {key: prices[engine_key] for key, engine_key in keys.items() if engine_key in prices}


def _assign(iteration: Iteration, outcome: Outcome) -> None:
    placed = outcome.placed
    assigned = ((iteration.id, task_id, one.satellite_id, True) for task_id, one in placed.items())
    made = rows_of(Assignment, ("iteration_id", "task_id", "satellite_id", "is_live"), assigned)
    ids = ((id, id_in(task_id)) for id, task_id in made.insert_giving("id", "task_id"))
    columns = ("assignment_id", "iteration_id", "supply_id", "capacity", "amount")
    rows = (
        (id, iteration.id, stored.supply_id, stored.capacity, amount)
        for id, task_id in ids
        for stored, amount in placed[task_id].uses
    )
    insert(AssignmentResource, columns, rows)
    _store_uses(iteration, outcome)


def _store_uses(iteration: Iteration, outcome: Outcome) -> None:
    used: Counter[SupplyState] = Counter()
    for placed in outcome.placed.values():
        used.update(dict(placed.uses))
    rows = (
        (iteration.id, stored.supply_id, stored.capacity, min(stored.held, stored.capacity), used[stored])
        for stored in outcome.kept.availability
        if stored.held or used[stored]
    )
    insert(ResourceUse, ("iteration_id", "supply_id", "capacity", "held", "used"), rows)
