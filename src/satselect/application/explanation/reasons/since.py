"""What changed since an iteration, of what decided about a task: told beside what it knew, never computed into it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from satselect.application.availability.availability import Availability, SupplyState
from satselect.application.explanation.past import Then
from satselect.application.explanation.reasons.scene import Place, Scene
from satselect.application.explanation.reasons.speech import listed, moment, number, units
from satselect.schemas.explanations import ChangeKind, Reason, Value
from satselect.schemas.fleets import Release
from satselect.store.models import Task
from satselect.store.queries.buffer.demands import Demand


@dataclass(frozen=True, slots=True)
class Change:
    """Something that changed.

    Attributes:
        what: the kind.
        of: the key of a supply, or the slug of a satellite; None for the task itself.
        before: as the iteration found it.
        now: as it is.
        words: a sentence without its full stop.
    """

    what: ChangeKind
    words: str
    of: str | None = None
    before: Value = field(default=None, kw_only=True)
    now: Value = field(default=None, kw_only=True)


RIVALS = Change(ChangeKind.RIVALS, "other tasks that competed changed")


def of_task(task: Task, then: Then, asked: tuple[Demand, Demand], names: Mapping[int, str]) -> list[Change]:
    """What somebody edited of the task itself; what it asked for then and asks for now are given."""
    before, now = asked
    found = []
    if then.profit_as_sent != task.profit_as_sent:
        found.append(_its(ChangeKind.PROFIT, "profit", then.profit_as_sent, task.profit_as_sent, number))
    if before.amounts != now.amounts:
        used, uses = (_named(demand.amounts, names) for demand in asked)
        found.append(_its(ChangeKind.RESOURCES, "use of resources", used, uses, units))
    if then.not_before != task.not_before:
        found.append(_its(ChangeKind.NOT_BEFORE, "earliest start", then.not_before, task.not_before, moment))
    if then.deadline != task.deadline:
        found.append(_its(ChangeKind.DEADLINE, "deadline", then.deadline, task.deadline, moment))
    return found


def of_satellites(asked: tuple[Demand, Demand], slugs: Mapping[int, str]) -> list[Change]:
    """Where the task might run, and may now."""
    then, now = ([slugs.get(id, "?") for id in one.satellites] if one.satellites else None for one in asked)
    if then == now:
        return []
    return [
        _its(ChangeKind.SATELLITES, "choice of satellites", then, now, lambda some: listed(some) if some else "any")
    ]


def of_fleet(demand: Demand, then: Availability, now: Availability) -> list[Change]:
    """What there is for the task now, and was then: satellites, capacities, what is out of service."""
    may_run = set(demand.satellites or (*then.satellites, *now.satellites))
    came_or_went = {id for id in may_run if (id in then.satellites) != (id in now.satellites)}
    found = [_satellite(id, then, now) for id in sorted(came_or_went)]
    out = [then.unavailable.out.satellites, now.unavailable.out.satellites]
    turned = {id for id in may_run - came_or_went if (id in out[0]) != (id in out[1])}
    found += [_outage(then.satellites[id], is_out=id in out[1]) for id in sorted(turned)]
    alone = may_run - came_or_went - turned
    for resource in demand.amounts:
        found += _of_resource(*(_by_id(availability, resource, alone) for availability in (then, now)), key=then.key)
    return found


def of_holders(places: Sequence[Place], scene: Scene) -> list[Change]:
    """What was given back meanwhile, where that frees it."""
    if scene.iteration.settings.get("release") != Release.COMPLETION:
        return []  # all is free at each iteration, whatever became of who had it
    held = {need.stored for place in places if place.reason is Reason.HELD for need in place.needs if need.is_held}
    ended = [
        scene.availability.key(stored)
        for stored in held
        if any(holder.has_ended for holder in scene.holders.get(stored.supply_id, ()))
    ]
    return [Change(ChangeKind.RELEASED, f"what held {key} was given back", key) for key in sorted(ended)]


def _of_resource(
    then: Mapping[int, SupplyState], now: Mapping[int, SupplyState], *, key: Callable[[SupplyState], str]
) -> Iterator[Change]:
    for id in sorted(then.keys() | now.keys()):
        before, after = then.get(id), now.get(id)
        of = key(then.get(id) or now[id])
        if before and after and before.is_out != after.is_out:
            yield _outage(of, is_out=after.is_out)
        elif (before and before.capacity) != (after and after.capacity):
            had, has = (one.capacity if one else None for one in (before, after))
            was, is_now = ("none" if units is None else number(units) for units in (had, has))
            yield Change(ChangeKind.CAPACITY, f"of {of} there was {was} and is {is_now}", of, before=had, now=has)


def _by_id(availability: Availability, resource: int, satellites: set[int]) -> dict[int, SupplyState]:
    supplies = availability.supplies.get(resource, {})
    return {one.supply_id: one for id, one in supplies.items() if id is None or id in satellites}


def _satellite(id: int, then: Availability, now: Availability) -> Change:
    is_there = id in now.satellites
    slug = (now if is_there else then).satellites[id]
    words = f"satellite {slug} was {'added' if is_there else 'removed'}"
    return Change(ChangeKind.SATELLITE, words, slug, before=not is_there, now=is_there)


def _outage(of: str, *, is_out: bool) -> Change:
    words = f"{of} is {'out of' if is_out else 'back in'} service"
    return Change(ChangeKind.OUTAGE, words, of, before=not is_out, now=is_out)


def _its(what: ChangeKind, name: str, before: Value, now: Value, say: Callable[[Any], str]) -> Change:
    return Change(what, f"its {name} was {say(before)} and is {say(now)}", before=before, now=now)


def _named(amounts: Mapping[int, int], names: Mapping[int, str]) -> dict[str, int]:
    return {names.get(id, "?"): amount for id, amount in amounts.items()}
