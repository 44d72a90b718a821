from concurrent.futures import Future
from threading import Barrier, Event, current_thread
from time import sleep

import pytest

from satselect.web.asgi.threads import Threads


def name() -> str:
    return current_thread().name


def idle(threads: Threads, count: int) -> None:
    while len(threads._idle) < count:
        sleep(0.001)


def test_who_ended_last_begins_next() -> None:
    threads, together = Threads(4, name="some"), Barrier(3)
    first = [threads.submit(together.wait) for _ in range(3)]
    assert sorted(one.result(5) for one in first) == [0, 1, 2]
    idle(threads, 3)
    last = threads.submit(name).result(5)
    for _ in range(20):
        idle(threads, 3)
        assert threads.submit(name).result(5) == last


def test_more_work_than_threads_waits_in_its_order() -> None:
    threads, go, order = Threads(1, name="some"), Event(), list[int]()
    held = threads.submit(go.wait, 5)
    waiting: list[Future[None]] = [threads.submit(order.append, number) for number in range(10)]
    gone = waiting[3].cancel()
    go.set()
    assert held.result(5)
    assert [one.result(5) for one in waiting if not one.cancelled()] == [None] * 9
    assert (gone, order, threads._count) == (True, [0, 1, 2, 4, 5, 6, 7, 8, 9], 1)


def test_what_is_raised_is_told_and_the_thread_goes_on() -> None:
    threads = Threads(1, name="some")
    with pytest.raises(ZeroDivisionError):
        threads.submit(divmod, 1, 0).result(5)
    assert threads.submit(divmod, 7, 2).result(5) == (3, 1)
