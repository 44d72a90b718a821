"""What this process keeps of the buffers of fleets, so that an iteration reads only what changed.

Nothing depends on it for safety: what was selected from something old is refused when it is recorded.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable
from threading import Lock

from satselect.application.planning.buffer.fleet_buffer import FleetBuffer

MOST_FLEETS = 64
MOST_FOLLOWED = 1000  # changes while an iteration has the buffer; after more it is read anew


class BufferCache:
    """The buffers that are kept. A taken one belongs to one thread, until it is put back, if it is still good.

    What happens to a fleet meanwhile is noted, and made up for when its buffer is put back.
    """

    def __init__(self, most: int = MOST_FLEETS) -> None:
        self._most = most
        self._kept: OrderedDict[int, FleetBuffer] = OrderedDict()
        self._missed: dict[int, deque[tuple[int, set[int]]]] = {}
        self._lock = Lock()

    def take(self, fleet_id: int) -> FleetBuffer | None:
        """The buffer of a fleet, if it is kept and nobody else has it."""
        with self._lock:
            # If more are missed, the first are gone, no version follows on that of the buffer, and it is read anew.
            self._missed[fleet_id] = deque(maxlen=MOST_FOLLOWED)
            return self._kept.pop(fleet_id, None)

    def put(self, kept: FleetBuffer) -> None:
        """Keeps a buffer; where that is one too many, the one that was not used for longest goes."""
        with self._lock:
            # At the end: so the first is always the one that was not used for longest.
            self._kept[kept.fleet_id] = kept
            for version, signature_ids in self._missed.pop(kept.fleet_id, ()):
                _follow(kept, version, signature_ids)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def follow(self, fleet_id: int, version: int, signature_ids: Iterable[int]) -> None:
        """The fleet moved on to that version by changes of tasks of these signatures, and of no others."""
        with self._lock:
            if fleet_id in self._missed:
                self._missed[fleet_id].append((version, set(signature_ids)))
            elif kept := self._kept.get(fleet_id):
                _follow(kept, version, signature_ids)

    def drop(self, fleet_ids: Iterable[int]) -> None:
        """Forgets the buffers of these fleets: somebody else iterates over them now."""
        with self._lock:
            for fleet_id in fleet_ids:
                self._kept.pop(fleet_id, None)
                self._missed.pop(fleet_id, None)

    def clear(self) -> None:
        """Forgets all."""
        with self._lock:
            self._kept.clear()
            self._missed.clear()


def _follow(kept: FleetBuffer, version: int, signature_ids: Iterable[int]) -> None:
    # What is not the very next version had changes besides: the buffer stays behind, and is read anew.
    if kept.version == version - 1:
        kept.version = version
        kept.stale.update(signature_ids)
        kept.starts = None  # an edit may have moved it
