"""The bus inside one process: no server, nothing to set up."""

from collections import defaultdict
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Lock
from uuid import UUID

from satselect.bus.base import Deliver, Stop
from satselect.bus.expecting import Awaited, Expecting
from satselect.bus.notices import Notice


@dataclass(frozen=True, slots=True)
class InlineDelivery:
    """A notice that was handed to a consumer of this process."""

    notice: Notice
    bus: "InlineBus"

    def acknowledge(self) -> None:
        """The notice is forgotten."""
        self.bus.forget(self.notice)

    def extend(self) -> None:
        """Nothing: it is delivered again to another consumer only."""


class InlineBus:
    """Keeps notices until they are acknowledged, and delivers them in the thread that publishes."""

    is_connected = True

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: defaultdict[int, dict[UUID, Notice]] = defaultdict(dict)
        self._consumers: dict[int, Deliver] = {}
        self._expecting = Expecting()

    def publish(self, notice: Notice) -> None:
        """Delivers the notice, now or to the next consumer; once, however often it is published meanwhile."""
        with self._lock:
            kept = self._kept[notice.partition]
            deliver = None if notice.batch in kept else self._consumers.get(notice.partition)
            kept[notice.batch] = notice
        # Without the lock: whoever it is delivered to may acknowledge it at once, which takes the lock.
        if deliver:
            deliver(InlineDelivery(notice, self))

    def consume(self, partition: int, deliver: Deliver) -> Stop:
        """A function that ends it. An earlier consumer of the partition is replaced."""
        with self._lock:
            self._consumers[partition] = deliver
            waiting = list(self._kept[partition].values())
        for notice in waiting:
            deliver(InlineDelivery(notice, self))

        def stop() -> None:
            with self._lock:
                if self._consumers.get(partition) is deliver:
                    del self._consumers[partition]

        return stop

    def announce(self, batch_id: UUID) -> None:
        """Wakes the thread that waits for the batch."""
        self._expecting.announce(batch_id)

    def expect(self, batch_id: UUID) -> AbstractContextManager[Awaited]:
        """The result to wait for."""
        return self._expecting.expect(batch_id)

    def forget(self, notice: Notice) -> None:
        """The notice needs no delivery any more."""
        with self._lock:
            self._kept[notice.partition].pop(notice.batch, None)

    def close(self) -> None:
        """Ends every consumer."""
        with self._lock:
            self._consumers.clear()
