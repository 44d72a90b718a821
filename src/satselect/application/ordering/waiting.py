"""Why the tasks of orders wait, as far as the tables say it without planning again."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from satselect.schemas.opportunities import LAST
from satselect.store.models import Fleet, Opportunity, Target, Task
from satselect.store.queries.buffer.demands import demands_of
from satselect.store.queries.orbits.targets import choices
from satselect.store.queries.plans import OutageTimes, outages_within
from satselect.store.queries.supplies import TimedSupply, timed_supplies

COMPETITION, UNAVAILABLE, NOT_YET, FROZEN = "competition", "unavailable", "not_yet", "frozen"


def waits_for(tasks: Sequence[Task], *, at: datetime) -> dict[UUID, str]:
    """Of each buffered task what it waits for.

    `not_yet` if its opportunities begin beyond the horizon, `frozen` if those within it are over before anything may be
    added to the plan, `unavailable` if whatever it needs for the others is out of service or lacking; else others hold
    it.
    """
    by_fleet: defaultdict[int, list[Task]] = defaultdict(list)
    for task in tasks:
        by_fleet[task.fleet_id].append(task)
    found: dict[UUID, str] = {}
    for some in by_fleet.values():
        found.update(_of_fleet(some[0].fleet, some, at))
    return found


def _of_fleet(fleet: Fleet, tasks: Sequence[Task], at: datetime) -> Mapping[UUID, str]:
    frozen_until, until = at + timedelta(seconds=fleet.frozen_s), at + timedelta(seconds=fleet.horizon_s or 0)
    spots: defaultdict[UUID, list[Opportunity]] = defaultdict(list)
    ids = [task.id for task in tasks]
    for spot in Opportunity.objects.filter(choices(), task__in=ids, ends__gte=at):
        spots[spot.task_id].append(spot)
    demands = demands_of(sorted({task.signature_id for task in tasks}))
    growing = _growing(tasks)
    supplies, outages = timed_supplies(fleet.id), outages_within(fleet.id, at, until)
    found: dict[UUID, str] = {}
    for task in tasks:
        starts_from = frozen_until + timedelta(milliseconds=task.duration_ms or 0)
        near = [spot for spot in spots[task.id] if spot.starts < until]
        open_ones = [spot for spot in near if spot.ends >= starts_from]
        needs = demands[task.signature_id].amounts
        if any(_is_there(spot, needs, supplies, outages) for spot in open_ones):
            found[task.id] = COMPETITION
        elif task.id in growing and not open_ones:
            found[task.id] = NOT_YET
        elif open_ones or not spots[task.id]:
            found[task.id] = UNAVAILABLE
        else:
            found[task.id] = FROZEN if len(near) == len(spots[task.id]) else NOT_YET
    return found


def _growing(tasks: Sequence[Task]) -> set[UUID]:
    """Those whose opportunities are not known for all of their windows yet."""
    ends = {task.id: task.window_ends for task in tasks}
    searched = Target.objects.filter(task__in=ends).values_list("task_id", "searched_until")
    return {id for id, until in searched if until is None or (ends[id] or LAST) > until}


def _is_there(
    spot: Opportunity, needs: Mapping[int, int], supplies: Sequence[TimedSupply], outages: Sequence[OutageTimes]
) -> bool:
    """Whether what is needed is in service at some time of an opportunity, and there is enough of it."""
    # Outages that leave a part of it free may leave too little of it; then it is the plan that says so.
    lasting = [one for one in outages if one.starts <= spot.starts and (one.ends is None or one.ends >= spot.ends)]
    if any(one.satellite_id == spot.satellite_id for one in lasting):
        return False
    out = {one.supply_id for one in lasting}
    has = {
        one.resource_id: one.capacity
        for one in supplies
        if one.satellite_id in (None, spot.satellite_id) and one.id not in out
    }
    return all(has.get(resource, 0) >= amount for resource, amount in needs.items())
