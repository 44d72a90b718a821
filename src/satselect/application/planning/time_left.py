"""How long an iteration may select: whom it serves is answered within one time limit, as far as that can be known."""

from time import monotonic

from satselect.application.planning.besides import MANY
from satselect.application.planning.planner import SHORTEST_S, Planner

MOST = 3 / 4
"""What follows selecting is expected to take this part of the limit at most."""

OUTSIDE_S = 0.03
"""To read a request before it is asked, and to send its answer: 0.01 to 0.03 s beside large batches of others."""


class Time:
    """What waiting, reading, recording and answering leave of the time limit; made when the iteration begins.

    It is counted from when the first of those asked who are served. Who comes while the engine selects waits for half
    of the limit at most, and has the other half; where it takes several iterations to serve those who wait, each has an
    equal share of what is left to the first of them. Where nobody waited when it began the engine has half of the limit
    in any case, or an eighth where small batches are to have an answer, however long the rest takes; an eighth, too,
    where many tasks enter and only larger batches wait. What follows selecting is never taken for more than three
    quarters of the limit.

    Args:
        planner: whose limit.
        fleet_id: that is iterated over.
        waited_s: seconds that the first has waited who stood in line and is served.
        serves_all: whether those who wait in no line are served from now on; else they wait for a later iteration.
    """

    def __init__(self, planner: Planner, fleet_id: int, *, waited_s: float = 0.0, serves_all: bool = True) -> None:
        self._planner, self._fleet_id = planner, fleet_id
        if serves_all:
            waited_s = max(waited_s, planner.locks.serve_waiting(fleet_id))
        self._left_s = planner.locks.waited_s(fleet_id)  # of those whom it does not serve
        self._asked, self._is_waited_for = monotonic() - waited_s - OUTSIDE_S, waited_s > 0
        self._entering = 0
        self._besides_s = self._expected_s()
        self._least = 0.0  # until then selecting goes on, unless small batches wait
        self._over = float("inf")  # when selecting should end, or should have: what passes after it is noted

    def left_s(self, *, entering: int = 0, has_small: bool = False) -> float:
        """What is left of it now.

        Args:
            entering: how many tasks are stored with the iteration.
            has_small: whether a small batch is.
        """
        # Reading is done by now: how long it took is known, and need not be expected.
        now, limit_s = monotonic(), self._planner.time_limit_s
        self._entering = entering
        self._besides_s = self._expected_s()
        # What many new tasks are priced at takes longer than the shortest time, and without prices there is no bound.
        floor_s = limit_s / 8 if entering > MANY and not has_small else min(SHORTEST_S, limit_s)
        least_s = floor_s if self._is_waited_for else limit_s / (8 if has_small else 2)
        left_s = max(limit_s - (now - self._asked) - self._besides_s, least_s)
        self._least = now + floor_s
        self._over = now + left_s
        return left_s

    def is_over(self) -> bool:
        """Whether somebody has waited for too long who is not served, or the process ends."""
        if not self._planner.is_ending and not self._is_too_long():
            return False
        self._over = min(self._over, monotonic())
        return True

    def _is_too_long(self) -> bool:
        locks, limit_s = self._planner.locks, self._planner.time_limit_s
        waited_s = locks.waited_s(self._fleet_id)  # 0 where nobody waits
        # Those who waited before this iteration began leave it its share of what is left to them.
        most_s = self._left_s + max(limit_s - self._left_s, 0) / (1 + locks.turns(self._fleet_id))
        if waited_s <= max(most_s - self._besides_s, 0):
            return False
        return monotonic() >= self._least or locks.has_small(self._fleet_id)

    def _expected_s(self) -> float:
        # What takes longer than that is not answered in time by selecting less.
        expected_s = self._planner.besides.expected_s(self._fleet_id, entering=self._entering)
        return min(expected_s, MOST * self._planner.time_limit_s)

    def selected(self) -> None:
        """The engine is done: it may have proven its selection early, or needed a while to end."""
        self._over = min(self._over, monotonic())

    def recorded(self) -> None:
        """The outcome is recorded: what that took is expected of the next iterations."""
        self._planner.besides.note(self._fleet_id, monotonic() - self._over, entering=self._entering)
