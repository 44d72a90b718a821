"""The threads in which requests are answered: who ended last begins next.

Each has a connection of its own, with the pages of the database that it used last and the statements that it asked.
Python's own pool takes the thread that waited longest, of which others changed all pages meanwhile.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial
from threading import Lock
from typing import Any, ParamSpec, TypeVar

Given = ParamSpec("Given")
Done = TypeVar("Done")
_Job = tuple["Future[Any]", Callable[[], Any]]


class Threads(Executor):
    """So many threads at most, made as they are needed; more work waits in the order in which it came.

    Each is a pool of one, so that the process ends with them as it does with Python's.
    """

    def __init__(self, most: int, *, name: str) -> None:
        self._most, self._name = most, name
        self._count = 0
        self._idle: list[ThreadPoolExecutor] = []
        self._waiting: deque[_Job] = deque()
        self._lock = Lock()

    def submit(self, work: Callable[Given, Done], /, *args: Given.args, **kwargs: Given.kwargs) -> "Future[Done]":
        """Has it done, and gives what will have come of it."""
        done: Future[Done] = Future()
        job = done, partial(work, *args, **kwargs)
        with self._lock:
            if not self._idle and self._count == self._most:
                self._waiting.append(job)
                return done
            one = self._idle.pop() if self._idle else self._another()
        one.submit(self._work, one, job)
        return done

    def _another(self) -> ThreadPoolExecutor:
        self._count += 1
        return ThreadPoolExecutor(1, thread_name_prefix=f"{self._name}-{self._count}")

    def _work(self, one: ThreadPoolExecutor, job: _Job) -> None:
        while True:
            _do(*job)
            with self._lock:
                # Asked and given back under one lock: what is submitted in between is found waiting here, or finds this
                # one idle.
                if not self._waiting:
                    self._idle.append(one)
                    return
                job = self._waiting.popleft()


def _do(done: "Future[Any]", work: Callable[[], Any]) -> None:
    if not done.set_running_or_notify_cancel():
        return
    try:
        made = work()
    except BaseException as error:  # whatever it is, it is told to who waits
        done.set_exception(error)
    else:
        done.set_result(made)
