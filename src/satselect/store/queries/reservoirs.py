"""What was written into reservoirs, and drained of them."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from satselect.store.models import AssignmentResource, Pass
from satselect.store.queries.finished import finished, was_early
from satselect.store.queries.supplies import TimedSupply


class Drain(NamedTuple):
    """A pass that is over, and what it drained at most, by the names of reservoirs."""

    satellite_id: int
    starts: datetime
    ends: datetime
    units: dict[str, int]


def writes_of(supply: TimedSupply, until: datetime, *, since: datetime | None) -> list[tuple[datetime, int]]:
    """What was written into a reservoir since then, by tasks that ended by some time: end and units, by end.

    A task that ran when the level was told counts whole: what of it was in that level nobody knows.
    """
    # Early ends are looked for apart: such a task's planned end may be later than `until`.
    by_then = Q(assignment__ends__lte=until) | (Q(assignment__ended__lte=until) & was_early("assignment__"))
    uses = AssignmentResource.objects.filter(by_then, supply=supply.id, assignment__is_live=True, is_timed=True)
    if since is not None:
        uses = uses.filter(assignment__ends__gt=since)
    columns = ("starts", "ends", "ended", "task__status")
    rows = uses.values_list(*(f"assignment__{name}" for name in columns), "amount")
    over = [(finished(*times), amount) for *times, amount in rows if times[0]]
    # Again, by the true ends: the query knows only the planned ones.
    return sorted(one for one in over if since is None or one[0] > since)


def drains_of(
    fleet_id: int, until: datetime, *, since: datetime | None, satellite_ids: Collection[int] | None = None
) -> list[Drain]:
    """What passes drained that ended after one time and by another, by end; of these satellites, or of all."""
    passes = Pass.objects.filter(fleet=fleet_id, ends__lte=until)
    if since is not None:
        passes = passes.filter(ends__gt=since)
    if satellite_ids is not None:
        passes = passes.filter(satellite__in=satellite_ids)
    rows = passes.order_by("ends", "id").values_list("satellite_id", "starts", "ends", "drains")
    return [Drain(*row) for row in rows if row[3]]
