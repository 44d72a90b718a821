"""Transitions: what has to lie between two tasks on a timeline, which depends on both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from satselect.engine.compiled import compiled
from satselect.engine.limits import PORTION, Limits
from satselect.engine.planning.formulation.spots import Spots
from satselect.engine.planning.model import Opportunity, TimedTask
from satselect.engine.planning.problem import PlanProblem
from satselect.engine.planning.times import length, milliseconds
from satselect.engine.problem import validation
from satselect.engine.problem.errors import InvalidArgumentError
from satselect.engine.problem.problem import name_of
from satselect.engine.problem.rows import Ints
from satselect.engine.problem.task import Task
from satselect.engine.readiness import interpreted, is_compiled_to_plan

_PARTS = 1_000_000
"""Of a millisecond: angles are whole numbers of these turns, so that a sum of two is never below the whole."""
_MOST_TURNS = 2.0**62


@runtime_checkable
class Tabled(Protocol):
    """A transition that tells those of many uses at once."""

    def table(self, uses: Sequence[tuple[TimedTask, Opportunity]]) -> Ints:
        """Milliseconds from each of these to each: (uses, uses)."""


@dataclass(frozen=True, slots=True)
class Slew:
    """A transition that turns by the difference of an angle: `settle + |difference| / rate` seconds.

    Both parts count as whole milliseconds, rounded up, so that no detour is quicker.

    Args:
        rate: degrees in a second, above 0.
        settle: seconds that every transition takes, >= 0.
        detail: the name of the angle, in degrees, among the details of opportunities.

    Raises:
        InvalidArgumentError: names what is wrong, and its value.
    """

    rate: float
    settle: float = 0.0
    detail: str = "off_nadir"

    def __post_init__(self) -> None:
        if not isinstance(self.rate, int | float) or not self.rate > 0:  # `not >`: no comparison with NaN holds
            raise InvalidArgumentError(field="rate", value=self.rate, why="must be degrees in a second, above 0")
        length("settle", self.settle)

    def __call__(self, before: Task, of: Opportunity, after: Task, to: Opportunity) -> float:
        """Seconds from the one to the other."""
        one, other = (self._turns(self._angle(*use)) for use in ((before, of), (after, to)))
        return (milliseconds(length("settle", self.settle)) - -abs(one - other) // _PARTS) / 1000

    def table(self, uses: Sequence[tuple[TimedTask, Opportunity]]) -> Ints:
        """Milliseconds from each of these to each: (uses, uses)."""
        return self._between([self._angle(task, spot) for task, spot in uses])

    def _between(self, angles: Sequence[float]) -> Ints:
        # As `_turns`. Rounded once, to whole numbers: differences of these obey the triangle inequality exactly, which
        # floats would break by a hair, and `check_transitive` would refuse that.
        turns = np.round(np.array(angles, np.float64) / self.rate * 1000 * _PARTS)
        if not (np.abs(turns) < _MOST_TURNS).all():
            raise self._too_slow()
        whole = turns.astype(np.int64)
        settle = milliseconds(length("settle", self.settle))
        # Rounded up, after the difference: two parts rounded up are never less than their sum rounded up.
        return np.asarray(settle - -np.abs(whole[:, None] - whole[None, :]) // _PARTS, np.int64)

    def _turns(self, angle: float) -> int:
        """One angle, for a single transition; of many `_between` finds the same at once."""
        turns = angle / self.rate * 1000 * _PARTS
        if not abs(turns) < _MOST_TURNS:
            raise self._too_slow()
        return round(turns)

    def _too_slow(self) -> InvalidArgumentError:
        why = "must not take longer to turn than a plan can last"
        return InvalidArgumentError(field="rate", value=self.rate, why=why)

    def _angle(self, task: Task, spot: Opportunity) -> float:
        angle = spot.details.get(self.detail)
        if isinstance(angle, bool) or not isinstance(angle, int | float) or not np.isfinite(angle):  # True is an int
            why = f"must be an angle, for {task.name!r} on {spot.satellite!r} at {spot.start}"
            raise InvalidArgumentError(field=f"details[{self.detail!r}]", value=angle, why=why)
        return float(angle)


@dataclass(frozen=True, slots=True)
class Modes:
    """A transition that depends on the modes of both: so many seconds from the one to the other.

    Args:
        seconds: by the mode before and the mode after it, >= 0; from a mode to itself 0 where nothing is said.
        detail: the name of the mode among the details of opportunities.

    Raises:
        InvalidArgumentError: names what is wrong, and its value.
    """

    seconds: Mapping[str, Mapping[str, float]]
    detail: str = "mode"

    def __post_init__(self) -> None:
        validation.mapping("seconds", self.seconds)
        for before, to in self.seconds.items():
            for after in {*self.seconds, *to}:
                if after not in self.seconds:
                    why = "must name modes from which seconds are said"
                    raise InvalidArgumentError(field=f"seconds[{before!r}]", value=after, why=why)
                length(f"seconds from {before!r} to {after!r}", {before: 0.0, **to}.get(after))

    def __call__(self, before: Task, of: Opportunity, after: Task, to: Opportunity) -> float:
        """Seconds from the one to the other."""
        return float(self.seconds[self._mode(before, of)].get(self._mode(after, to), 0.0))

    def table(self, uses: Sequence[tuple[TimedTask, Opportunity]]) -> Ints:
        """Milliseconds from each of these to each: (uses, uses)."""
        numbers = {mode: number for number, mode in enumerate(self.seconds)}
        modes = np.array([numbers[self._mode(task, spot)] for task, spot in uses], np.int64)
        lengths = [
            [milliseconds(length("seconds", self.seconds[before].get(after, 0.0))) for after in self.seconds]
            for before in self.seconds
        ]
        between = np.array(lengths, np.int64).reshape(len(numbers), len(numbers))
        return between[modes[:, None], modes[None, :]]

    def _mode(self, task: Task, spot: Opportunity) -> str:
        mode = spot.details.get(self.detail)
        if not isinstance(mode, str) or mode not in self.seconds:
            why = f"must be a known mode: {task.name!r} on {spot.satellite!r} at {spot.start} has none"
            raise InvalidArgumentError(field=f"details[{self.detail!r}]", value=mode, why=why)
        return mode


@dataclass(frozen=True, slots=True)
class Setup:
    """The transitions of one resource: kind (spots,), -1 where it is not used; table (kinds, kinds), milliseconds."""

    kind: Ints
    table: Ints


def setups_of(problem: PlanProblem, spots: Spots, limits: Limits) -> Mapping[int, Setup]:
    """The transitions by the number of the resource.

    Raises:
        OutOfTime: there was no time for all of them.
        InvalidArgumentError: one is no length of time.
    """
    found = {}
    for name, transition in problem.transitions.items():
        for number, key in enumerate(spots.keys):
            if name == name_of(key):
                users = np.unique(spots.uses.owners[spots.uses.resources == number])
                timed = [i for i in users.tolist() if spots.opportunity(i) is not None]
                kind = np.full(len(spots), -1)
                kind[timed] = np.arange(len(timed))
                uses = [(spots.tasks[spots.task[i]], spots.opportunity(i)) for i in timed]
                found[number] = Setup(kind, _table(name, transition, uses, limits))
    return found


def _table(name: str, transition: object, uses: Sequence[tuple[Task, Opportunity | None]], limits: Limits) -> Ints:
    if isinstance(transition, Tabled):
        # A copy, since the diagonal is written below, and a transition may keep the table that it made.
        table = transition.table(uses).copy()  # type: ignore[arg-type]
    else:
        table = np.zeros((len(uses), len(uses)), np.int64)
        for a, before in enumerate(uses):
            limits.check()
            for b, after in enumerate(uses):
                if a != b:
                    given = transition(*before, *after)  # type: ignore[operator]
                    table[a, b] = milliseconds(length(f"transition {name!r}", given))
    # Nothing follows itself, whatever a transition says of it: a turn, for one, would tell the time to settle.
    np.fill_diagonal(table, 0)
    return table


def check_transitive(
    name: str, spots: Spots, setup: Setup, who: Ints, starts: Ints, ends: Ints, limits: Limits
) -> None:
    """Lets transitions pass that are never longer than a detour over a third task, of those that are possible.

    Shapes: who, starts, ends (n,): the spots of the candidates on one timeline by start, ends with turnaround.

    Raises:
        InvalidArgumentError: names three tasks, and the time that is too long.
        OutOfTime: there was no time for all of them.
    """
    kind, task = setup.kind[who], spots.task[who]
    needs = np.flatnonzero(kind >= 0)
    kind, task = kind[needs], task[needs]
    # Interpreted code is some hundred times slower: it gets less to do between two looks at the clock.
    broken, portion = (_broken, PORTION) if is_compiled_to_plan() else (interpreted(_broken), PORTION // 1000)
    i = 0
    while i < len(needs):
        limits.check()
        first, second, third, i = broken(starts[needs], ends[needs], kind, task, setup.table, i, portion)
        if first >= 0:
            break
    else:
        return
    a, b, c = (spots.tasks[task[k]].name for k in (first, second, third))
    direct = float(setup.table[kind[first], kind[third]]) / 1000
    why = f"breaks the triangle inequality: from {a!r} to {c!r} it must not take longer than over {b!r}"
    raise InvalidArgumentError(field=f"transition {name!r}", value=direct, why=why)


@compiled()
def _broken(
    starts: Ints, ends: Ints, kind: Ints, task: Ints, table: Ints, i: int, work: int
) -> tuple[int, int, int, int]:
    """Three candidates of which the third may follow the second, and the second the first, but not the third the first.

    The first of them from `i` on, as far as this work goes; where it ended. Candidates by start; what begins later than
    an end plus the longest setup follows anyway.
    """
    n, most = len(starts), table.max() if table.size else 0
    while i < n and work > 0:
        for j in range(np.searchsorted(starts, ends[i]), n):
            if starts[j] >= ends[i] + most:
                break
            if task[j] == task[i] or starts[j] < ends[i] + table[kind[i], kind[j]]:
                continue
            for k in range(np.searchsorted(starts, ends[j]), n):
                work -= 1
                if starts[k] >= ends[i] + most:
                    break
                if task[k] == task[i] or task[k] == task[j]:
                    continue
                if starts[k] >= ends[j] + table[kind[j], kind[k]] and starts[k] < ends[i] + table[kind[i], kind[k]]:
                    return i, j, k, i
            work -= 1
        i += 1
    return -1, -1, -1, i
