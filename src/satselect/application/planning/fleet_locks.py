"""The turn to iterate over a fleet, in this process.

A courtesy that saves selections nobody can record: what keeps two iterations apart is the fleet's version.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition
from time import monotonic
from typing import Protocol

from satselect.application.errors import BusyError
from satselect.application.shutdown import Shutdown
from satselect.store.sql.connections import give_back

# Who waits is woken by who leaves; that the process ends, or that the patience is over, wakes nobody.
_LOOK_EVERY_S = 0.2


def never() -> bool:
    """Nobody else serves who waits."""
    return False


class _Turn:
    """Whether a thread iterates over a fleet; those who wait are told of every change."""

    def __init__(self) -> None:
        self.is_taken = False
        self.changed = Condition()

    def take(self) -> bool:
        """Whether nobody had it."""
        with self.changed:
            if self.is_taken:
                return False
            self.is_taken = True
            return True

    def leave(self) -> None:
        """Nobody has it any more: one of those who wait may."""
        with self.changed:
            self.is_taken = False
            # One is enough, as only one can take it; who was served meanwhile is told by `look`, which wakes all.
            self.changed.notify()


class Line(Protocol):
    """Those who wait in a place of their own for iterations of a fleet, but for those that the one under way serves."""

    @property
    def since(self) -> float | None:
        """Since when the first of them waits, by the monotonic clock; None if nobody does."""

    @property
    def turns(self) -> int:
        """How many iterations it takes to serve them."""

    @property
    def has_small(self) -> bool:
        """Whether one of them is to be answered as soon as can be."""


class FleetLocks:
    """A lock for each fleet, and since when somebody waits for it.

    Args:
        shutdown: from whose beginning on nobody waits.

    Attributes:
        lines: fleet to who waits there, of whom nothing has to be noted.
    """

    def __init__(self, shutdown: Shutdown) -> None:
        self.shutdown = shutdown
        # Two that ask first at the same moment may get a turn each: that costs a selection, which the fleet's version
        # refuses.
        self._turns: defaultdict[int, _Turn] = defaultdict(_Turn)
        self._waiting_since: dict[int, float] = {}
        self.lines: dict[int, Line] = {}

    def wait(self, fleet_id: int) -> None:
        """Notes that somebody waits for an iteration of the fleet while another one is made, in no line."""
        self._waiting_since.setdefault(fleet_id, monotonic())

    def waited_s(self, fleet_id: int) -> float:
        """Seconds that the first has waited whom the iteration under way does not serve; 0 if there is nobody."""
        line = self.lines.get(fleet_id)
        found = (self._waiting_since.get(fleet_id), line.since if line else None)
        some = [since for since in found if since is not None]
        return monotonic() - min(some) if some else 0.0

    def turns(self, fleet_id: int) -> int:
        """How many iterations it takes to serve those who wait; who stands in no line is served by the next one."""
        line = self.lines.get(fleet_id)
        return max(line.turns if line else 0, 1)

    def has_small(self, fleet_id: int) -> bool:
        """Whether one of those who wait is to be answered as soon as can be: small ones, and who stands in no line."""
        line = self.lines.get(fleet_id)
        return fleet_id in self._waiting_since or (line is not None and line.has_small)

    def serve_waiting(self, fleet_id: int) -> float:
        """The same of those in no line; they are served from now on, and later arrivals wait for the next iteration."""
        since = self._waiting_since.pop(fleet_id, None)
        return 0.0 if since is None else monotonic() - since

    def look(self, fleet_id: int) -> None:
        """Has those who wait for the fleet look whether they were served by who has the turn."""
        turn = self._turns[fleet_id]
        with turn.changed:
            turn.changed.notify_all()

    @contextmanager
    def held(
        self, fleet_id: int, *, patience_s: float, is_served: Callable[[], bool] = never, hurries: bool = True
    ) -> Iterator[bool]:
        """Waits until no other thread iterates over the fleet, without a connection that others could submit with.

        Gives whether it had to wait.

        Args:
            fleet_id: which fleet.
            patience_s: so many seconds.
            is_served: whether there is nothing to wait for any more, because who had the turn did it.
            hurries: whether somebody waits for an answer, and in no line: who has the turn ends the sooner.

        Raises:
            BusyError: it took longer than the patience.
        """
        turn = self._turns[fleet_id]
        has_waited = not turn.take()
        if has_waited:
            if hurries:
                self.wait(fleet_id)
            give_back()
            if not self._taken(turn, monotonic() + patience_s, is_served):
                yield True
                return
        try:
            yield has_waited
        finally:
            turn.leave()

    def _taken(self, turn: _Turn, give_up: float, is_served: Callable[[], bool]) -> bool:
        """Whether it has the turn now; else it was served."""
        with turn.changed:
            while turn.is_taken:
                if is_served():
                    turn.changed.notify()  # it may have been meant for one who still waits
                    return False
                if self.shutdown.has_begun() or monotonic() >= give_up:
                    raise BusyError("others iterate over the fleet for too long, or the process ends")
                turn.changed.wait(min(max(give_up - monotonic(), 0), _LOOK_EVERY_S))
            turn.is_taken = True
            return True
