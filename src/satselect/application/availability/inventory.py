"""What a fleet has at any time, by name: capacities, whatever is held or out of service now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from satselect.schemas.tasks import NewTask
from satselect.store.queries.buffer.demands import Demand


@dataclass(frozen=True)
class Known:
    """A resource of a fleet.

    Attributes:
        capacities: how much of it each satellite has, by its id; None stands for all satellites together.
    """

    id: int
    is_shared: bool = False
    capacities: dict[int | None, int] = field(default_factory=dict)

    def is_had(self, satellites: set[int] | None) -> bool:
        """Whether one of these satellites, or any, has it at all."""
        return bool(self.capacities if satellites is None else self._of(satellites))

    def most(self, satellites: set[int] | None) -> int:
        """The most that one of these satellites, or of any, can use of it."""
        if satellites is None:
            return self._most_of_all
        return max((self.capacities[owner] for owner in self._of(satellites)), default=0)

    @cached_property
    def _most_of_all(self) -> int:
        return max(self.capacities.values(), default=0)

    def _of(self, satellites: set[int]) -> list[int | None]:
        """Whose it is, of these satellites; None stands for all of them."""
        return [owner for owner in (None, *satellites) if owner in self.capacities]


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a fleet has by name: what new tasks name has no id before they are read.

    Attributes:
        satellites: slug to id; may be empty where no task names any.
        resources: by name.
    """

    satellites: Mapping[str, int]
    resources: dict[str, Known]

    def demand(self, task: NewTask) -> Demand:
        """What a task asks for, if there is nothing wrong with it."""
        amounts = {self.resources[name].id: amount for name, amount in task.resources.items()}
        ids = sorted(self.satellites[slug] for slug in task.satellites or ())
        return Demand(amounts, tuple(ids) or None)

    def fits_somewhere(self, task: NewTask, allowed: set[int] | None) -> bool:
        """Whether one satellite, of these or of all, has enough of all that satellites own.

        What they share is taken to be enough.
        """
        needs = ((self.resources[name], amount) for name, amount in task.resources.items())
        # What is shared was compared with its capacity before, resource by resource.
        own = [(known.capacities, amount) for known, amount in needs if not known.is_shared]
        # Looked for one by one: where there are thousands, one of the first will mostly do.
        return not own or any(
            owner is not None
            and (allowed is None or owner in allowed)
            and all(capacities.get(owner, -1) >= amount for capacities, amount in own)
            for owner in own[0][0]
        )
