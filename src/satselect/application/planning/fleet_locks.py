"""The turn to iterate over a fleet, in this process.

A courtesy that saves selections nobody can record: what keeps two iterations apart is the fleet's version.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from satselect.application.errors import BusyError
from satselect.application.shutdown import Shutdown
from satselect.store.sql.connections import give_back

_LOOK_EVERY_S = 0.2


class FleetLocks:
    """A lock for each fleet, and since when somebody waits for it.

    Args:
        shutdown: from whose beginning on nobody waits.
    """

    def __init__(self, shutdown: Shutdown) -> None:
        self.shutdown = shutdown
        self._locks: defaultdict[int, Lock] = defaultdict(Lock)
        self._waiting_since: dict[int, float] = {}

    def wait(self, fleet_id: int) -> None:
        """Notes that somebody waits for an iteration of the fleet while another one is made."""
        self._waiting_since.setdefault(fleet_id, monotonic())

    def waited_s(self, fleet_id: int) -> float:
        """Seconds that the first of the requests for the next iteration has waited; 0 if there is none."""
        since = self._waiting_since.get(fleet_id)
        return 0.0 if since is None else monotonic() - since

    def serve_waiting(self, fleet_id: int) -> float:
        """The same; they are served from now on, and later arrivals wait for the next iteration."""
        since = self._waiting_since.pop(fleet_id, None)
        return 0.0 if since is None else monotonic() - since

    @contextmanager
    def held(self, fleet_id: int, *, patience_s: float) -> Iterator[None]:
        """Waits until no other thread iterates over the fleet, without a connection that others could submit with.

        Raises:
            BusyError: it took longer than the patience.
        """
        lock = self._locks[fleet_id]
        if not lock.acquire(blocking=False):
            self.wait(fleet_id)
            give_back()
            self._acquire(lock, monotonic() + patience_s)
        try:
            yield
        finally:
            lock.release()

    def _acquire(self, lock: Lock, give_up: float) -> None:
        while not lock.acquire(timeout=min(max(give_up - monotonic(), 0), _LOOK_EVERY_S)):
            if self.shutdown.has_begun() or monotonic() >= give_up:
                raise BusyError("others iterate over the fleet for too long, or the process ends")
