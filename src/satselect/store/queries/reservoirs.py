"""What was written into reservoirs, and drained of them."""

from datetime import datetime

from django.db.models import Q

from satselect.store.models import AssignmentResource, Pass
from satselect.store.queries.finished import finished, was_early
from satselect.store.queries.supplies import TimedSupply


def writes_since(supply: TimedSupply, until: datetime) -> list[tuple[datetime, int]]:
    """What was written into a reservoir since its level was told, by tasks that ended by then: end and units.

    A task that ran when the level was told counts whole: what of it was in that level nobody knows.
    """
    by_then = Q(assignment__ends__lte=until) | (Q(assignment__ended__lte=until) & was_early("assignment__"))
    uses = AssignmentResource.objects.filter(by_then, supply=supply.id, assignment__is_live=True, is_timed=True)
    if supply.level_at:
        uses = uses.filter(assignment__ends__gt=supply.level_at)
    columns = ("starts", "ends", "ended", "task__status")
    rows = uses.values_list(*(f"assignment__{name}" for name in columns), "amount")
    over = [(finished(*times), amount) for *times, amount in rows if times[0]]
    return sorted(one for one in over if supply.level_at is None or one[0] > supply.level_at)


def drains_since(supply: TimedSupply, fleet_id: int, until: datetime) -> list[tuple[datetime, datetime, int]]:
    """What passes drained from a reservoir since its level was told: start, end and units, of those over by then."""
    passes = Pass.objects.filter(fleet=fleet_id, ends__lte=until)
    if supply.satellite_id is not None:
        passes = passes.filter(satellite=supply.satellite_id)
    if supply.level_at:
        passes = passes.filter(ends__gt=supply.level_at)
    rows = passes.order_by("ends", "id").values_list("starts", "ends", "drains")
    return [(starts, ends, drains[supply.name]) for starts, ends, drains in rows if drains.get(supply.name)]
