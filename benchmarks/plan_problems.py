"""Plans of several shapes, the same on any machine: passes, strips, agile, budget, reservoir, mixed."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from satselect.engine.problem.units import to_units
from satselect.engine.timeline.form import SharedRows, TimelineProblem

Row = tuple[list[int], list[int], int]

_SECOND = 1000
_MINUTE = 60 * _SECOND
_DAY = 24 * 60 * _MINUTE
_SEEN = 0.6  # of a satellite's orbits are seen by an antenna


@dataclass
class _Draft:
    """Candidates as they come, task after task."""

    line: list[int] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    value: list[int] = field(default_factory=list)
    task: list[int] = field(default_factory=list)
    kind: list[int] = field(default_factory=list)
    satellite: list[int] = field(default_factory=list)
    tasks: int = 0

    def add(self, line: int, start: float, length: float, value: float, kind: int = -1, satellite: int = -1) -> None:
        """A candidate of the task that is open."""
        self.line.append(line)
        self.start.append(round(start))
        self.end.append(round(start) + round(length))
        self.value.append(max(round(value), 1))
        self.task.append(self.tasks)
        self.kind.append(kind)
        self.satellite.append(satellite)

    def close(self) -> None:
        """Ends a task, if it has a candidate."""
        if self.task and self.task[-1] == self.tasks:
            self.tasks += 1

    def problem(self, setups: list[np.ndarray | None], rows: list[Row] | None = None) -> TimelineProblem:
        """All of them as a problem."""
        units = to_units(np.array(self.value, np.float64))
        given = [(np.array(who, np.int64), np.array(amounts, np.int64), room) for who, amounts, room in rows or []]
        columns = (self.line, self.start, self.end, self.task, self.kind)
        line, start, end, task, kind = (np.array(column, np.int64) for column in columns)
        return TimelineProblem(line, start, end, units.profits, task, kind, setups, SharedRows.of(given), units)


def passes(satellites: int, antennas: int, days: int, seed: int, *, is_full: bool) -> TimelineProblem:
    """Each orbit's data goes down in one pass (light), or in up to three, each over some of the antennas (full)."""
    draft = _passes(np.random.default_rng(seed), satellites, antennas, days, groups=3 if is_full else 1)
    return draft.problem([None] * antennas)


def budget(satellites: int, antennas: int, days: int, seed: int) -> TimelineProblem:
    """Full passes, of which each satellite may use so many minutes, and each antenna so many in a day."""
    rng = np.random.default_rng(seed)
    draft = _passes(rng, satellites, antennas, days, groups=3)
    seconds = (np.array(draft.end) - np.array(draft.start)) // _SECOND
    rows = _budgets(np.array(draft.satellite), seconds, 0.15)
    day = np.array(draft.line) + antennas * (np.array(draft.start) // _DAY)
    return draft.problem([None] * antennas, rows + _budgets(day, seconds, 0.06))


def mixed(satellites: int, antennas: int, days: int, seed: int) -> TimelineProblem:
    """Passes and untimed tasks, which share each satellite's minutes and a crew."""
    rng = np.random.default_rng(seed)
    draft = _passes(rng, satellites, antennas, days, groups=2)
    timed = len(draft.line)
    for _ in range(timed // 4):
        length, value = int(rng.integers(60, 600)) * _SECOND, int(rng.integers(100, 4000))
        draft.add(-1, 0, length, value, satellite=int(rng.integers(satellites)))
        draft.close()
    seconds = (np.array(draft.end) - np.array(draft.start)) // _SECOND
    rows = _budgets(np.array(draft.satellite), seconds, 0.2)
    crew = rng.choice(len(draft.line), len(draft.line) // 3, replace=False)
    rows.append((np.sort(crew).tolist(), [1] * len(crew), len(crew) // 8))
    return draft.problem([None] * antennas, rows)


def strips(targets: int, satellites: int, seed: int) -> TimelineProblem:
    """Targets with two to six windows, each of which fills a pass over them; five seconds after each picture."""
    rng = np.random.default_rng(seed)
    draft = _Draft()
    span = targets * 45 * _SECOND / satellites
    for _ in range(targets):
        worth, length = rng.integers(10, 100), rng.uniform(15, 90) * _SECOND
        for satellite in range(satellites):
            for _ in range(rng.integers(2, 7)):
                draft.add(satellite, rng.uniform(0, span), length + 5 * _SECOND, worth * rng.uniform(0.6, 1))
        draft.close()
    return draft.problem([None] * satellites)


def agile(targets: int, satellites: int, seed: int) -> TimelineProblem:
    """Targets seen for minutes, a start every ten seconds, and a turn between two that takes as long as it is wide."""
    rng = np.random.default_rng(seed)
    draft = _Draft()
    span = targets * 25 * _SECOND / satellites
    angles = rng.uniform(-30, 30, targets * satellites)
    for target in range(targets):
        worth, length = int(rng.integers(10, 100)), rng.uniform(10, 30) * _SECOND
        for satellite in range(satellites):
            seen = rng.uniform(0, span)
            for k in range(rng.integers(12, 36) if satellites == 1 else rng.integers(10, 34)):
                draft.add(satellite, seen + 10 * k * _SECOND, length, worth, kind=target * satellites + satellite)
        draft.close()
    turn = np.ceil((5 + np.abs(angles[:, None] - angles[None, :]) / 2) * _SECOND).astype(np.int64)
    np.fill_diagonal(turn, 0)
    return draft.problem([turn] * satellites)


def reservoir(tasks: int, contacts: int, seed: int) -> TimelineProblem:
    """Pictures on one satellite that fill a disk, which given contacts drain: for each stretch of time a row."""
    rng = np.random.default_rng(seed)
    draft, span, sizes = _Draft(), tasks * 40 * _SECOND, []
    for _ in range(tasks):
        worth, length, size = rng.integers(10, 100), rng.uniform(10, 60) * _SECOND, int(rng.integers(1, 9))
        for _ in range(rng.integers(1, 4)):
            draft.add(0, rng.uniform(0, span), length, worth * rng.uniform(0.8, 1))
            sizes.append(size)
        draft.close()
    drained, room = round(2.0 * tasks / contacts), round(2.5 * tasks / contacts)
    ends = np.array(draft.end)
    edges = np.linspace(0, span, contacts + 2)[1:-1]
    stretch = np.searchsorted(edges, ends)
    rows = []
    for first in range(contacts + 1):
        for last in range(first, contacts + 1):
            who = np.flatnonzero((stretch >= first) & (stretch <= last))
            rows.append((who.tolist(), np.array(sizes)[who].tolist(), room + drained * (last - first)))
    return draft.problem([None], rows)


def _passes(rng: np.random.Generator, satellites: int, antennas: int, days: int, groups: int) -> _Draft:
    draft = _Draft()
    for satellite in range(satellites):
        period, phase = rng.uniform(92, 102) * _MINUTE, rng.uniform(0, 100) * _MINUTE
        for orbit in range(int((days * _DAY - phase) / period)):
            seen, group = rng.random(antennas) < _SEEN, rng.integers(0, groups, antennas)
            when = phase + (orbit + rng.random(antennas)) * period
            length = 12 * np.sqrt(1 - rng.random(antennas) ** 2 * 0.9) * _MINUTE
            for g in range(groups):
                worth = rng.integers(10, 100)
                for a in np.flatnonzero(seen & (group == g)).tolist():
                    value = worth * length[a] / _MINUTE
                    draft.add(a, when[a], length[a] + _MINUTE, value, satellite=satellite)
                draft.close()
    return draft


def _budgets(group: np.ndarray, amounts: np.ndarray, share: float) -> list[Row]:
    """A row for each group: this share of all that its members ask for together."""
    rows = []
    for number in np.unique(group[group >= 0]).tolist():
        who = np.flatnonzero(group == number)
        rows.append((who.tolist(), amounts[who].tolist(), int(share * amounts[who].sum())))
    return rows


Make = Callable[[int], TimelineProblem]
"""A problem from its seed."""

CLASSES: dict[str, list[tuple[str, Make]]] = {
    "passes": [
        (f"{kind} {s}x{a}x{d}", lambda seed, s=s, a=a, d=d, full=kind == "full": passes(s, a, d, seed, is_full=full))  # type: ignore[misc]
        for kind in ("light", "full")
        for s, a, d in ((6, 2, 1), (20, 4, 1), (40, 10, 1), (60, 10, 2), (200, 10, 7))
    ],
    "strips": [
        (f"{t} targets, {s} satellites", lambda seed, t=t, s=s: strips(t, s, seed))  # type: ignore[misc]
        for t, s in ((50, 1), (100, 1), (300, 2), (1000, 4))
    ],
    "agile": [
        (f"{t} targets, {s} satellites", lambda seed, t=t, s=s: agile(t, s, seed))  # type: ignore[misc]
        for t, s in ((20, 1), (50, 1), (100, 1), (300, 2))
    ],
    "budget": [
        (f"{s}x{a}x{d}", lambda seed, s=s, a=a, d=d: budget(s, a, d, seed))  # type: ignore[misc]
        for s, a, d in ((6, 2, 1), (20, 4, 1), (60, 10, 2))
    ],
    "reservoir": [
        (f"{t} tasks, {c} contacts", lambda seed, t=t, c=c: reservoir(t, c, seed))  # type: ignore[misc]
        for t, c in ((100, 4), (300, 6), (1000, 10))
    ],
    "mixed": [
        (f"{s}x{a}x{d}", lambda seed, s=s, a=a, d=d: mixed(s, a, d, seed))  # type: ignore[misc]
        for s, a, d in ((6, 2, 1), (20, 4, 1), (60, 10, 2))
    ],
}
"""By class: names of problems, and what makes one of each seed."""
