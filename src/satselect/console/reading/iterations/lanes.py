"""The lanes of a timeline: the resources of the fleet's satellites, and those that they share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from satselect.application.access.visibility import visible_resources
from satselect.console.reading.iterations.outcomes import Outcomes
from satselect.console.reading.iterations.then import Recorded, read_recorded
from satselect.store.models import Fleet, Supply, User

MOST_LANES = 80
"""More than these nobody can follow; the ones in use come first."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A resource of a satellite, or a shared one; without a capacity it is for tasks that use nothing.

    Attributes:
        capacity: the most that there was of it in the iterations shown.
        least: the least, where that is less.
    """

    supply_id: int
    name: str
    capacity: int | None
    least: int | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """The lanes of a satellite; of the fleet itself where there is no satellite."""

    satellite_id: int | None
    name: str
    lanes: Sequence[Lane]
    slug: str = ""


@dataclass(frozen=True, slots=True)
class Lanes:
    """What a timeline has room for, and how many lanes it had to leave out."""

    groups: Sequence[Group]
    left_out: int


def lanes_for(user: User, fleet: Fleet, outcomes: Outcomes, recorded: Recorded | None = None) -> Lanes:
    """The lanes for a timeline of these outcomes."""
    placed = [task for tasks in outcomes.placed.values() for task in tasks]
    used = {supply for task in placed for supply in task.uses}
    there = recorded or read_recorded(outcomes.iterations)
    return read_lanes(user, fleet, used, {task.satellite_id for task in placed}, there)


def read_lanes(
    user: User, fleet: Fleet, used: Iterable[int], satellites_used: Iterable[int], recorded: Recorded
) -> Lanes:
    """The lanes to show, satellites in the order in which they were added.

    Args:
        user: who looks.
        fleet: whose they are.
        used: the supplies that something is drawn on.
        satellites_used: the satellites that something is drawn on, with or without resources.
        recorded: what there was in the iterations shown; of what they don't tell, there is what there is now.
    """
    rows = Supply.objects.filter(resource__in=visible_resources(user, fleet)).order_by("id")
    supplies = list(rows.values_list("id", "satellite_id", "resource__name", "capacity"))
    wanted = set(used)
    # The sort keeps the order of what is alike, so those in use come first.
    chosen = {id for id, *_ in sorted(supplies, key=lambda row: row[0] not in wanted)[:MOST_LANES]}
    lanes: dict[int | None, list[Lane]] = {}
    for id, satellite_id, name, capacity in supplies:
        if id in chosen:
            lanes.setdefault(satellite_id, []).append(_lane(id, name, capacity, recorded))
    return Lanes(_grouped(fleet, lanes, set(satellites_used)), left_out=len(supplies) - len(chosen))


def _lane(supply_id: int, name: str, now: int, recorded: Recorded) -> Lane:
    then = {capacity for capacity in recorded.capacities(supply_id) if capacity is not None} or {now}
    return Lane(supply_id, name, max(then), min(then) if len(then) > 1 else None)


def _grouped(fleet: Fleet, lanes: dict[int | None, list[Lane]], satellites_used: set[int]) -> list[Group]:
    groups = [Group(None, "Shared by all", lanes[None])] if None in lanes else []
    wanted = {id for id in lanes if id is not None} | satellites_used
    satellites = fleet.satellites.filter(id__in=sorted(wanted)[: 2 * MOST_LANES]).order_by("id")
    return [*groups, *(Group(one.id, one.name, lanes.get(one.id, []), one.slug) for one in satellites)]
