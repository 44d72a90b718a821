"""What one more unit of a resource would earn in a fleet that plans in time: planned again, not read off a price."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from time import monotonic

from satselect import Plan
from satselect.application.explanation.one_more import MOST_RESOURCES, OneMore, gain_of
from satselect.application.planning.buffer.load import situation_of
from satselect.application.planning.horizon.formulation import Formulation, formulated
from satselect.application.planning.horizon.plan_ahead import planned
from satselect.application.planning.horizon.scene import read_scene
from satselect.engine.planning.model import TimedTask
from satselect.engine.problem.exact import total
from satselect.engine.problem.problem import ResourceKey, name_of
from satselect.engine.problem.task import Task
from satselect.store.models import Satellite


def one_more_in_time(fleet_id: int, *, at: datetime, budget_s: float) -> list[OneMore]:
    """For each resource that limits what the fleet would plan now, the dearest first.

    Raises:
        StaleError: the fleet does not plan in time any more.
    """
    until = monotonic() + budget_s
    given = formulated(read_scene(situation_of(fleet_id, at)))
    base = planned(given, time_limit_s=_left_s(until))
    prices = {key: total(one.price for one in some) for key, some in base.prices.items()}
    wanted = {
        key: prices.get(key, 0.0) for key in {*prices, *_waited_for(given, base.buffered)} if _is_there(given, key)
    }
    # By text, for keys are texts and pairs, which have no order among each other.
    scarce = sorted(wanted, key=lambda key: (-wanted[key], str(key)))[:MOST_RESOURCES]
    names = dict(Satellite.objects.filter(fleet=fleet_id).values_list("slug", "name"))
    return [
        OneMore(
            satellite=None if isinstance(key, str) else names.get(key[0]),
            resource=name_of(key),
            gain=_gain(given, base, key, _left_s(until)),
            price=wanted[key],
        )
        for key in scarce
    ]


def _waited_for(given: Formulation, waiting: Iterable[Task]) -> set[ResourceKey]:
    """What tasks would use that have no place, wherever they could run."""
    satellites = given.arguments["satellites"]
    found: set[ResourceKey] = set()
    for task in waiting:
        slugs = {spot.satellite for spot in task.opportunities} if isinstance(task, TimedTask) else task.satellites
        for slug in slugs or satellites:
            found.update((slug, name) if name in satellites[slug] else name for name in task.resources)
    return found


def _is_there(given: Formulation, key: ResourceKey) -> bool:
    """Whether it is offered to tasks at all, as what is promised more often than there is, is not; and may be more.

    A resource that turns has one unit: two would have to turn each by itself, and so be two resources.
    """
    if name_of(key) in given.arguments["transition"]:
        return False
    if isinstance(key, str):
        return key in given.arguments["capacities"]
    return key[1] in given.arguments["satellites"].get(key[0], {})


def _gain(given: Formulation, base: Plan, key: ResourceKey, left_s: float) -> float | None:
    """How much more a best plan earns with one unit more; None if that isn't proven in time."""
    if base.status != "optimal" or left_s <= 0:
        return None
    more = planned(replace(given, arguments=_with_one_more(given, key)), time_limit_s=left_s)
    return gain_of(more.objective, base.objective) if more.status == "optimal" else None


def _with_one_more(given: Formulation, key: ResourceKey) -> dict[str, object]:
    arguments = dict(given.arguments)
    if isinstance(key, str):
        supply = arguments["capacities"][key]
        arguments["capacities"] = arguments["capacities"] | {key: replace(supply, units=supply.units + 1)}
        return arguments
    slug, name = key
    owned = arguments["satellites"][slug]
    owned = owned | {name: replace(owned[name], units=owned[name].units + 1)}
    arguments["satellites"] = arguments["satellites"] | {slug: owned}
    return arguments


def _left_s(until: float) -> float:
    return max(until - monotonic(), 0.0)
