"""What there was of each supply in past iterations, as those recorded it; what is so now has no say in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from satselect.application.availability.availability import Availability, SupplyState
from satselect.application.availability.recorded import availability_in
from satselect.store.models import Iteration


@dataclass(frozen=True, slots=True)
class Recorded:
    """What some iterations, oldest first, selected from.

    An iteration records the supplies of resources that buffered tasks named; of others it tells nothing.
    """

    iterations: Sequence[UUID]
    availabilities: Mapping[UUID, Availability]
    supplies: Mapping[UUID, Mapping[int, SupplyState]]

    def capacities(self, supply_id: int) -> list[int | None]:
        """How much of it there was in each iteration when it was in service, as far as any of them knew.

        Where one doesn't tell, it was what the one before it told, or the first one after it.
        """
        told = [self._capacity(id, supply_id) for id in self.iterations]
        known = next((capacity for capacity in told if capacity is not None), None)
        filled = []
        for capacity in told:
            known = known if capacity is None else capacity
            filled.append(known)
        return filled

    def is_out(self, iteration_id: UUID, satellite_id: int | None, supply_id: int) -> bool | None:
        """Whether it was out of service, for itself or with its satellite; None if that is not told."""
        availability = self.availabilities.get(iteration_id)
        if availability is None or (satellite_id is not None and satellite_id not in availability.satellites):
            return None
        if satellite_id in availability.unavailable.out.satellites:
            return True
        stored = self.supplies[iteration_id].get(supply_id)
        return stored.is_out if stored else None

    def _capacity(self, iteration_id: UUID, supply_id: int) -> int | None:
        stored = self.supplies.get(iteration_id, {}).get(supply_id)
        return stored.capacity if stored and not stored.is_out else None


def read_recorded(iterations: Sequence[Iteration]) -> Recorded:
    """What these iterations, oldest first, recorded."""
    ids = [one.id for one in iterations]
    columns = Iteration.objects.filter(id__in=ids).values_list("id", "availability")
    availabilities = {
        id: availability for id, column in columns if (availability := availability_in(column)) is not None
    }
    return Recorded(
        ids,
        availabilities,
        {id: {one.supply_id: one for one in availability} for id, availability in availabilities.items()},
    )
