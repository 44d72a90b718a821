"""The threads in which requests are answered: who ended last begins next.

Each has a connection of its own, with the pages of the database that it used last and the statements that it asked.
Python's own pool takes the thread that waited longest, of which others changed all pages meanwhile.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, ParamSpec, TypeVar

Given = ParamSpec("Given")
Done = TypeVar("Done")
_Job = tuple["Future[Any]", Callable[[], Any]]


class Threads(Executor):
    """So many threads at most, made as they are needed; more work waits in the order in which it came.

    Nobody waits for them at the end of the process: whoever had to be answered has been by then.
    """

    def __init__(self, most: int, *, name: str) -> None:
        self._most, self._name = most, name
        self._count = 0
        self._idle: list[SimpleQueue[_Job]] = []
        self._waiting: deque[_Job] = deque()
        self._lock = Lock()

    def submit(self, work: Callable[Given, Done], /, *args: Given.args, **kwargs: Given.kwargs) -> "Future[Done]":
        """Has it done, and gives what will have come of it."""
        done: Future[Done] = Future()
        job = done, partial(work, *args, **kwargs)
        with self._lock:
            if self._idle:
                self._idle.pop().put(job)
            elif self._count < self._most:
                self._count += 1
                Thread(target=self._work, args=(job,), name=f"{self._name}_{self._count}", daemon=True).start()
            else:
                self._waiting.append(job)
        return done

    def _work(self, job: _Job) -> None:
        mine: SimpleQueue[_Job] = SimpleQueue()
        while True:
            _do(*job)
            del job  # what came of it belongs to who asked
            with self._lock:
                if self._waiting:
                    job = self._waiting.popleft()
                    continue
                self._idle.append(mine)
            job = mine.get()


def _do(done: "Future[Any]", work: Callable[[], Any]) -> None:
    if not done.set_running_or_notify_cancel():
        return
    try:
        made = work()
    except BaseException as error:  # whatever it is, it is told to who waits
        done.set_exception(error)
    else:
        done.set_result(made)
