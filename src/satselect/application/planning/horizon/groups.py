"""Which tasks of a plan have to do with each other: those that may use the same supply at the same time."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

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
        parent[number] = parent[parent[number]]
        number = parent[number]
    return number
