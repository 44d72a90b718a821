"""The one loop in which iterations are made: refused, because the fleet moved on meanwhile, try again, in less time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from time import monotonic

from satselect.application.errors import BusyError, StaleError
from satselect.application.planning.automatic import Due
from satselect.application.planning.fleet_locks import never
from satselect.application.planning.iterate import Joining, iterate
from satselect.application.planning.planner import Planner
from satselect.store.models import Iteration
from satselect.telemetry.facts import CommitFenced
from satselect.telemetry.listeners import tell


class Turn:
    """The time in which one thread may iterate over a fleet, as often as it takes.

    Attributes:
        has_waited: whether others had the turn when it was asked for.
    """

    def __init__(self, planner: Planner, fleet_id: int) -> None:
        self._planner, self._fleet_id = planner, fleet_id
        self._patience_s = planner.patience_s
        self._give_up = monotonic() + self._patience_s
        self.has_waited = False

    @property
    def is_over(self) -> bool:
        """Whether it took too long."""
        return monotonic() >= self._give_up

    def iterate(
        self, *, at: datetime, up_to_seq: int | None = None, due: Due | None = None, joining: Joining | None = None
    ) -> Iteration | None:
        """An iteration, the arguments being those of `iterate`; None if it was refused: the next one gets less time.

        Raises:
            NobodyJoinsError: of those that were to join it none may.
        """
        try:
            return iterate(self._planner, self._fleet_id, at=at, up_to_seq=up_to_seq, due=due, joining=joining)
        except StaleError:
            tell(CommitFenced(fleet_id=self._fleet_id))
            self._planner = self._planner.quicker()
            return None

    def too_long(self) -> BusyError:
        """What to raise when it is over."""
        return BusyError(f"no iteration within {self._patience_s} s")


@contextmanager
def turn(
    planner: Planner, fleet_id: int, *, is_served: Callable[[], bool] = never, hurries: bool = True
) -> Iterator[Turn]:
    """Waits until no other thread of the process iterates over the fleet, or who waits is served without.

    Who looks for what is left or due does not hurry: the iteration under way may be the one that it would make.

    Raises:
        BusyError: others did for too long, or the process ends.
    """
    mine = Turn(planner, fleet_id)
    with planner.locks.held(fleet_id, patience_s=planner.patience_s, is_served=is_served, hurries=hurries) as waited:
        mine.has_waited = waited
        yield mine
