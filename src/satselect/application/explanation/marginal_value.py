"""What one more unit of a resource would have earned: solved again, not read off a price, which is an estimate."""

from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from time import monotonic
from uuid import UUID

from satselect.application.availability.availability import Availability, SupplyState
from satselect.application.availability.recorded import recorded
from satselect.application.explanation.one_more import MOST_RESOURCES, OneMore, gain_of
from satselect.application.explanation.one_more_in_time import one_more_in_time
from satselect.application.explanation.rivals import Competition, read_competition
from satselect.schemas.explanations import Unknown
from satselect.store.models import Fleet, Iteration, ResourceUse, Satellite

MOST_KEPT = 64  # iterations, a few figures each


class MarginalValues:
    """What one more unit would have earned, kept for the iterations that were asked about last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[UUID, int], Sequence[OneMore]] = OrderedDict()
        self._lock = Lock()

    def of(self, last: Iteration, *, at: datetime, budget_s: float) -> Sequence[OneMore]:
        """For each resource that the fleet's last iteration used up; it selects once for each, the first time.

        Of a fleet that plans in time nothing is kept of what an iteration knew: it is planned again as things are now,
        and again once they changed.
        """
        fleet = Fleet.objects.get(id=last.fleet_id)
        key = last.id, last.version if fleet.horizon_s is None else fleet.version
        # Not held while it selects: of two who ask at once both work it out, and nobody waits for seconds.
        with self._lock:
            if key in self._kept:
                return self._kept[key]
        if fleet.horizon_s is None:
            found = one_more_unit(last, budget_s=budget_s)
        else:
            found = one_more_in_time(fleet.id, at=at, budget_s=budget_s)
        with self._lock:
            self._kept[key] = found
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found


def one_more_unit(last: Iteration, *, budget_s: float) -> Sequence[OneMore]:
    """For each resource that the fleet's last iteration used up, the dearest first."""
    until = monotonic() + budget_s
    availability = recorded(last)
    if availability is None:
        return []
    scarce = _used_up(last, availability)
    found = read_competition(last) if scarce else Unknown.NOT_WAITING
    # Selected again, like those it is compared with: the iteration's own may not have been the best.
    base = _profit(found, [], until)
    names = dict(Satellite.objects.filter(fleet=last.fleet_id).values_list("id", "name"))
    return [
        OneMore(
            names.get(stored.satellite_id) if stored.satellite_id else None,
            stored.name,
            _gain(base, _profit(found, [stored], until)),
            _price(last, availability, stored),
        )
        for stored in scarce
    ]


def _used_up(last: Iteration, availability: Availability) -> list[SupplyState]:
    uses = ResourceUse.objects.filter(iteration=last).values_list("supply_id", "capacity", "held", "used")
    empty = {supply_id for supply_id, capacity, held, used in uses if held + used >= capacity}
    scarce = [stored for stored in availability if stored.supply_id in empty]
    return sorted(scarce, key=lambda stored: -_price(last, availability, stored))[:MOST_RESOURCES]


def _price(last: Iteration, availability: Availability, stored: SupplyState) -> float:
    return float(last.prices.get(availability.key(stored), 0.0))


def _gain(base: float | None, more: float | None) -> float | None:
    if base is None or more is None:
        return None
    return gain_of(more, base)


def _profit(found: Competition | Unknown, more: Sequence[SupplyState], until: float) -> float | None:
    """What a best selection earns with one unit more of these supplies; None if that isn't proven in time."""
    left_s = until - monotonic()
    if left_s <= 0 or isinstance(found, Unknown):
        return None
    there = found.availability
    for supply in more:
        there = there.with_more(supply.supply_id, 1)
    selection = found.select(time_limit_s=left_s, availability=there)
    return selection.profit if selection.status == "optimal" else None
