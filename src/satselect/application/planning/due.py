"""Make the iterations that fleets make by themselves."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from satselect.application.failpoints import Point, reach
from satselect.application.planning.automatic import claim, due_now, give_up_claim, looked_at
from satselect.application.planning.planner import Planner
from satselect.application.planning.turn import turn
from satselect.store.models import Iteration

log = logging.getLogger(__name__)

EVERY_S = 0.5
"""How often to look whether a fleet is due: one question for all fleets, answered by an index."""

CLAIMED_S = 10.0
"""Besides the time that selecting may take: how long a fleet is left to a process, which may have died of it."""


def look_around(dispatcher: "Looks", at: datetime, partitions: Iterable[int] | None = None) -> None:
    """Has each fleet of these partitions that is to be looked at dealt with; None looks at all."""
    for partition, fleet_id in looked_at(at, partitions):
        dispatcher.look(partition, fleet_id)


class Looks(Protocol):
    """Sees whether a fleet should iterate by itself."""

    def look(self, partition: int, fleet_id: int) -> None:
        """Does so, soon."""
        ...


def iterate_if_due(planner: Planner, fleet_id: int) -> Iteration | None:
    """The iteration of a fleet that should make one by now; None if it need not, or others are at it.

    Raises:
        BusyError: others iterate over the fleet for too long.
    """
    with turn(planner, fleet_id, hurries=False) as mine:
        while not mine.is_over:
            at = planner.clock()
            until = at + timedelta(seconds=CLAIMED_S + planner.time_limit_s)
            due = due_now(fleet_id, at)
            if due is None or not claim(fleet_id, due, at=at, until=until):
                return None
            reach(Point.AFTER_CLAIM)
            if made := mine.iterate(at=at, due=due):
                return made
            # Else nobody would look before the claim is over, though the fleet is as due as before.
            give_up_claim(fleet_id, until=until, at=at)
    return None
