"""The lanes of a timeline: the resources of the fleet's satellites, and those that they share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from satselect.console.reading.outcomes import Outcomes
from satselect.scheduling.visible import visible_resources
from satselect.store.models import Fleet, Supply, User

MOST_LANES = 80
"""More than these nobody can follow; the ones in use come first."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A resource of a satellite, or a shared one; without a capacity it is for tasks that use nothing."""

    supply_id: int
    name: str
    capacity: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """The lanes of a satellite; of the fleet itself where there is no satellite."""

    satellite_id: int | None
    name: str
    lanes: Sequence[Lane]


@dataclass(frozen=True, slots=True)
class Lanes:
    """What a timeline has room for, and how many lanes it had to leave out."""

    groups: Sequence[Group]
    left_out: int


def lanes_for(user: User, fleet: Fleet, outcomes: Outcomes) -> Lanes:
    """The lanes for a timeline of these outcomes."""
    placed = [task for tasks in outcomes.placed.values() for task in tasks]
    used = {supply for task in placed for supply in task.uses}
    return read_lanes(user, fleet, used, {task.satellite_id for task in placed})


def read_lanes(user: User, fleet: Fleet, used: Iterable[int], satellites_used: Iterable[int]) -> Lanes:
    """The lanes to show, satellites in the order in which they were added.

    Args:
        user: who looks.
        fleet: whose they are.
        used: the supplies that something is drawn on.
        satellites_used: the satellites that something is drawn on, with or without resources.
    """
    rows = Supply.objects.filter(resource__in=visible_resources(user, fleet)).order_by("id")
    supplies = list(rows.values_list("id", "satellite_id", "resource__name", "capacity"))
    wanted = set(used)
    # The sort keeps the order of what is alike, so those in use come first.
    chosen = {id for id, *_ in sorted(supplies, key=lambda row: row[0] not in wanted)[:MOST_LANES]}
    lanes: dict[int | None, list[Lane]] = {}
    for id, satellite_id, name, capacity in supplies:
        if id in chosen:
            lanes.setdefault(satellite_id, []).append(Lane(id, name, capacity))
    return Lanes(_grouped(fleet, lanes, set(satellites_used)), left_out=len(supplies) - len(chosen))


def _grouped(fleet: Fleet, lanes: dict[int | None, list[Lane]], satellites_used: set[int]) -> list[Group]:
    groups = [Group(None, "Shared by all", lanes[None])] if None in lanes else []
    wanted = {id for id in lanes if id is not None} | satellites_used
    satellites = fleet.satellites.filter(id__in=sorted(wanted)[: 2 * MOST_LANES]).order_by("id")
    return [*groups, *(Group(one.id, one.name, lanes.get(one.id, [])) for one in satellites)]
