"""From the tables to a problem of the engine: opportunities cut to what can be used, facts, and what there is."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from satselect.application.planning.buffer.ageing import aged
from satselect.application.planning.horizon.facts import Overused, overused
from satselect.application.planning.horizon.scene import Scene
from satselect.engine.planning.formulation.setups import Modes, Slew
from satselect.engine.planning.model import Assignment, Opportunity, Pass, Resource, TimedTask
from satselect.engine.problem.task import Task
from satselect.schemas.horizons import Kind
from satselect.schemas.tasks import Status
from satselect.store.queries.plans import Chance, Planned
from satselect.store.queries.supplies import TimedSupply

Interval = tuple[datetime, datetime]
Uses = list[tuple[TimedSupply, int]]


@dataclass(frozen=True, slots=True)
class Formulation:
    """A problem of the engine, and what its parts are in the tables.

    Attributes:
        arguments: of `satselect.plan`.
        ids: engine task to the id of its row.
        opportunities: identity of an engine opportunity to the id of its row.
        movable: what competes again, by task id.
        facts: engine task of what stays as it is to the id of its row.
    """

    scene: Scene
    arguments: dict[str, Any]
    ids: Mapping[Task, UUID]
    opportunities: Mapping[int, int]
    movable: Mapping[UUID, Planned]
    facts: Mapping[Task, UUID]
    _places: "Places"
    _signatures: Mapping[UUID, int]

    def uses_of(self, task_id: UUID, satellite_id: int) -> Uses:
        """What a task that competed uses on a satellite, and how much."""
        return self._places.uses(self._signatures[task_id], satellite_id) or []


@dataclass(slots=True)
class Places:
    """Which supplies tasks use on which satellite, and when these, or the satellite, are out of service."""

    scene: Scene
    _by_resource: dict[int, dict[int | None, TimedSupply]] = field(default_factory=lambda: defaultdict(dict))
    _out_of_satellite: dict[int, list[Interval]] = field(default_factory=lambda: defaultdict(list))
    _out_of_supply: dict[int, list[Interval]] = field(default_factory=lambda: defaultdict(list))
    _names: dict[int, str] = field(default_factory=dict)
    _uses: dict[tuple[int, int], Uses | None] = field(default_factory=dict)
    _out: dict[tuple[int, int], list[Interval]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for supply in self.scene.supplies.values():
            self._by_resource[supply.resource_id][supply.satellite_id] = supply
            self._names[supply.resource_id] = supply.name
        for one in self.scene.outages:
            span = (one.starts, one.ends or self.scene.until)
            if one.satellite_id is not None:
                self._out_of_satellite[one.satellite_id].append(span)
            elif one.supply_id is not None:
                self._out_of_supply[one.supply_id].append(span)

    def named(self, signature_id: int) -> dict[str, int]:
        """What the tasks of a signature use, by name."""
        amounts = self.scene.demands[signature_id].amounts
        return {self._names[resource]: amount for resource, amount in amounts.items() if resource in self._names}

    def uses(self, signature_id: int, satellite_id: int) -> Uses | None:
        """What the tasks of a signature use there, and how much; None if something is missing."""
        key = signature_id, satellite_id
        if key not in self._uses:
            self._uses[key] = self._found(*key)
        return self._uses[key]

    def out(self, signature_id: int, satellite_id: int) -> list[Interval]:
        """When such tasks can't run there, by start."""
        key = signature_id, satellite_id
        if key not in self._out:
            spans = list(self._out_of_satellite.get(satellite_id, ()))
            for supply, _ in self.uses(*key) or ():
                spans += self._out_of_supply.get(supply.id, ())
            self._out[key] = sorted(spans)
        return self._out[key]

    def _found(self, signature_id: int, satellite_id: int) -> Uses | None:
        found = []
        for resource_id, amount in self.scene.demands[signature_id].amounts.items():
            of_resource = self._by_resource.get(resource_id, {})
            supply = of_resource.get(None) or of_resource.get(satellite_id)  # never both (decision 0012)
            if supply is None:
                return None
            found.append((supply, amount))
        return found


def formulated(scene: Scene, blocked: Overused | None = None) -> Formulation:
    """The problem that a fleet has now; what facts use more of than there is, is found out unless it is given."""
    places = Places(scene)
    facts = [one for one in scene.planned if scene.is_fact(one)]
    if blocked is None:
        blocked = overused(scene, places.uses, facts)
    movable = {one.task_id: one for one in scene.planned if not scene.is_fact(one)}
    timed, opportunities = _timed(scene, places, blocked, movable)
    ids: dict[Task, UUID] = {task: id for id, task in timed.items()}
    untimed = _untimed(scene, places, blocked)
    ids |= {task: id for id, task in untimed.items()}
    fixed = [(fact, one.task_id) for one in facts if (fact := _fact(scene, places, blocked, one))]
    arguments = {
        "tasks": [*timed.values(), *untimed.values()],
        "capacities": _resources(scene, None, blocked),
        "satellites": {slug: _resources(scene, id, blocked) for id, slug in scene.satellites.items()},
        "passes": _passes(scene, blocked),
        "horizon": (scene.at, scene.until),
        "fixed": [assignment for assignment, _ in fixed],
        "previous": [_previous(scene, timed[id], one) for id, one in movable.items() if id in timed],
        "stay": scene.settings.stay,
        "step": scene.settings.step_s,
        "transition": _transitions(scene, blocked),
    }
    signatures = {one.task_id: one.signature_id for one in scene.chances}
    signatures |= {head.id: head.signature_id for head in scene.heads}
    known = {assignment.task: id for assignment, id in fixed}
    return Formulation(scene, arguments, ids, opportunities, movable, known, places, signatures)


def without(span: Interval, out: Iterable[Interval]) -> list[Interval]:
    """What is left of an interval without others, which come by start."""
    left, (start, end) = [], span
    for begin, over in out:
        if over <= start:
            continue
        if begin >= end:
            break
        if begin > start:
            left.append((start, begin))
        start = max(start, over)
    # A moment that lies in no outage stays, though it has no length; what outages cut down to a moment is nothing.
    return [*left, (start, end)] if start <= end and (start < end or span[0] == span[1] == start) else left


def _timed(
    scene: Scene, places: Places, blocked: Overused, movable: Mapping[UUID, Planned]
) -> tuple[dict[UUID, TimedTask], dict[int, int]]:
    """Task id to the task of the engine, and identity of its opportunities to their ids."""
    by_task: defaultdict[UUID, list[Chance]] = defaultdict(list)
    for chance in scene.chances:
        if chance.status == Status.BUFFERED or chance.task_id in movable:
            by_task[chance.task_id].append(chance)
    tasks: dict[UUID, TimedTask] = {}
    numbers: dict[int, int] = {}
    for task_id, some in by_task.items():
        spots = [(spot, chance.id) for chance in some for spot in _spots(scene, places, blocked, chance)]
        if not spots:
            continue
        one = some[0]
        tasks[task_id] = TimedTask(
            one.name,
            places.named(one.signature_id),
            profit=_worth(scene, one.profit, one),
            opportunities=[spot for spot, _ in spots],
            duration=None if one.duration_ms is None else timedelta(milliseconds=one.duration_ms),
            deliver_by=one.deliver_by,
        )
        # By identity: two rows may say the same interval.
        numbers |= {id(spot): number for spot, number in spots}
    return tasks, numbers


def _spots(scene: Scene, places: Places, blocked: Overused, chance: Chance) -> list[Opportunity]:
    """What is left of an opportunity: within the window, the horizon, and without outages; long enough."""
    uses = places.uses(chance.signature_id, chance.satellite_id)
    if uses is None or chance.fitting is None or any(supply.id in blocked for supply, _ in uses):
        return []
    start, end = chance.fitting
    # Accepted before it had transitions, a task may not say how it stands: then it waits (decision 0127).
    if not all(one.transition is None or one.position(chance.details).is_known for one, _ in uses):
        return []
    out, whole = places.out(chance.signature_id, chance.satellite_id), (start, end)
    if chance.duration_ms is None:
        is_whole = scene.frozen_until <= start and end <= scene.until and without(whole, out) == [whole]
        pieces = [whole] if is_whole else []
    else:
        within = max(start, scene.frozen_until), min(end, scene.until)
        lasts = timedelta(milliseconds=chance.duration_ms)
        pieces = [piece for piece in without(within, out) if piece[1] - piece[0] >= lasts]
    slug = scene.satellites[chance.satellite_id]
    worth = None if chance.worth is None else _worth(scene, chance.worth, chance)
    return [Opportunity(slug, *piece, profit=worth, details=chance.details) for piece in pieces]


def _worth(scene: Scene, profit: float, chance: Chance) -> float:
    return aged(profit, chance.created, scene.at, scene.settings.ageing_per_hour)


def _untimed(scene: Scene, places: Places, blocked: Overused) -> dict[UUID, Task]:
    """Task id to the task of the engine, for those that take what they use all the time."""
    tasks = {}
    for head in scene.heads:
        slugs = [
            scene.satellites[satellite]
            for satellite in scene.demands[head.signature_id].satellites or scene.satellites
            if satellite in scene.satellites and _can_take_all(places, blocked, head.signature_id, satellite)
        ]
        if slugs:
            profit = aged(head.profit, head.created, scene.at, scene.settings.ageing_per_hour)
            tasks[head.id] = Task(str(head.id), places.named(head.signature_id), profit=profit, satellites=slugs)
    return tasks


def _can_take_all(places: Places, blocked: Overused, signature_id: int, satellite_id: int) -> bool:
    uses = places.uses(signature_id, satellite_id)
    if uses is None or any(supply.id in blocked for supply, _ in uses):
        return False
    return not any(starts <= places.scene.at < ends for starts, ends in places.out(signature_id, satellite_id))


def _resources(scene: Scene, satellite_id: int | None, blocked: Overused) -> dict[str, Resource]:
    return {
        one.name: Resource(
            one.capacity,
            kind=Kind(one.kind).value,
            turnaround=one.turnaround_s if one.kind == Kind.RENEWABLE else 0,  # the engine refuses others
            level=min(scene.levels.get(one.id, 0), one.capacity),  # a capacity may have fallen since
        )
        for one in scene.supplies.values()
        if one.satellite_id == satellite_id and one.id not in blocked
    }


def _transitions(scene: Scene, blocked: Overused) -> dict[str, Slew | Modes]:
    found: dict[str, Slew | Modes] = {}
    for one in scene.supplies.values():
        if (turn := one.transition) is None or one.id in blocked:
            continue
        if turn.rate is not None:
            found[one.name] = Slew(turn.rate, turn.settle_s, turn.detail)
        else:
            found[one.name] = Modes(turn.seconds or {}, turn.detail)
    return found


def _passes(scene: Scene, blocked: Overused) -> list[Pass]:
    """What drains reservoirs.

    A pass over no station delivers nothing; of a reservoir that others deliver from, it does, over one without a name.
    """
    reservoirs = {
        (one.satellite_id, one.name)
        for one in scene.supplies.values()
        if one.kind == Kind.RESERVOIR and one.id not in blocked
    }

    drained = [
        {
            key: units
            for name, units in one.drains.items()
            for key in {(None, name), (one.satellite_id, name)} & reservoirs
        }
        for one in scene.passes
    ]
    delivering = {key for one, drains in zip(scene.passes, drained, strict=True) if one.station for key in drains}
    found = []
    for one, drains in zip(scene.passes, drained, strict=True):
        for station, keys in (
            (one.station or "unnamed", drains.keys() & delivering),
            (None, drains.keys() - delivering),
        ):
            if keys:
                units = {key[1]: drains[key] for key in keys}
                found.append(Pass(scene.satellites[one.satellite_id], one.starts, one.ends, station, units))
    return found


def _fact(scene: Scene, places: Places, blocked: Overused, one: Planned) -> Assignment | None:
    """What stays as it is; None if it holds nothing that anybody competes for."""
    uses = places.uses(one.signature_id, one.satellite_id) or []
    held = {supply.name: amount for supply, amount in uses if supply.id not in blocked}
    if not held:
        return None
    task = Task(one.name, held, profit=one.profit if one.worth is None else one.worth)
    slug, spot = scene.satellites[one.satellite_id], None
    if one.starts is not None and one.ends is not None:
        spot = Opportunity(slug, one.starts, one.ends, details=one.details or {})
    return Assignment(task, slug, one.starts, one.ends, spot)


def _previous(scene: Scene, task: TimedTask, one: Planned) -> Assignment:
    return Assignment(task, scene.satellites[one.satellite_id], one.starts, one.ends)
