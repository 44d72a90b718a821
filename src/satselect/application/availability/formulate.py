"""From what a fleet has and what tasks ask for to a problem of the engine, for selecting and all that explains it.

A fleet of one satellite is to the engine a set of resources: its tasks have nothing to choose among.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import satselect
from satselect import Buffer, Selection, Task
from satselect.application.availability.availability import Availability, Supplies, SupplyState
from satselect.engine.problem.problem import Problem, ResourceKey
from satselect.store.queries.buffer.demands import Demand

ASSUMED_CAPACITY = 1
"""What the engine takes for the capacity of a name that it was told nothing about."""


@dataclass(frozen=True, slots=True)
class Formulation:
    """What there is, as the engine takes it."""

    availability: Availability

    def task(self, name: str, demand: Demand, *, profit: float) -> Task:
        """A task that asks for this."""
        there = self.availability
        resources = {there.name_of(resource): amount for resource, amount in demand.amounts.items()}
        if not (there.has_choice and demand.satellites):
            return Task(name, resources, profit=profit)
        out = there.unavailable.out.satellites
        slugs = [there.satellites[id] for id in demand.satellites if id in there.satellites and id not in out]
        return Task(name, resources, profit=profit, satellites=slugs)

    def buffer(self) -> Buffer:
        """A buffer without tasks."""
        return Buffer(self._shared(), self._owned())

    def select(self, tasks: Sequence[Task], *, time_limit_s: float) -> Selection:
        """The best selection of these tasks."""
        return satselect.select(tasks, capacities=self._shared(), satellites=self._owned(), time_limit=time_limit_s)

    def problem(self) -> Problem:
        """What there is, without tasks."""
        there = self.availability
        return Problem((), {self.key(supply): supply.free for supply in there}, self._owned())

    def key(self, supply: SupplyState) -> ResourceKey:
        """What the engine calls it."""
        owner = supply.satellite_id
        if owner is None or not self.availability.has_choice:
            return supply.name
        return self.availability.satellites[owner], supply.name

    def assumes(self, supplies: Supplies) -> bool:
        """Whether the engine takes for what there is of these what there is, though it is told nothing about them."""
        each = [supply for of_resource in supplies.values() for supply in of_resource.values()]
        return not each or not (self.availability.has_choice or any(supply.free != ASSUMED_CAPACITY for supply in each))

    def _shared(self) -> dict[str, int]:
        """Resource to capacity, of what isn't any one satellite's."""
        return {supply.name: supply.free for supply in self.availability if isinstance(self.key(supply), str)}

    def _owned(self) -> dict[str, dict[str, int]] | None:
        """Satellite to resource to capacity; None if there is no choice."""
        there = self.availability
        if not there.has_choice:
            return None
        owned: dict[int, dict[str, int]] = {id: {} for id in there.in_service}
        for supply in there:
            if supply.satellite_id in owned:
                owned[supply.satellite_id][supply.name] = supply.free
        return {there.satellites[id]: capacities for id, capacities in owned.items()}


def formulate(availability: Availability) -> Formulation:
    """What there is, as the engine takes it."""
    return Formulation(availability)
