"""What an iteration left of each supply, and which tasks held the rest, as it was recorded: by the ids of supplies."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from satselect.application.availability.availability import Availability, SupplyState
from satselect.schemas.explanations import Reason
from satselect.store.models import AssignmentResource, Iteration, ResourceUse, Satellite
from satselect.store.queries.buffer.demands import Demand
from satselect.store.queries.held_units import held_before
from satselect.store.sql.chunks import in_parts


@dataclass(frozen=True, slots=True)
class Holder:
    """A selected task that holds what another one needs; perhaps it has given it back since."""

    id: UUID
    name: str
    account_id: int
    profit: int | float
    has_ended: bool

    def worth(self, profit: int | float | None) -> "Holder":
        """The same with another profit, if one is given."""
        return self if profit is None else replace(self, profit=profit)


@dataclass(frozen=True, slots=True)
class Need:
    """What a task would use of a supply, and how much of it an iteration left."""

    stored: SupplyState
    amount: int
    left: int

    @property
    def is_lacking(self) -> bool:
        """Whether there was too little of it even if nobody else used it."""
        return self.stored.capacity < self.amount

    @property
    def is_held(self) -> bool:
        """Whether others left too little of it."""
        return self.left < self.amount


@dataclass(frozen=True, slots=True)
class Place:
    """A satellite that had what a task asks for, of each resource something."""

    satellite_id: int
    is_out: bool
    needs: Sequence[Need]

    @property
    def reason(self) -> Reason:
        """Why the task was not given to it."""
        if self.is_out or any(need.stored.is_out for need in self.needs):
            return Reason.OUT
        if any(need.is_lacking for need in self.needs):
            return Reason.NEVER
        return Reason.HELD if any(need.is_held for need in self.needs) else Reason.FREE


@dataclass(frozen=True, slots=True)
class Lack:
    """That a task needs more of something than there was of it when nobody else used it; perhaps it was out."""

    needs: int
    has: int
    is_out: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """What the tasks of a page see of an iteration.

    Attributes:
        availability: what it selected from.
        used: supply to the units that it gave away.
        holders: supply to who had some of it then, oldest first.
        names: what resources are called that it did not look at.
        satellites: what satellites are called, by id; those that are gone have their slugs only.
    """

    iteration: Iteration
    availability: Availability
    used: Mapping[int, int]
    holders: Mapping[int, Sequence[Holder]]
    names: Mapping[int, str]
    satellites: Mapping[int, str]

    @classmethod
    def read(
        cls, iteration: Iteration, availability: Availability, resources: Iterable[int], names: Mapping[int, str]
    ) -> "Scene":
        """The iteration, as far as these resources go."""
        wanted = sorted(resources)
        used: dict[int, int] = {}
        for part in in_parts(wanted):
            rows = ResourceUse.objects.filter(iteration=iteration, supply__resource__in=part)
            used.update(rows.values_list("supply_id", "used"))
        supplies = (stored for id in wanted for stored in availability.supplies.get(id, {}).values())
        held = {stored.supply_id for stored in supplies if stored.held}
        taken = sorted(held | {id for id, units in used.items() if units})
        holders = _holders(iteration, taken, are_older=bool(held))
        satellites = dict(Satellite.objects.filter(fleet=iteration.fleet_id).values_list("id", "name"))
        return cls(iteration, availability, used, holders, names, satellites)

    def places(self, demand: Demand) -> list[Place]:
        """Where the task could have run: every satellite that had something of all that it asks for."""
        out = self.availability.unavailable.out.satellites
        return [
            Place(id, id in out, [Need(stored, amount, self._left(stored)) for stored, amount in uses])
            for id, uses in self.availability.places(demand).items()
        ]

    def lacking(self, demand: Demand) -> dict[str, Lack]:
        """What there was too little of for the task alone, by the key of the supply, or the name of what nobody had."""
        lacking = {}
        is_somewhere = bool(self.availability.places(demand))
        for resource, amount in demand.amounts.items():
            supplies = list(self._allowed(resource, demand, anywhere=not is_somewhere))
            if not supplies:
                lacking[self.name(resource)] = Lack(amount, 0)
            for one in supplies:
                if one.capacity < amount:
                    lacking[self.availability.key(one)] = Lack(amount, one.capacity, one.is_out)
        return lacking

    def most(self, demand: Demand) -> dict[int, int]:
        """Resource to how much one satellite at most had of it, of those on which the task may run."""
        return {
            resource: max((one.capacity for one in self._allowed(resource, demand, anywhere=True)), default=0)
            for resource in demand.amounts
        }

    def name(self, resource_id: int) -> str:
        """What a resource is called, or was, if it is gone."""
        known = self.names.get(resource_id)
        return known or (
            self.availability.name_of(resource_id) if resource_id in self.availability.supplies else "a resource"
        )

    def _allowed(self, resource_id: int, demand: Demand, *, anywhere: bool) -> Iterator[SupplyState]:
        """What there was of a resource where the task may run; unless anywhere, where all it needs was too."""
        able = (
            set(demand.satellites or self.availability.satellites)
            if anywhere
            else set(self.availability.places(demand))
        )
        for satellite_id, stored in self.availability.supplies.get(resource_id, {}).items():
            if satellite_id is None or satellite_id in able:
                yield stored

    def _left(self, stored: SupplyState) -> int:
        return stored.free - self.used.get(stored.supply_id, 0)


def _holders(iteration: Iteration, supplies: Sequence[int], *, are_older: bool) -> dict[int, list[Holder]]:
    """The tasks that were given some of these supplies in that iteration, or held some of them since an earlier one."""
    holders: defaultdict[int, list[Holder]] = defaultdict(list)
    given = AssignmentResource.objects.filter(iteration=iteration)
    task = "assignment__task__"
    columns = (f"{task}name", f"{task}account_id", f"{task}profit", f"{task}is_whole_profit", "assignment__ended")
    for part in in_parts(supplies):
        rows = (given | held_before(iteration) if are_older else given).filter(supply__in=part)
        rows = rows.order_by(f"{task}batch_seq", f"{task}position")
        for supply_id, id, name, account_id, profit, is_whole, ended in rows.values_list(
            "supply_id", "assignment__task_id", *columns
        ):
            sent = int(profit) if is_whole else profit  # words say 9 for what was sent as 9, and 9.0 for 9.0
            holders[supply_id].append(Holder(id, name, account_id, sent, ended is not None))
    return dict(holders)
