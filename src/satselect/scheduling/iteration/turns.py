"""Who may iterate over a fleet now, in this process.

A courtesy that saves selections nobody can record: what keeps two iterations apart is the fleet's version.
"""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from satselect.scheduling.errors import BusyError
from satselect.store.lending import give_back

_locks: defaultdict[int, Lock] = defaultdict(Lock)


@contextmanager
def turn(fleet_id: int, *, patience_s: float) -> Iterator[None]:
    """Waits until no other thread iterates over the fleet, without a connection that others could submit with.

    Raises:
        BusyError: it took longer than the patience.
    """
    lock = _locks[fleet_id]
    if not lock.acquire(blocking=False):
        give_back()
        if not lock.acquire(timeout=patience_s):
            raise BusyError(f"no turn within {patience_s} s")
    try:
        yield
    finally:
        lock.release()
