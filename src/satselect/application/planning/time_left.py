"""How long an iteration may select: whom it serves is answered within one time limit, as far as that can be known."""

from time import monotonic

from satselect.application.planning.planner import SHORTEST_S, Planner

MOST = 3 / 4
"""What follows selecting is expected to take this part of the limit at most."""

OUTSIDE_S = 0.03
"""To read a request before it is asked, and to send its answer: 0.01 to 0.03 s beside large batches of others."""


class Time:
    """What waiting, reading, recording and answering leave of the time limit; made when the iteration begins.

    It is counted from when the first of those asked who are served. Who comes while the engine selects waits for half
    of the limit at most, and has the other half. Where nobody waited when it began the engine has half of the limit in
    any case, or an eighth where small batches are to have an answer, however long the rest takes; what follows
    selecting is never taken for more than three quarters of the limit.

    Args:
        planner: whose limit.
        fleet_id: that is iterated over; those who wait for that are served from now on.
    """

    def __init__(self, planner: Planner, fleet_id: int) -> None:
        self._planner, self._fleet_id = planner, fleet_id
        waited_s = planner.locks.serve_waiting(fleet_id)
        self._asked, self._is_waited_for = monotonic() - waited_s - OUTSIDE_S, waited_s > 0
        self._entering = 0
        self._besides_s = self._expected_s()
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
        least_s = min(SHORTEST_S, limit_s) if self._is_waited_for else limit_s / (8 if has_small else 2)
        left_s = max(limit_s - (now - self._asked) - self._besides_s, least_s)
        self._over = now + left_s
        return left_s

    def is_over(self) -> bool:
        """Whether somebody has waited for too long since, or the process ends."""
        planner = self._planner
        waited_s = planner.locks.waited_s(self._fleet_id)  # 0 where nobody waits
        if not planner.is_ending and waited_s <= max(planner.time_limit_s / 2 - self._besides_s, 0):
            return False
        self._over = min(self._over, monotonic())
        return True

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
