"""Threads that wait for results to be announced, by batch."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Lock
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Awaited:
    """The result of a batch, which somebody waits for."""

    announced: Event

    def wait(self, timeout_s: float) -> bool:
        """Whether it was announced by then."""
        return self.announced.wait(timeout_s)


class Expecting:
    """Who waits in this process, and for what."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._awaited: defaultdict[UUID, list[Event]] = defaultdict(list)

    @contextmanager
    def expect(self, batch_id: UUID) -> Iterator[Awaited]:
        """The result to wait for; who waits for it is forgotten afterwards."""
        announced = Event()
        with self._lock:
            self._awaited[batch_id].append(announced)
        try:
            yield Awaited(announced)
        finally:
            with self._lock:
                self._awaited[batch_id].remove(announced)
                if not self._awaited[batch_id]:
                    del self._awaited[batch_id]

    def announce(self, batch_id: UUID) -> None:
        """Wakes the threads that wait for the batch, if any do."""
        with self._lock:
            waiting = list(self._awaited.get(batch_id, ()))
        for announced in waiting:
            announced.set()
