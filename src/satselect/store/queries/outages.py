"""What is out of service at a time, and when that changes next."""

from collections import defaultdict
from collections.abc import Iterable
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


def next_return(fleet_id: int, *, since: datetime) -> datetime | None:
    """When something that was out of service at that time is back, first of all; None if nothing will be.

    An outage that follows another without a gap, or overlaps it, keeps the thing out.
    """
    # Those that begin later, too: they may prolong one that lasts now.
    lasting = Outage.objects.filter(Q(ends=None) | Q(ends__gt=since), fleet=fleet_id).order_by("starts")
    of_satellites: defaultdict[int | None, list[_Window]] = defaultdict(list)
    of_supplies: defaultdict[tuple[int, int | None], list[_Window]] = defaultdict(list)
    columns = ("satellite", "supply", "supply__satellite", "starts", "ends")
    for satellite, supply, owner, starts, ends in lasting.values_list(*columns):
        where = of_satellites[satellite] if supply is None else of_supplies[supply, owner]
        where.append((starts, ends))
    # What a satellite has is out for as long as the satellite is.
    own = (sorted([*some, *of_satellites.get(owner, ())], key=_start) for (_, owner), some in of_supplies.items())
    back = (_end_of(since, some) for some in (*of_satellites.values(), *own))
    return min((moment for moment in back if moment), default=None)


_Window = tuple[datetime, datetime | None]


def _start(window: _Window) -> datetime:
    return window[0]


def _end_of(since: datetime, windows: Iterable[_Window]) -> datetime | None:
    """When the first of these, in the order of their starts, that lasted then is over with all that prolong it."""
    end = since
    for starts, ends in windows:
        if starts > end:
            break
        if ends is None:
            return None
        end = max(end, ends)
    return end if end > since else None
