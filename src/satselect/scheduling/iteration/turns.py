"""Who may iterate over a fleet now, in this process.

A courtesy that saves selections nobody can record: what keeps two iterations apart is the fleet's version.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

from satselect.scheduling.ending import is_ending
from satselect.scheduling.errors import BusyError
from satselect.store.lending import give_back

_locks: defaultdict[int, Lock] = defaultdict(Lock)


_waiting_since: dict[int, float] = {}
_LOOK_EVERY_S = 0.2


def wait_for_turn(fleet_id: int) -> None:
    """Notes that somebody waits for an iteration of the fleet while another one is made."""
    _waiting_since.setdefault(fleet_id, monotonic())


def waited_s(fleet_id: int) -> float:
    """How long the first of those waits who wait for the next iteration; 0 if nobody does."""
    since = _waiting_since.get(fleet_id)
    return 0.0 if since is None else monotonic() - since


def serve_waiting(fleet_id: int) -> float:
    """The same; they are served from now on, whoever comes waits for the next one."""
    since = _waiting_since.pop(fleet_id, None)
    return 0.0 if since is None else monotonic() - since


@contextmanager
def turn(fleet_id: int, *, patience_s: float) -> Iterator[None]:
    """Waits until no other thread iterates over the fleet, without a connection that others could submit with.

    Raises:
        BusyError: it took longer than the patience.
    """
    lock = _locks[fleet_id]
    if not lock.acquire(blocking=False):
        wait_for_turn(fleet_id)
        give_back()
        _acquire(lock, monotonic() + patience_s)
    try:
        yield
    finally:
        lock.release()


def _acquire(lock: Lock, give_up: float) -> None:
    while not lock.acquire(timeout=min(max(give_up - monotonic(), 0), _LOOK_EVERY_S)):
        if is_ending() or monotonic() >= give_up:
            raise BusyError("others iterate over the fleet for too long, or the process ends")
