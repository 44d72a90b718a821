"""What a reservoir holds, by what was told of it and what happened since."""

from datetime import datetime

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
