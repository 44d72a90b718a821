"""What a reservoir holds, by what was told of it and what happened since."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from satselect.schemas.horizons import Kind
from satselect.store.queries.plans import Contact
from satselect.store.queries.reservoirs import Drain, drains_of, writes_of
from satselect.store.queries.supplies import TimedSupply

_LOOKS_BACK = (timedelta(days=2), timedelta(days=16), timedelta(days=128), None)
"""How far, one after the other, until what was there before makes no difference."""


def level_at(supply: TimedSupply, fleet_id: int, at: datetime) -> int:
    """Units in a reservoir at that time, with what is over by then: never fewer than none, nor more than fit."""
    return levels_at([supply], fleet_id, at)[supply.id]


def levels_at(supplies: Sequence[TimedSupply], fleet_id: int, at: datetime) -> dict[int, int]:
    """The same of several, by their ids.

    What was written when a pass starts has left when it ends, as much as it drains; a task has written at its end, as
    in the plan (0121). No more than some time is looked back on: as soon as a reservoir that was empty then holds as
    much now as one that was full, what was there does not matter.
    """
    found: dict[int, int] = {}
    left = list(supplies)
    for span in _LOOKS_BACK:
        if not left:
            break
        since = None if span is None else at - span
        alone = {one.satellite_id for one in left if one.satellite_id is not None}
        are_shared = any(one.satellite_id is None for one in left)
        drains = drains_of(fleet_id, at, since=_earliest(left, since), satellite_ids=None if are_shared else alone)
        for one in left:
            mine = [each for each in drains if one.satellite_id in (None, each.satellite_id) and one.name in each.units]
            if (level := _level(one, mine, since, at)) is not None:
                found[one.id] = level
        left = [one for one in left if one.id not in found]
    return found


def _earliest(supplies: Iterable[TimedSupply], since: datetime | None) -> datetime | None:
    """When the first of them was told, if that is later: what ended before changed none of them."""
    told = [one.level_at for one in supplies]
    known = [one for one in told if one is not None]
    if len(known) < len(told):
        return since
    return min(known) if since is None else max(since, min(known))


def _level(supply: TimedSupply, drains: Sequence[Drain], since: datetime | None, at: datetime) -> int | None:
    """The level, if it is known by what is over since then."""
    told = supply.level_at
    if since is None or (told is not None and told >= since):
        mine = [one for one in drains if told is None or one.ends > told]
        return _played(supply, supply.level, mine, writes_of(supply, at, since=told))
    # What a pass takes depends on what was there when it started, so none is cut in two.
    begin = _between(drains, since)
    mine = [one for one in drains if one.ends > begin]
    # Either it was empty then, or as full as it can be: where both come to the same, what it held does not matter.
    writes = writes_of(supply, at, since=begin)
    least, most = (_played(supply, level, mine, writes) for level in (0, max(supply.capacity, supply.level)))
    return least if least == most else None


def _between(drains: Iterable[Drain], since: datetime) -> datetime:
    """The first time from then on that lies within no pass."""
    for one in sorted(drains, key=lambda one: one.starts):
        if one.starts < since < one.ends:
            since = one.ends
    return since


def _played(supply: TimedSupply, level: int, drains: Iterable[Drain], writes: Sequence[tuple[datetime, int]]) -> int:
    """What becomes of a level, by end and start."""
    waiting = 0
    for one in drains:
        while waiting < len(writes) and writes[waiting][0] <= one.starts:
            level += writes[waiting][1]
            waiting += 1
        level = max(level - one.units[supply.name], 0)
    return min(level + sum(units for _, units in writes[waiting:]), supply.capacity)


def still_to_come(
    contacts: Iterable[Contact], supplies: Iterable[TimedSupply], fleet_id: int, at: datetime
) -> Iterator[Contact]:
    """The passes, by start, as they are seen at that time: one that is under way starts now.

    It takes what was there when it really started, and nothing that was written since; and of that what passes before
    it, which are under way as well, leave to it.
    """
    reservoirs = {(one.satellite_id, one.name): one for one in supplies if one.kind == Kind.RESERVOIR}
    taken: defaultdict[int, int] = defaultdict(int)
    for contact in contacts:
        if contact.starts >= at:
            yield contact
            continue
        drains = {}
        for name, units in contact.drains.items():
            if one := reservoirs.get((contact.satellite_id, name)) or reservoirs.get((None, name)):
                there = level_at(one, fleet_id, contact.starts) - taken[one.id]
                drains[name] = max(min(units, there), 0)
                taken[one.id] += drains[name]
        yield contact._replace(starts=at, drains=drains)
