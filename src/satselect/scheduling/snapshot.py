"""What an iteration selects from, read from the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from satselect.selection.problem import Task
from satselect.store.heads import Head, buffered_signatures, heads
from satselect.store.models import Fleet, Supply
from satselect.store.parts import in_parts


@dataclass(frozen=True)
class Snapshot:
    """The buffer of a fleet as it was at a version.

    Attributes:
        at: the time of the iteration.
        version: what the fleet's version must still be when the outcome is recorded.
        seq: the last batch considered.
        supplies: by the name of the resource.
        heads: the tasks that may be selected, oldest first, each with what it uses.
    """

    fleet_id: int
    at: datetime
    version: int
    seq: int
    supplies: Mapping[str, Supply]
    heads: Sequence[tuple[Head, Mapping[str, int]]]

    @cached_property
    def tasks(self) -> list[Task]:
        """The heads as the engine takes them, named by their ids."""
        return [Task(str(head.id), uses, profit=head.profit) for head, uses in self.heads]

    @property
    def capacities(self) -> dict[str, int]:
        """Name to capacity of every resource that a buffered task uses."""
        return {name: supply.capacity for name, supply in self.supplies.items()}

    @cached_property
    def uses(self) -> dict[UUID, Mapping[str, int]]:
        """Task to what it uses."""
        return {head.id: uses for head, uses in self.heads}


def read_snapshot(fleet_id: int, *, at: datetime) -> Snapshot:
    """The buffer now. The version is read first: whatever changes later is noticed when the outcome is recorded."""
    version, seq = Fleet.objects.values_list("version", "seq").get(id=fleet_id)
    signatures = buffered_signatures(fleet_id)
    supplies = _supplies(sorted({resource for amounts in signatures.values() for resource in amounts}))
    copies = {id: _copies(amounts, supplies) for id, amounts in signatures.items()}
    candidates = heads(fleet_id, {id: n for id, n in copies.items() if n != 0}, last_seq=seq, at=at)
    named = {
        id: {supplies[resource].resource.name: amount for resource, amount in amounts.items()}
        for id, amounts in signatures.items()
    }
    return Snapshot(
        fleet_id=fleet_id,
        at=at,
        version=version,
        seq=seq,
        supplies={supply.resource.name: supply for supply in supplies.values()},
        heads=[(head, named[head.signature_id]) for head in candidates],
    )


def _supplies(resource_ids: Sequence[int]) -> dict[int, Supply]:
    supplies: dict[int, Supply] = {}
    for part in in_parts(resource_ids):
        some = Supply.objects.filter(resource_id__in=part).select_related("resource")
        supplies.update((supply.resource_id, supply) for supply in some)
    return supplies


def _copies(amounts: Mapping[int, int], supplies: Mapping[int, Supply]) -> int | None:
    """How many tasks that use these amounts fit together; None if they use nothing."""
    return min((supplies[resource].capacity // amount for resource, amount in amounts.items()), default=None)
