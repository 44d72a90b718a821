"""Replays a plan moment by moment. Shares no code with the engine: times are whole numbers, events go in order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

NEVER = 1 << 62


class Supply(NamedTuple):
    """What there is of a resource."""

    kind: str
    units: int
    turnaround: int = 0
    level: int = 0


class Contact(NamedTuple):
    """A pass: what it drains goes from `start` to `end`, those of the pass it lies in, if it lies in one."""

    satellite: str
    start: int
    end: int
    station: bool
    drains: Mapping[object, int]
    own: tuple[int, int]


class Run(NamedTuple):
    """A task at a time: what it uses by key, when what it brings is due, and what a transition knows it by."""

    satellite: str
    start: int
    end: int
    uses: Mapping[object, int]
    due: int = NEVER
    angle: float | None = None


class World(NamedTuple):
    """All but the runs; `turn` says how long it takes from one angle to another on the keys that turn."""

    supplies: Mapping[object, Supply]
    contacts: Sequence[Contact]
    turn: Callable[[float, float], int] | None = None
    turning: frozenset[object] = frozenset()


def faults(world: World, runs: Sequence[Run]) -> Iterator[str]:
    """Everything that can't be true."""
    for key, supply in world.supplies.items():
        users = [run for run in runs if key in run.uses]
        if supply.kind == "renewable":
            yield from _held(key, supply, users)
        elif supply.kind == "budget":
            if sum(run.uses[key] for run in users) > supply.units:
                yield f"budget {key}"
        else:
            yield from _filled(world, key, supply, users)
        if key in world.turning and world.turn is not None:
            yield from _turned(world.turn, key, supply, users)
    for run in runs:
        if run.due < NEVER and not any(
            one.station and one.satellite == run.satellite and run.end <= one.own[0] and one.own[1] <= run.due
            for one in world.contacts
        ):
            yield f"no contact for {run}"


def _held(key: object, supply: Supply, users: Sequence[Run]) -> Iterator[str]:
    spans = [(run.start, run.end + supply.turnaround, run.uses[key]) for run in users]
    moments = sorted({time for start, end, _ in spans for time in (start, end)})
    for before, after in pairwise(moments):
        middle = (before + after) / 2
        if sum(amount for start, end, amount in spans if start < middle < end) > supply.units:
            yield f"{key} between {before} and {after}"
    for at, end, amount in spans:
        if at == end and amount + sum(some for a, b, some in spans if a < at < b) > supply.units:
            yield f"{key} at {at}"


def _turned(turn: Callable[[float, float], int], key: object, supply: Supply, users: Sequence[Run]) -> Iterator[str]:
    for one in users:
        for other in users:
            if one is not other and one.angle is not None and other.angle is not None:
                there = one.end + supply.turnaround + turn(one.angle, other.angle) <= other.start
                back = other.end + supply.turnaround + turn(other.angle, one.angle) <= one.start
                if not there and not back:
                    yield f"{key} has no time to turn"


def _filled(world: World, key: object, supply: Supply, users: Sequence[Run]) -> Iterator[str]:
    contacts = [one for one in world.contacts if one.drains.get(key)]
    delivers = any(one.station for one in contacts)
    taken, ready = supply.level, [(NEVER, supply.level)]
    claimed: dict[int, int] = {}
    events = [(run.end, 0, i) for i, run in enumerate(users)] + [(run.start, 3, i) for i, run in enumerate(users)]
    events += [(one.end, 1, i) for i, one in enumerate(contacts)] + [
        (one.start, 2, i) for i, one in enumerate(contacts)
    ]
    for time, what, i in sorted(events):
        if what == 0:
            ready.append((users[i].due if delivers else NEVER, users[i].uses[key]))
        elif what == 1:
            taken -= claimed[i]
        elif what == 2:
            claimed[i], left = 0, contacts[i].drains[key]
            queue, ready = sorted(ready), []
            for due, amount in queue:
                gone = min(left, amount)
                if gone and due < contacts[i].end:
                    yield f"{key} is late"
                left, claimed[i] = left - gone, claimed[i] + gone
                if amount > gone:
                    ready.append((due, amount - gone))
        else:
            taken += users[i].uses[key]
            if taken > supply.units:
                yield f"{key} overflows at {time}"
    if any(due < NEVER for due, _ in ready):
        yield f"{key} is not delivered"
