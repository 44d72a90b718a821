"""An event loop in a thread of its own, for code that is not asynchronous."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Future
from threading import Thread
from typing import Any, TypeVar

Result = TypeVar("Result")


class Background:
    """Runs coroutines in the background, started from any thread."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
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
