"""What was out of service while iterations were made, and what is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from satselect.application.access.visibility import visible_resources
from satselect.console.reading.iterations.outcomes import Outcomes
from satselect.console.reading.iterations.then import Recorded
from satselect.store.models import Fleet, Iteration, Outage, User

MOST_OUTAGES = 500
MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Idle:
    """What was out: as iterations recorded it; where they don't tell, by the outages as the fleet has them now."""

    outages: Sequence[Outage] = ()
    recorded: Recorded | None = None

    def was_out(self, satellite_id: int | None, supply_id: int, iteration: Iteration) -> bool:
        """Whether that supply could not be used in that iteration, for itself or for its satellite."""
        told = self.recorded.is_out(iteration.id, satellite_id, supply_id) if self.recorded else None
        return self.is_out(satellite_id, supply_id, iteration.as_of) if told is None else told

    def is_out(self, satellite_id: int | None, supply_id: int, at: datetime) -> bool:
        """The same by the outages alone."""
        return any(
            outage.starts <= at
            and (outage.ends is None or outage.ends > at)
            and (
                outage.supply_id == supply_id
                or (outage.satellite_id is not None and outage.satellite_id == satellite_id)
            )
            for outage in self.outages
        )


def read_idle(fleet: Fleet, outcomes: Outcomes, recorded: Recorded | None = None) -> Idle:
    """What was out of service in any of these iterations."""
    if not outcomes.iterations:
        return Idle()
    first, last = outcomes.iterations[0].as_of, outcomes.iterations[-1].as_of
    lasting = Outage.objects.filter(Q(ends=None) | Q(ends__gt=first), fleet=fleet, starts__lte=last)
    return Idle(list(lasting.order_by("id")[:MOST_OUTAGES]), recorded)


def read_lasting(user: User, fleet: Fleet, *, at: datetime) -> Sequence[Outage]:
    """What is out of service at that time, the newest first, of what exists for the user."""
    known = Q(supply=None) | Q(supply__resource__in=visible_resources(user, fleet))
    lasting = Outage.objects.filter(known, Q(ends=None) | Q(ends__gt=at), fleet=fleet, starts__lte=at)
    return list(
        lasting.select_related("satellite", "supply__satellite", "supply__resource").order_by("-starts")[:MOST_SHOWN]
    )
