"""Make the iterations that fleets make by themselves."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from time import monotonic
from typing import Protocol

from django.utils import timezone

from satselect import Buffer
from satselect.scheduling.errors import StaleError
from satselect.scheduling.iteration.by_itself import claim, due_now, give_up_claim, looked_at
from satselect.scheduling.iteration.iterate import PATIENCE_S, Clock, Select, iterate, shorter
from satselect.scheduling.iteration.turns import turn
from satselect.scheduling.points import Point, reach
from satselect.store.models import Iteration
from satselect.telemetry.facts import CommitFenced
from satselect.telemetry.listeners import tell

log = logging.getLogger(__name__)

EVERY_S = 0.5
"""How often to look whether a fleet is due: one question for all fleets, answered by an index."""

CLAIMED_S = 10.0
"""Besides the time that selecting may take: how long the others leave a fleet to who iterates, or died of it."""


def look_around(desk: "Looks", partitions: Iterable[int] | None = None) -> None:
    """Has each fleet of these partitions that is to be looked at dealt with; None looks at all."""
    for partition, fleet_id in looked_at(timezone.now(), partitions):
        desk.look(partition, fleet_id)


class Looks(Protocol):
    """Who sees whether a fleet should iterate by itself."""

    def look(self, partition: int, fleet_id: int) -> None:
        """Does so, soon."""
        ...


def iterate_if_due(
    fleet_id: int, *, clock: Clock, time_limit_s: float, select: Select = Buffer.select
) -> Iteration | None:
    """The iteration of a fleet that should make one by now; None if it need not, or others are at it.

    Raises:
        BusyError: others iterate over the fleet for too long.
    """
    patience_s = PATIENCE_S + time_limit_s
    give_up = monotonic() + patience_s
    with turn(fleet_id, patience_s=patience_s):
        while monotonic() < give_up:
            at = clock()
            until = at + timedelta(seconds=CLAIMED_S + time_limit_s)
            due = due_now(fleet_id, at)
            if due is None or not claim(fleet_id, due, at=at, until=until):
                return None
            reach(Point.AFTER_CLAIM)
            try:
                return iterate(fleet_id, at=at, time_limit_s=time_limit_s, select=select, due=due)
            except StaleError:
                tell(CommitFenced(fleet_id=fleet_id))
                give_up_claim(fleet_id, until=until, at=at)
                time_limit_s = shorter(time_limit_s)
    return None
