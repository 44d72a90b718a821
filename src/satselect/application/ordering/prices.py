"""What resources cost over time in the plan that a fleet would make now: an estimate of what an order has to be worth.

Exact is only to plan again with it (`winning`). These are the prices of one plan, good for any number of opportunities.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic

from satselect.application.opportunities.product_opportunities import Look
from satselect.application.planning.buffer.load import Situation, situation_of
from satselect.application.planning.horizon.formulation import Formulation, Interval, formulated, without
from satselect.application.planning.horizon.plan_ahead import planned
from satselect.application.planning.horizon.scene import read_scene
from satselect.engine.planning.model import Resource
from satselect.engine.planning.outcome import TimedPrice
from satselect.engine.problem.problem import ResourceKey
from satselect.store.models import Product

HOLDS = timedelta(seconds=60)
"""So long prices are told of a fleet that did not move on: what is frozen grows with time."""
MOST_KEPT = 64  # fleets; of those asked about last
_DECIMALS = 6  # an estimate, of which more would only be rounding of floats


@dataclass(frozen=True, slots=True)
class _Use:
    """So many units of a resource, what it costs when, and for how long after a task it is busy."""

    amount: int
    prices: Sequence[TimedPrice]
    turnaround: timedelta


@dataclass(frozen=True, slots=True)
class PricedPlan:
    """The prices of a plan, with what it was made from."""

    given: Formulation
    prices: Mapping[ResourceKey, Sequence[TimedPrice]]

    def price(self, product: Product, look: Look) -> float | None:
        """What the product's task costs at its cheapest start in an opportunity; None if it can't start there.

        Where prices are tight, an order worth less loses; it may have to be worth more.
        """
        uses = self._uses(product, look.satellite)
        if uses is None:
            return None
        lasts = timedelta(seconds=product.duration_s)
        scene = self.given.scene
        within = max(look.starts, scene.frozen_until), min(look.ends, scene.until)
        out = sorted(self._out(product, look.satellite))
        pieces = [one for one in without(within, out) if one[1] - one[0] >= lasts] if within[0] <= within[1] else []
        costs = [_cost(uses, start, lasts) for piece in pieces for start in _starts(uses, piece, lasts)]
        return min(costs, default=None)

    def _uses(self, product: Product, slug: str) -> Sequence[_Use] | None:
        own: dict[str, Resource] = self.given.arguments["satellites"].get(slug, {})
        shared: dict[str, Resource] = self.given.arguments["capacities"]
        found = []
        for name, amount in product.resources.items():
            key: ResourceKey = (slug, name) if name in own else name
            supply = own.get(name) or shared.get(name)
            if supply is None or supply.units < amount:
                return None
            assert isinstance(supply.turnaround, timedelta)  # noqa: S101 - so the engine keeps it
            found.append(_Use(amount, self.prices.get(key, ()), supply.turnaround))
        return found

    def _out(self, product: Product, slug: str) -> Iterator[Interval]:
        """When the satellite, or what the task uses on it, is out of service."""
        scene = self.given.scene
        (id,) = [id for id, one in scene.satellites.items() if one == slug]
        used = {one.id for one in scene.supplies.values() if one.name in product.resources}
        for out in scene.outages:
            if out.satellite_id == id or out.supply_id in used:
                yield out.starts, out.ends or scene.until


class PlanPrices:
    """The prices that a process keeps of the fleets that were asked about last, or that there was no time for any."""

    def __init__(self) -> None:
        self._kept: dict[int, tuple[int, datetime, PricedPlan | None]] = {}
        self._working = Lock()

    def of(self, fleet_id: int, *, at: datetime, time_limit_s: float) -> PricedPlan | None:
        """Those of a fleet as it is; None if that takes longer, or somebody else is at it.

        Args:
            fleet_id: which plans in time.
            at: now.
            time_limit_s: how long the engine may plan, and as long work out prices.

        Raises:
            StaleError: the fleet does not plan in time any more.
        """
        now = situation_of(fleet_id, at)
        if fleet_id in self._kept:
            version, since, kept = self._kept[fleet_id]
            if version == now.version and since <= at <= since + HOLDS:
                return kept
        # One at a time in a process: a search that finds it busy goes without prices rather than wait.
        if not self._working.acquire(blocking=False):
            return None
        try:
            return self._made(now, time_limit_s)
        finally:
            self._working.release()

    def _made(self, now: Situation, time_limit_s: float) -> PricedPlan | None:
        given, begun = formulated(read_scene(now)), monotonic()
        found = planned(given, time_limit_s=time_limit_s)
        taken_s = monotonic() - begun
        if found.status != "optimal" and taken_s < time_limit_s:
            return None  # it was stopped: who asked is gone
        begun, prices = monotonic(), dict(found.prices)  # worked out when they are read
        # That none were found in time looks as if there were none.
        made = PricedPlan(given, prices) if monotonic() - begun < time_limit_s else None
        self._kept.pop(now.fleet_id, None)  # taken out first, so that the oldest are in front
        self._kept[now.fleet_id] = now.version, now.at, made
        while len(self._kept) > MOST_KEPT:
            self._kept.pop(next(iter(self._kept)))
        return made


def _starts(uses: Iterable[_Use], piece: Interval, lasts: timedelta) -> Iterator[datetime]:
    """Where what it costs can be least: as early as possible, and where something that costs is over."""
    yield piece[0]
    for use in uses:
        for one in use.prices:
            if piece[0] < one.end <= piece[1] - lasts:
                yield one.end


def _cost(uses: Iterable[_Use], start: datetime, lasts: timedelta) -> float:
    total = 0.0
    for use in uses:
        end = start + lasts + use.turnaround
        within = (one.price for one in use.prices if one.start < end and (one.end > start or one.start == start))
        total += use.amount * sum(within)
    return round(total, _DECIMALS)
