"""What is out of service at a time, and when that changes next."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from satselect.store.models import Outage


@dataclass(frozen=True, slots=True)
class OutOfService:
    """What can't be used.

    Attributes:
        satellites: their ids.
        supplies: the ids of those that are out themselves.
        until: when something goes out of service or comes back, if nobody changes anything; None for never.
    """

    satellites: frozenset[int] = frozenset()
    supplies: frozenset[int] = frozenset()
    until: datetime | None = None


def out_of_service(fleet_id: int, at: datetime) -> OutOfService:
    """What a fleet can't use at that time. An outage begins at its first moment and is over at its last."""
    lasting = Outage.objects.filter(Q(ends=None) | Q(ends__gt=at), fleet=fleet_id)
    rows = list(lasting.values_list("satellite", "supply", "starts", "ends"))
    now = [(satellite, supply) for satellite, supply, starts, _ in rows if starts <= at]
    turns = [moment for *_, starts, ends in rows for moment in (starts, ends) if moment and moment > at]
    return OutOfService(
        satellites=frozenset(satellite for satellite, _ in now if satellite),
        supplies=frozenset(supply for _, supply in now if supply),
        until=min(turns, default=None),
    )
