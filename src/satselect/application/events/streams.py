"""A stream of events for one listener: an iterator that holds no thread and no connection while it waits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Protocol

from django.db import connections

from satselect.application.events.event_stream import News, Reader, news_after, written, written_gap, written_position
from satselect.application.events.listeners import Listener
from satselect.application.positions import Positions

HEARTBEAT_S = 15.0
"""Proxies close connections that stay silent for a minute."""
RECONNECT_MS = 2_000


class Source(Protocol):
    """Where a stream learns what is new."""

    @property
    def positions(self) -> Positions:
        """What places in streams look like to those who may not know the numbers."""

    def recent(self, fleet_id: int, number: int) -> tuple[int, list[News] | None]:
        """The number of the newest event, and those after that one; None where they must be read."""

    def leave(self, stream: "Stream") -> None:
        """The stream is over."""


class Stream:
    """What a listener is told of a fleet after an event, in chunks of bytes.

    Attributes:
        number: that of the last event that was told, or that was not for the listener.
    """

    def __init__(
        self, source: Source, fleet_id: int, fleet: str, listener: Listener, number: int, *, lost: int | None = None
    ) -> None:
        self.fleet_id, self.listener, self.number = fleet_id, listener, number
        self._reader = Reader(fleet_id, fleet, listener.audience, source.positions)
        self._source, self._lost = source, lost
        self._woken: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None
        self._is_over = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """What there is to tell, as it happens, and a sign of life now and then. It ends when it is ended."""
        loop, moved = self._woken = asyncio.get_running_loop(), asyncio.Event()
        yield self._start()
        silent_until = loop.time() + HEARTBEAT_S  # whatever happens that is not for the listener
        while not self._is_over:
            # Before it asks: what comes between asking and waiting sets it, and nothing is slept through.
            moved.clear()
            if chunk := await self._next():
                yield chunk
                silent_until = loop.time() + HEARTBEAT_S
                continue
            timer = loop.call_at(silent_until, moved.set)
            await moved.wait()
            timer.cancel()
            if loop.time() >= silent_until:
                yield written_position(self._reader, self.number)
                silent_until = loop.time() + HEARTBEAT_S

    def wake(self) -> None:
        """There is something new. May be called from any thread."""
        if self._woken:
            loop, moved = self._woken
            with suppress(RuntimeError):  # the loop was closed under it
                loop.call_soon_threadsafe(moved.set)

    def end(self) -> None:
        """Nothing more is told. May be called from any thread."""
        self._is_over = True
        self.wake()

    def close(self) -> None:
        """It doesn't count any more."""
        self._is_over = True
        self._source.leave(self)

    def _start(self) -> bytes:
        gap = b"" if self._lost is None else written_gap(self._reader, after=self._lost, number=self.number)
        return f"retry: {RECONNECT_MS}\n\n".encode() + gap + written_position(self._reader, self.number)

    async def _next(self) -> bytes:
        """What to tell next; nothing if all is told. What is not for the listener moves the number alone."""
        while True:
            before = self.number
            newest, news = self._source.recent(self.fleet_id, before)
            if news is None:
                news = await asyncio.to_thread(_read, self.fleet_id, before)
                if not news:  # they are gone, all of them
                    self.number = newest
                    return written_gap(self._reader, after=before, number=newest)
            chunk, self.number = written(news, self._reader, after=before)
            if chunk or self.number == before:
                return chunk


def _read(fleet_id: int, number: int) -> list[News]:
    try:
        return news_after(fleet_id, number)
    finally:
        # The thread is of the pool of asyncio, which knows nothing of databases.
        connections.close_all()
