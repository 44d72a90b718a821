"""One size of buffer, measured in the process that calls."""

import os
import tracemalloc
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any, Protocol

import satselect
from benchmarks.problems import satellite
from benchmarks.solvers.engine import tasks_of
from satselect.engine.warm import get_ready

BATCH = 5
"""New tasks before each select: what an endpoint gets at a time."""

_COMPARED = 3  # selects that are compared with a fresh one: at a million tasks a fresh one takes seconds


class AnyBuffer(Protocol):
    """What is measured: `satselect.Buffer`, or a stand-in."""

    def add(self, task: satselect.Task) -> object:
        """Takes a task in."""

    def remove(self, task: satselect.Task) -> object:
        """Lets a task go."""

    def select(self) -> satselect.Selection:
        """The best selection of what is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Seconds and bytes at one size; bytes are per task."""

    tasks: int
    resources: int
    add: float
    first: float
    p50: float
    p99: float
    compared: int
    as_fresh: int
    buffer_bytes: float
    task_bytes: float
    resident_bytes: float | None


def latencies(tasks: int, resources: int, batches: int) -> dict[str, Any]:
    """Seconds of adding, of the first select, and of a select after each batch; and whether it earned enough."""
    _warm_up()
    waiting, later = _load(tasks, resources, batches)
    return measure(_buffer(), waiting, later)


def measure(buffer: AnyBuffer, waiting: Sequence[satselect.Task], later: Iterable[satselect.Task]) -> dict[str, Any]:
    """The same for any buffer, empty at first; `later` comes in batches of `BATCH`."""
    there = dict.fromkeys(waiting)
    start = perf_counter()
    for task in waiting:
        buffer.add(task)
    add = (perf_counter() - start) / max(len(waiting), 1)
    first, selection = _timed(buffer)
    as_fresh, compared, times = 0, 0, []
    for batch in zip(*[iter(later)] * BATCH, strict=True):
        for task in selection.tasks:
            buffer.remove(task)
            del there[task]
        for task in batch:
            buffer.add(task)
            there[task] = None
        seconds, selection = _timed(buffer)
        times.append(seconds)
        if compared < _COMPARED:
            compared += 1
            as_fresh += satselect.select(there).profit == selection.profit
    p99 = quantiles(times, n=100, method="inclusive")[98] if len(times) > 1 else times[0]
    return {"add": add, "first": first, "p50": median(times), "p99": p99, "compared": compared, "as_fresh": as_fresh}


def traced_bytes(tasks: int, resources: int) -> dict[str, Any]:
    """Bytes that Python allocated per task: for the task objects, and for the buffer after its first select."""
    _warm_up()
    tracemalloc.start()
    waiting, _ = _load(tasks, resources, 0)
    with_tasks, _ = tracemalloc.get_traced_memory()
    buffer = filled(_buffer(), waiting)
    with_buffer, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del buffer
    return {"task_bytes": with_tasks / tasks, "buffer_bytes": (with_buffer - with_tasks) / tasks}


def resident_bytes(tasks: int, resources: int) -> dict[str, Any]:
    """Bytes per task by which the process grows with a buffer that has selected once, the task objects not counted."""
    _warm_up()
    waiting, _ = _load(tasks, resources, 0)
    before = _resident()
    buffer = filled(_buffer(), waiting)
    after = _resident()
    del buffer
    return {"resident_bytes": None if before is None or after is None else (after - before) / tasks}


def filled(buffer: AnyBuffer, waiting: Iterable[satselect.Task]) -> AnyBuffer:
    """The buffer with these tasks, after a first select."""
    for task in waiting:
        buffer.add(task)
    buffer.select()
    return buffer


def _load(tasks: int, resources: int, batches: int) -> tuple[list[satselect.Task], list[satselect.Task]]:
    """Tasks that wait, and those that come later: 1 to 5 resources each, profits that follow size."""
    made = tasks_of(satellite(0, tasks + BATCH * batches, resources))
    return made[:tasks], made[tasks:]


def _buffer() -> AnyBuffer:
    make: Any = getattr(satselect, "Buffer")  # noqa: B009 - an engine without it is told so before
    return make()  # type: ignore[no-any-return]


def _timed(buffer: AnyBuffer) -> tuple[float, satselect.Selection]:
    start = perf_counter()
    selection = buffer.select()
    return perf_counter() - start, selection


def _warm_up() -> None:
    get_ready()
    for resources in (12, 60):
        filled(_buffer(), _load(300, resources, 0)[0])


def _resident() -> int | None:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE")
