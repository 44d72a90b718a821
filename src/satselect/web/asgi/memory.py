"""How many bytes of request bodies a process holds at once, in all and for one caller."""

from collections import Counter
from collections.abc import Hashable


class Room:
    """So many bytes, of which one caller gets a part only. Used on the event loop only, so it needs no lock.

    >>> room = Room(total_bytes=100, each_bytes=50)
    >>> room.take("anna", 40), room.take("anna", 20), room.take("berta", 20)
    (True, False, True)
    """

    def __init__(self, *, total_bytes: int, each_bytes: int) -> None:
        self._total_bytes, self._each_bytes = total_bytes, each_bytes
        self._held: Counter[Hashable] = Counter()

    @property
    def held_bytes(self) -> int:
        """The bytes that are held."""
        return self._held.total()

    def take(self, caller: Hashable, size_bytes: int) -> bool:
        """Whether there was room for so many bytes more of that caller, which are held from now on."""
        is_full = self.held_bytes + size_bytes > self._total_bytes
        if is_full or self._held[caller] + size_bytes > self._each_bytes:
            return False
        self._held[caller] += size_bytes
        return True

    def give_back(self, caller: Hashable, size_bytes: int) -> None:
        """So many bytes of that caller are held no longer."""
        self._held[caller] -= size_bytes
        if self._held[caller] <= 0:
            del self._held[caller]
