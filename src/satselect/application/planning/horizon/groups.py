"""Which tasks of a plan have to do with each other: those that may use the same supply at the same time."""

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, TypeVar
from uuid import UUID

from satselect.application.planning.horizon.facts import Overused, overused
from satselect.application.planning.horizon.formulation import Places
from satselect.application.planning.horizon.scene import Scene
from satselect.schemas.horizons import Kind
from satselect.store.queries.buffer.heads import Head
from satselect.store.queries.plans import Chance, Planned

Node = TypeVar("Node", bound=Hashable)


class Span(NamedTuple):
    """A supply, and from when to when it may be used; None for all the time."""

    supply_id: int
    times: tuple[datetime, datetime] | None


def groups_of(spans: Mapping[Node, Iterable[Span]]) -> dict[Node, int]:
    """Each to the number of its group; no two of different groups can be in each other's way.

    Spans of one supply that overlap or touch join those whose they are; one that lasts all the time joins all.
    """
    nodes = list(spans)
    parent = list(range(len(nodes)))
    by_supply: dict[int, list[tuple[datetime, datetime, int]]] = {}
    always: dict[int, list[int]] = {}
    for number, node in enumerate(nodes):
        for supply_id, times in spans[node]:
            if times is None:
                always.setdefault(supply_id, []).append(number)
            else:
                by_supply.setdefault(supply_id, []).append((*times, number))
    # Sorted, so that each needs to be compared with the furthest end before it only.
    for supply_id, some in by_supply.items():
        if supply_id in always:
            _join(parent, [number for *_, number in some] + always[supply_id])
        else:
            some.sort()
            _join_overlapping(parent, some)
    for supply_id, numbers in always.items():
        if supply_id not in by_supply:
            _join(parent, numbers)
    return {node: _root(parent, number) for number, node in enumerate(nodes)}


@dataclass(frozen=True, slots=True)
class FallenApart:
    """A scene in its groups, so that one more task is planned beside those only that it has to do with.

    Attributes:
        scene: with all groups.
        blocked: what of it takes nothing new, which a part of the scene can't tell.
        groups: task to its group.
        spans: of all tasks, by supply, with the group of each.
    """

    scene: Scene
    blocked: Overused
    groups: Mapping[UUID, int]
    spans: Mapping[int, Sequence[tuple[Span, int]]]
    _places: Places

    @classmethod
    def of(cls, scene: Scene) -> "FallenApart":
        """The groups of a scene."""
        places, by_task = Places(scene), dict[UUID, list[Chance]]()
        for chance in scene.chances:
            by_task.setdefault(chance.task_id, []).append(chance)
        spans = {id: spans_of_chances(places, some) for id, some in by_task.items()}
        spans |= {one.task_id: spans_of_planned(places, one) for one in scene.planned if one.task_id not in spans}
        spans |= {head.id: spans_of_head(places, head) for head in scene.heads}
        groups, by_supply = groups_of(spans), dict[int, list[tuple[Span, int]]]()
        for id, some in spans.items():
            for span in some:
                by_supply.setdefault(span.supply_id, []).append((span, groups[id]))
        facts = [one for one in scene.planned if scene.is_fact(one)]
        return cls(scene, overused(scene, places.uses, facts), groups, by_supply, places)

    def beside(self, chances: Sequence[Chance]) -> Scene:
        """What a task with these opportunities, which is none of the scene's, has to do with, and the task."""
        asked = spans_of_chances(self._places, chances)
        found = {group for span in asked for other, group in self.spans.get(span.supply_id, ()) if _meet(span, other)}
        part = self._part(found)
        return replace(part, chances=[*part.chances, *chances])

    def around(self, task_id: UUID) -> Scene:
        """What a task of the scene has to do with, and the task; nothing if it isn't there."""
        return self._part({group for id, group in self.groups.items() if id == task_id})

    def _part(self, found: Collection[int]) -> Scene:
        scene, groups = self.scene, self.groups
        return replace(
            scene,
            chances=[one for one in scene.chances if groups[one.task_id] in found],
            planned=[one for one in scene.planned if groups[one.task_id] in found],
            heads=[head for head in scene.heads if groups[head.id] in found],
        )


def spans_of_chances(places: Places, chances: Iterable[Chance]) -> list[Span]:
    """What a task with these opportunities may use."""
    return [
        _span(places, supply.id, chance.starts, chance.ends)
        for chance in chances
        for supply, _ in places.uses(chance.signature_id, chance.satellite_id) or ()
    ]


def spans_of_planned(places: Places, one: Planned) -> list[Span]:
    """What a task uses where it is planned."""
    uses = places.uses(one.signature_id, one.satellite_id) or ()
    if one.starts is None or one.ends is None:
        return [Span(supply.id, None) for supply, _ in uses]
    return [_span(places, supply.id, one.starts, one.ends) for supply, _ in uses]


def spans_of_head(places: Places, head: Head) -> list[Span]:
    """What a task that asks for no interval may use."""
    scene = places.scene
    satellites = scene.demands[head.signature_id].satellites or scene.satellites
    uses = (places.uses(head.signature_id, id) or () for id in satellites if id in scene.satellites)
    return [Span(supply.id, None) for some in uses for supply, _ in some]


def _span(places: Places, supply_id: int, starts: datetime, ends: datetime) -> Span:
    supply = places.scene.supplies[supply_id]
    # Budgets and reservoirs add up over the horizon: any two that use one have to do with each other.
    if supply.kind != Kind.RENEWABLE:
        return Span(supply_id, None)
    return Span(supply_id, (starts, ends + supply.longest_gap))


def _meet(one: Span, other: Span) -> bool:
    """Whether two spans of one supply overlap or touch."""
    if one.times is None or other.times is None:
        return True
    return one.times[0] <= other.times[1] and other.times[0] <= one.times[1]


def _join_overlapping(parent: list[int], by_start: Sequence[tuple[datetime, datetime, int]]) -> None:
    _, until, last = by_start[0]
    for start, end, number in by_start[1:]:
        if start <= until:
            _join(parent, (last, number))
            until = max(until, end)
        else:
            until = end
        last = number


def _join(parent: list[int], numbers: Sequence[int]) -> None:
    first = _root(parent, numbers[0])
    for number in numbers[1:]:
        parent[_root(parent, number)] = first


def _root(parent: list[int], number: int) -> int:
    while parent[number] != number:
        parent[number] = parent[parent[number]]  # path halving (Tarjan, van Leeuwen 1984)
        number = parent[number]
    return number
