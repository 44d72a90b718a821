"""An event loop in a thread of its own, for code that is not asynchronous."""

import asyncio
import logging
from collections.abc import Coroutine
from concurrent.futures import Future
from threading import Lock, Thread
from typing import Any, TypeVar

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class Background:
    """Runs coroutines in the background, started from any thread."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._lock = Lock()
        self._left: list[Coroutine[Any, Any, None]] = []
        self._at_work: asyncio.Task[None] | None = None
        self._thread = Thread(target=self._loop.run_forever, name=name, daemon=True)
        self._thread.start()

    def start(self, coroutine: Coroutine[Any, Any, Result]) -> "Future[Result]":
        """What it will give."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def run(self, coroutine: Coroutine[Any, Any, Result], *, timeout_s: float) -> Result:
        """What it gives.

        Raises:
            TimeoutError: not in that time. It is cancelled.
        """
        future = self.start(coroutine)
        try:
            return future.result(timeout_s)
        finally:
            future.cancel()  # once there is a result this does nothing

    def leave(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Runs it soon, one after the other in the order in which they are left.

        Those that are left at about the same time wake the loop once: each time costs more than most of them.
        """
        with self._lock:
            self._left.append(coroutine)
            is_first = len(self._left) == 1
        if is_first:
            self._loop.call_soon_threadsafe(self._look)

    def _look(self) -> None:
        if self._at_work is None:
            self._at_work = self._loop.create_task(self._run_left())

    async def _run_left(self) -> None:
        try:
            while left := self._taken():
                for coroutine in left:
                    try:
                        await coroutine
                    except Exception:  # its own: others come after it
                        log.exception("background.failed")
        finally:
            self._at_work = None

    def _taken(self) -> list[Coroutine[Any, Any, None]]:
        with self._lock:
            left, self._left = self._left, []
        return left

    def stop(self) -> None:
        """Cancels what still runs, and ends the thread."""
        self.run(self._cancel_all(), timeout_s=5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)
        self._loop.close()

    @staticmethod
    async def _cancel_all() -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
