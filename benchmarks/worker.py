"""A process that runs one solver and measures it: solvers can't share one, and one that crashes takes nothing along."""

import importlib
import multiprocessing
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from benchmarks.classes import from_files, generated
from benchmarks.problem import MisfitError, Problem, worth
from benchmarks.problems import satellite, with_capacities
from benchmarks.solvers.answer import Run

SOLVERS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "engine": ("engine", "prepare", {}),
    "highs": ("highs", "prepare", {}),
    "cpsat-1": ("cpsat", "prepare", {"level": 1}),
    "cpsat-2": ("cpsat", "prepare", {"level": 2}),
    "greedy": ("greedy", "by_profit", {}),
    "greedy-share": ("greedy", "by_share", {}),
    "subsets": ("subsets", "prepare", {}),
}
"""By name: module, function and settings."""

CLOCKS: dict[str, Callable[[], float]] = {"wall": perf_counter, "processor": process_time}
"""By name: what times are read from. Processor time is the fairer one where others use the machine, too."""

GRACE_S = 60.0
"""How long after its time limit a solver may still take, over building, before it is stopped."""

_SHORT_S, _REPEAT_S, _MOST_CALLS = 0.2, 0.5, 300


@dataclass(frozen=True, slots=True)
class Cell:
    """What one solver did on one problem. `fault` is set, and nothing else, where it did nothing: why."""

    solver: str
    problem: str = ""
    status: str = "none"
    profit: Decimal | None = None
    bound: Decimal | None = None
    tasks: int = 0
    seconds: float | None = None
    calls: int = 0
    memory: int | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Which problem to solve: the index-th of a class."""

    class_name: str
    index: int
    instances: Path | None
    time_limit: float
    clock: str = "wall"

    def problem(self) -> Problem:
        """The problem itself."""
        known = generated() | (from_files(self.instances) if self.instances else {})
        return known[self.class_name].make(self.index)


class Worker:
    """A solver in a process of its own, started when first asked, and anew after it had to be stopped."""

    def __init__(self, solver: str) -> None:
        self.solver = solver
        self._process: multiprocessing.process.BaseProcess | None = None
        self._connection: Connection | None = None

    def ask(self, request: Request) -> Cell:
        """The solver's cell; one with a fault if it crashed or never came back."""
        connection = self._connection or self._start()
        try:
            connection.send(request)
            if not connection.poll(3 * request.time_limit + GRACE_S):
                self.stop()
                return Cell(self.solver, fault="never came back")
            return connection.recv()  # type: ignore[no-any-return]
        except (EOFError, OSError):
            self.stop()
            return Cell(self.solver, fault="crashed")

    def stop(self) -> None:
        """Ends the process."""
        if self._process:
            self._process.terminate()
            self._process.join(10)
        self._process = self._connection = None

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        self._connection, inside = context.Pipe()
        self._process = context.Process(target=_serve, args=(inside, self.solver), daemon=True)
        self._process.start()
        inside.close()
        return self._connection


def measure(solver: str, problem: Problem, time_limit: float, clock: str = "wall") -> Cell:
    """Runs a solver on a problem in this process: once if that is long, else until the median of many calls stands."""
    now = CLOCKS[clock]
    run = _prepare(solver)(problem, time_limit)
    before = _restart_peak()
    start = now()
    answer = run()
    seconds = [now() - start]
    peak = _peak()
    while seconds[0] < _SHORT_S and sum(seconds[1:]) < _REPEAT_S and len(seconds) < _MOST_CALLS:
        start = now()
        run()
        seconds.append(now() - start)
    try:
        profit = worth(problem, answer.chosen)
    except MisfitError as misfit:
        return Cell(solver, problem.name, fault=f"wrong: {misfit}")
    return Cell(
        solver,
        problem.name,
        status=answer.status,
        profit=profit,
        bound=answer.bound,
        tasks=len(answer.chosen),
        seconds=median(seconds[1:] or seconds),
        calls=len(seconds),
        memory=peak - before if peak is not None and before is not None else None,
    )


def _prepare(solver: str) -> Callable[[Problem, float], Run]:
    module, function, settings = SOLVERS[solver]
    return partial(getattr(importlib.import_module(f"benchmarks.solvers.{module}"), function), **settings)


def _serve(connection: Connection, solver: str) -> None:
    if solver == "engine":
        _warm_up()
    while True:
        try:
            request: Request = connection.recv()
        except EOFError:
            return
        connection.send(_cell(solver, request))


def _cell(solver: str, request: Request) -> Cell:
    try:
        problem = request.problem()
        if solver == "subsets" and not importlib.import_module("benchmarks.solvers.subsets").suits(problem):
            return Cell(solver, problem.name, fault="not for this class")
        return measure(solver, problem, request.time_limit, request.clock)
    except Exception as error:
        if type(error).__name__ == "MissingError":
            return Cell(solver, fault=f"not yet: {error}")
        if isinstance(error, ImportError):
            return Cell(solver, fault=f"not installed: {error.name}")
        return Cell(solver, fault=f"failed: {traceback.format_exc(limit=-2)}")


def _warm_up() -> None:
    # Compiled code must be neither compiled nor loaded on the clock; these take every way through the engine.
    from satselect.engine.warm import get_ready

    get_ready()
    for problem in (satellite(0, 200, 30, smallest=2), satellite(0, 200, 80, smallest=3), with_capacities(0, 100, 10)):
        measure("engine", problem, 5.0)


def _restart_peak() -> int | None:
    """The memory in use now, in bytes, from which the peak is counted on; None where the system can't say."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return None
    return _peak()


def _peak() -> int | None:
    with suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    return None
