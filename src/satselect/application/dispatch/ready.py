"""Large batches are made ready in the thread of who submits them, so that they take little of their fleet's turn.

What the tasks ask for is looked up and checked, its signatures are stored, and the tasks are made as the engine takes
them while others have the turn. That holds for the buffer it was done for; where another one is read, it is done anew.
"""

from array import array
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from satselect import Task
from satselect.application.availability.availability import Availability, resources_in
from satselect.application.availability.formulate import formulate
from satselect.application.availability.inventory import Inventory
from satselect.application.availability.now import read_supplies
from satselect.application.planning.buffer.fleet_buffer import FleetBuffer
from satselect.application.planning.courtesy import Courtesy
from satselect.application.tasks.quotas import check_room
from satselect.application.tasks.resources import demands_for, known_demands
from satselect.application.tasks.rows import BatchRows, orders_of
from satselect.application.tasks.submission import Submission
from satselect.schemas.reading.faults import InvalidError
from satselect.store.models import Fleet
from satselect.store.queries.buffer.demands import Demand
from satselect.store.queries.buffer.signatures import known_signatures, signature_ids
from satselect.store.queries.counters import settings_of
from satselect.store.sql.chunks import in_parts
from satselect.store.sql.transactions import short_transaction


@dataclass(frozen=True, slots=True)
class Ready:
    """What was found out about a batch before its turn.

    Attributes:
        kept: the buffer that it was found out for.
        demands: what each task asks for.
        signatures: the id of that, for each task.
        orders: what each task keeps of the order of its resources.
        rooms: signature to how many of its tasks fit together; None if any number does.
        made: the tasks as the engine takes them.
    """

    kept: FleetBuffer
    demands: Sequence[Demand]
    signatures: Sequence[int]
    orders: Sequence[str | None]
    rooms: Mapping[int, int | None]
    made: Mapping[UUID, Task]


@dataclass(frozen=True, slots=True)
class Owner:
    """A fleet, and whether it makes what its tasks name."""

    id: int
    is_open: bool


class KnownSignatures(dict[Hashable, int]):
    """What tasks ask for, to the id of the signature."""


def made_ready(rows: BatchRows, kept: FleetBuffer, courtesy: Courtesy) -> Ready | None:
    """The batch, made ready for a buffer that somebody else may use meanwhile; None if its turn has to judge it.

    Raises:
        InvalidError: tasks name what the fleet doesn't have, or use more than any of its satellites has.
        QuotaError: the user would have too many tasks in the buffer.
    """
    submission, known = rows.submission, inventory_of(kept)
    courtesy.give_way()
    version, _, _, _, is_open, plans_ahead = settings_of(kept.fleet_id)
    if plans_ahead:
        return None
    if submission.quota is not None:
        check_room(submission.user_id, len(submission.tasks), beside=0, limit=submission.quota)
    try:
        # A copy: who has the turn uses that of the buffer meanwhile, and it grows with what tasks name.
        own = Inventory(known.satellites, dict(known.resources))
        demands = demands_of(submission, own, Owner(kept.fleet_id, is_open))
    except InvalidError:
        if version != kept.version:
            return None  # what it was judged by may have changed
        raise
    courtesy.give_way()
    signatures = _signatures(kept, demands)
    courtesy.give_way()
    there = _there(kept.availability, demands)
    if there is None:
        return None
    rooms = {id: there.copies(demand) for id, demand in dict(zip(signatures, demands, strict=True)).items()}
    courtesy.give_way()
    made = _made(rows, kept, there, demands)
    courtesy.give_way()
    return Ready(kept, demands, signatures, orders_of(demands), rooms, made)


def demands_of(submission: Submission, inventory: Inventory, fleet: Owner) -> list[Demand]:
    """What the tasks ask for; what an open fleet has to make for that is made, in a transaction of its own.

    Raises:
        InvalidError: tasks name what the fleet doesn't have, or use more than any of its satellites has.
    """
    tasks, most = submission.tasks, submission.most_candidates
    demands = known_demands(tasks, inventory, fleet, most_candidates=most)
    if demands is None:
        with short_transaction():
            demands = demands_for(tasks, fleet, most_candidates=most)
    return demands


def inventory_of(kept: FleetBuffer) -> Inventory:
    """What is known of the fleet by name, in a memo that grows with what tasks name."""
    satellites = {slug: id for id, slug in kept.availability.satellites.items()}
    known: Inventory = kept.memo.setdefault(Inventory, Inventory(satellites, {}))
    return known


def hashable(demand: Demand) -> Hashable:
    """The same for equal demands."""
    places = demand.satellites and array("q", sorted(demand.satellites)).tobytes()  # a set takes eight times that
    return frozenset(demand.amounts.items()), places


def _signatures(kept: FleetBuffer, demands: Sequence[Demand]) -> list[int]:
    """The ids of what they ask for; what is new is stored, a part at a time, so that others can store between."""
    known = kept.memo.setdefault(KnownSignatures, KnownSignatures())
    keys = list(map(hashable, demands))
    unknown = {key: demand for key, demand in zip(keys, demands, strict=True) if key not in known}
    found = dict(zip(unknown, known_signatures(kept.fleet_id, list(unknown.values())), strict=True))
    new = [key for key, id in found.items() if id is None]
    for part in in_parts(new):
        with short_transaction():
            Fleet.objects.select_for_update(no_key=True).values_list("id").get(
                id=kept.fleet_id
            )  # others make some, too
            found.update(zip(part, signature_ids(kept.fleet_id, [unknown[key] for key in part]), strict=True))
    known.update((key, id) for key, id in found.items() if id is not None)
    return [known[key] for key in keys]


def _there(kept: Availability, demands: Sequence[Demand]) -> Availability | None:
    """What there is of all that they ask for; None if somebody took something away meanwhile."""
    asked = resources_in(demands)
    more = read_supplies(sorted(asked - kept.supplies.keys()), kept.unavailable)
    there = replace(kept, supplies={**kept.supplies, **more})
    return there if asked <= there.supplies.keys() else None


def _made(rows: BatchRows, kept: FleetBuffer, there: Availability, demands: Sequence[Demand]) -> dict[UUID, Task]:
    """None of a fleet whose tasks age: what they are worth is known in the turn."""
    if kept.ageing_per_hour:
        return {}
    engine, together = formulate(there), zip(rows.task_ids, rows.submission.tasks, demands, strict=True)
    return {id: engine.task(str(id), demand, profit=float(task.profit)) for id, task, demand in together}
