"""What is promised more often than there is: until that is over, nothing new is put there."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from satselect.application.planning.horizon.scene import Scene
from satselect.schemas.horizons import Kind
from satselect.store.queries.plans import Planned
from satselect.store.queries.supplies import TimedSupply

Overused = frozenset[int]
"""Supplies, by id, of which facts use more than there is: a capacity fell, a turnaround grew or a transition came."""

Uses = Callable[[int, int], list[tuple[TimedSupply, int]] | None]
"""Signature and satellite to what tasks use there, and how much; None if something is missing."""
_Hold = tuple[datetime, datetime, int]


# The engine refuses a problem whose facts alone use more than there is (decision 0132).
def overused(scene: Scene, uses: Uses, facts: Sequence[Planned]) -> Overused:
    """The supplies of which these facts use more than there is."""
    holds: defaultdict[int, list[_Hold]] = defaultdict(list)
    turned: defaultdict[int, list[Planned]] = defaultdict(list)
    for one in facts:
        for supply, amount in uses(one.signature_id, one.satellite_id) or ():
            holds[supply.id].append(_held(scene, supply, one, amount))
            if supply.transition is not None and one.starts is not None:
                turned[supply.id].append(one)
    return frozenset(
        id
        for id, some in holds.items()
        if not (_fits(scene, scene.supplies[id], some) and _can_turn(scene.supplies[id], turned[id]))
    )


def _can_turn(supply: TimedSupply, facts: Sequence[Planned]) -> bool:
    """Whether there is time for each transition, and it is known how the supply stands in each use."""
    if supply.transition is None:
        return True
    in_order = [(one.starts, one.ends, supply.position(one.details)) for one in facts if one.starts and one.ends]
    in_order.sort(key=lambda use: use[:2])
    if not all(position.is_known for *_, position in in_order):
        return False
    busy = timedelta(seconds=supply.turnaround_s)
    return all(
        ends + busy + supply.transition.between(before, after) <= starts
        for (_, ends, before), (starts, _, after) in pairwise(in_order)
    )


def _held(scene: Scene, supply: TimedSupply, one: Planned, amount: int) -> _Hold:
    if one.starts is None or one.ends is None:
        return scene.at, scene.until, amount
    busy_s = supply.turnaround_s if supply.kind == Kind.RENEWABLE else 0.0
    return one.starts, one.ends + timedelta(seconds=busy_s), amount


def _fits(scene: Scene, supply: TimedSupply, holds: Sequence[_Hold]) -> bool:
    if supply.kind == Kind.RENEWABLE:
        return all(amount <= supply.capacity for *_, amount in holds) and _most(holds) <= supply.capacity
    if supply.kind == Kind.BUDGET:
        return sum(amount for *_, amount in holds) <= supply.capacity
    return _stays_within(scene, supply, holds)


def _most(holds: Sequence[_Hold]) -> int:
    """The most units that are held at a time; what ends when another starts is held no longer."""
    # Ends before starts of the same moment.
    turns = sorted(
        [(starts, 1, amount) for starts, _, amount in holds] + [(ends, 0, -amount) for _, ends, amount in holds]
    )
    held = most = 0
    for _, _, change in turns:
        held += change
        most = max(most, held)
    return most


def _stays_within(scene: Scene, supply: TimedSupply, holds: Sequence[_Hold]) -> bool:
    """Whether a reservoir never holds more than fits: as the plan counts, a pass takes what had ended when it starts.

    Room is taken at a start, and free again when the pass ends.
    """
    held = level = scene.levels.get(supply.id, 0)
    passes = sorted(
        (one.starts, one.ends, one.drains[supply.name])
        for one in scene.passes
        if one.drains.get(supply.name) and supply.satellite_id in (None, one.satellite_id)
    )
    # The earliest at the end, where taking it moves nothing.
    to_come, gone = sorted(holds, reverse=True), 0
    for begins, ends, units in [*passes, (None, None, 0)]:
        # Room that a pass frees is there at its end, so what starts before that needs its own (decision 0121).
        while to_come and (ends is None or to_come[-1][0] < ends):
            held += to_come.pop()[2]
            if held > supply.capacity:
                return False
        if begins is not None:
            written = level + sum(amount for _, until, amount in holds if until <= begins)
            drained = min(written - gone, units)
            gone, held = gone + drained, held - drained
    return True
