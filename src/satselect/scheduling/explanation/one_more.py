"""What one more unit of a resource would have earned: solved again, not read off a price, which is an estimate."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from threading import Lock
from time import monotonic
from uuid import UUID

from satselect.scheduling.explanation.rivals import Competition, read_competition
from satselect.scheduling.iteration.availability import recorded
from satselect.scheduling.iteration.stock import Stock, Stored
from satselect.schemas.explanations import Unknown
from satselect.store.models import Iteration, ResourceUse, Satellite

MOST_RESOURCES = 24
MOST_KEPT = 64


@dataclass(frozen=True, slots=True)
class OneMore:
    """A resource that an iteration used up.

    Attributes:
        satellite: whose it is; None if the satellites share it.
        gain: how much more a best selection would have earned with one more unit; None if that was not proven in time.
        price: what the resource was worth at the prices of the iteration, an estimate from above.
    """

    satellite: str | None
    resource: str
    gain: float | None
    price: float


def one_more_unit(last: Iteration, *, budget_s: float) -> Sequence[OneMore]:
    """For each resource that the fleet's last iteration used up, the dearest first.

    It selects once for each, so the answer is kept.
    """
    with _lock:
        if last.id in _kept:
            return _kept[last.id]
    found = _solved(last, monotonic() + budget_s)
    with _lock:
        _kept[last.id] = found
        if len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found


_kept: OrderedDict[UUID, Sequence[OneMore]] = OrderedDict()
_lock = Lock()


def _solved(last: Iteration, until: float) -> list[OneMore]:
    stock = recorded(last)
    if stock is None:
        return []
    scarce = _used_up(last, stock)
    found = read_competition(last) if scarce else Unknown.NOT_WAITING
    base = _profit(found, {}, until)
    names = dict(Satellite.objects.filter(fleet=last.fleet_id).values_list("id", "name"))
    return [
        OneMore(
            names.get(stored.satellite_id) if stored.satellite_id else None,
            stored.name,
            _gain(base, _profit(found, {stored.supply_id: 1}, until)),
            _price(last, stock, stored),
        )
        for stored in scarce
    ]


def _used_up(last: Iteration, stock: Stock) -> list[Stored]:
    uses = ResourceUse.objects.filter(iteration=last).values_list("supply_id", "capacity", "held", "used")
    empty = {supply_id for supply_id, capacity, held, used in uses if held + used >= capacity}
    scarce = [stored for stored in stock if stored.supply_id in empty]
    return sorted(scarce, key=lambda stored: -_price(last, stock, stored))[:MOST_RESOURCES]


def _price(last: Iteration, stock: Stock, stored: Stored) -> float:
    return float(last.prices.get(stock.key(stored), 0.0))


def _gain(base: float | None, more: float | None) -> float | None:
    if base is None or more is None:
        return None
    # Profits are sums of decimals: a difference of floats would end in the dust of binary fractions.
    return max(float(Decimal(repr(more)) - Decimal(repr(base))), 0.0)


def _profit(found: Competition | Unknown, more: Mapping[int, int], until: float) -> float | None:
    """What a best selection earns with so many units more of these supplies; None if that isn't proven in time."""
    left_s = until - monotonic()
    if left_s <= 0 or isinstance(found, Unknown):
        return None
    supplies = {
        resource: {
            whose: replace(stored, capacity=stored.capacity + more.get(stored.supply_id, 0))
            for whose, stored in of_resource.items()
        }
        for resource, of_resource in found.stock.supplies.items()
    }
    selection = found.select(time_limit_s=left_s, stock=replace(found.stock, supplies=supplies))
    return selection.profit if selection.status == "optimal" else None
