"""What a reservoir holds, by what was told of it and what happened since."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from satselect.schemas.horizons import Kind
from satselect.store.queries.plans import Contact
from satselect.store.queries.reservoirs import drains_since, writes_since
from satselect.store.queries.supplies import TimedSupply


def level_at(supply: TimedSupply, fleet_id: int, at: datetime) -> int:
    """Units in a reservoir at that time, with what is over by then: never fewer than none, nor more than fit.

    What was written when a pass starts has left when it ends, as much as it drains; a task has written at its end, as
    in the plan (0121).
    """
    level = supply.level
    writes = writes_since(supply, at)
    for starts, _, units in drains_since(supply, fleet_id, at):
        while writes and writes[0][0] <= starts:
            level += writes.pop(0)[1]
        level = max(level - units, 0)
    return min(level + sum(units for _, units in writes), supply.capacity)


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
