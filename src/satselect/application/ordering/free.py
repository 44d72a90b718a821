"""Whether what a product takes fits beside the plan as it stands, without anybody giving way."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.db.models import Q

from satselect.application.opportunities.product_opportunities import Look
from satselect.schemas.horizons import Kind
from satselect.store.models import AssignmentResource, Product, Satellite
from satselect.store.queries.plans import outages_within
from satselect.store.queries.supplies import TimedSupply, timed_supplies

_ALL = 2**62
"""More than there is of anything."""


@dataclass(frozen=True, slots=True)
class _Busy:
    """So many units are held, or out of service, from a time until another."""

    starts: datetime
    ends: datetime
    amount: int


@dataclass(frozen=True, slots=True)
class _Need:
    """So much of a supply, for so long: its turnaround counts, as it does in a plan."""

    supply: TimedSupply
    amount: int
    lasts: timedelta
    busy: Sequence[_Busy]

    def has_room(self, starts: datetime) -> bool:
        """Whether there is room for one that starts then."""
        ends = starts + self.lasts + timedelta(seconds=self.supply.turnaround_s)
        held = [one for one in self.busy if one.starts < ends and one.ends > starts]
        # What is held rises only where something begins.
        moments = [starts, *(one.starts for one in held if one.starts > starts)]
        most = max(sum(one.amount for one in held if one.starts <= at < one.ends) for at in moments)
        return most + self.amount <= self.supply.capacity


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is busy when, by the ids of supplies and of satellites."""

    supplies: Mapping[int, Sequence[_Busy]]
    satellites: Mapping[int, Sequence[_Busy]]

    @classmethod
    def read(cls, fleet_id: int, supplies: Sequence[TimedSupply], first: datetime, last: datetime) -> Self:
        """What there is between these times, and as long after as a turnaround may last."""
        until = last + timedelta(seconds=max((one.turnaround_s for one in supplies), default=0.0))
        # A task without opportunities holds what it uses until it is completed, whatever the time.
        held = AssignmentResource.objects.filter(
            Q(is_timed=True, starts__lt=until, ends__gt=first) | Q(is_timed=False, assignment__ended=None),
            supply__in=[one.id for one in supplies],
            assignment__is_live=True,
            is_held=True,
        )
        busy: defaultdict[int, list[_Busy]] = defaultdict(list)
        for supply_id, starts, ends, amount in held.values_list("supply_id", "starts", "ends", "amount"):
            # What has no times is held all the while.
            busy[supply_id].append(_Busy(starts or first, ends or until, amount))
        away: defaultdict[int, list[_Busy]] = defaultdict(list)
        for out in outages_within(fleet_id, first, until):
            lasting = _Busy(out.starts, out.ends or until, _ALL)
            if out.supply_id is not None:
                busy[out.supply_id].append(lasting)
            elif out.satellite_id is not None:
                away[out.satellite_id].append(lasting)
        return cls(busy, away)


def free(product: Product, looks: Sequence[Look], *, at: datetime) -> list[bool | None]:
    """Of each look whether the product's task could be planned in it as things are now, and nothing else moved.

    None where the product uses what is filled or used up, or has transitions: whether that fits is a question about the
    whole horizon.

    Args:
        product: with its fleet.
        looks: of the product.
        at: now; nothing is planned in the frozen part.
    """
    if not looks:
        return []
    supplies = [one for one in timed_supplies(product.fleet_id) if one.name in product.resources]
    if any(one.kind != Kind.RENEWABLE or one.transition is not None for one in supplies):
        return [None] * len(looks)
    satellites = dict(Satellite.objects.filter(fleet=product.fleet_id).values_list("slug", "id"))
    plan = _Plan.read(product.fleet_id, supplies, min(look.starts for look in looks), max(look.ends for look in looks))
    frozen_until = at + timedelta(seconds=product.fleet.frozen_s)
    return [_is_free(product, look, satellites[look.satellite], supplies, plan, frozen_until) for look in looks]


def _is_free(
    product: Product,
    look: Look,
    satellite_id: int,
    supplies: Sequence[TimedSupply],
    plan: _Plan,
    frozen_until: datetime,
) -> bool:
    lasts = timedelta(seconds=product.duration_s)
    needs = [
        # Of one name a satellite has its own or shares one, never both.
        _Need(one, product.resources[one.name], lasts, plan.supplies.get(one.id, ()))
        for one in supplies
        if one.satellite_id in (None, satellite_id)
    ]
    if {one.supply.name for one in needs} != set(product.resources):
        return False
    away = plan.satellites.get(satellite_id, ())
    begins = max(look.starts, frozen_until)
    # If it fits anywhere, it fits as early as that can be: at the beginning, or where something ends.
    ends = (one.ends for some in (*(need.busy for need in needs), away) for one in some)
    return any(
        spot + lasts <= look.ends
        and all(need.has_room(spot) for need in needs)
        and not any(one.starts < spot + lasts and one.ends > spot for one in away)
        for spot in {begins, *(end for end in ends if end > begins)}
    )
