"""Prices of choices and of shared rows, and the bound they prove: Lagrangian duality in whole numbers.

Where every choice row (one candidate at most of each task) and every shared row has a price, timelines no longer know
of each other, and each is a longest path in time. For any prices >= 0 nothing earns more than
    sum(price * capacity) + sum over timelines of their best paths at profits less prices.
Prices move along averages of subgradients, Polyak's steps long, and never above what makes their row worthless. The
average of the paths comes near the optimum of the linear relaxation.
"""

from typing import NamedTuple

import numpy as np

from satselect.engine.compiled import compiled, inner
from satselect.engine.paths.lines import Lines
from satselect.engine.paths.sweep import forward, taken
from satselect.engine.problem.rows import Bools, Floats, Ints

_LARGEST = 2.0**61  # twice as much is still an int64
_PATIENCE, _SHORTER = 5, 0.8  # so many steps without a better bound make the next ones shorter
_FIRST = 30  # steps along the newest subgradient alone, and after them along averages
_SHARE = 0.4  # of the newest subgradient
_OF_PATHS = 0.1  # of the newest paths in their average


class Scratch(NamedTuple):
    """What a sweep leaves, all (n,): reduced profits, and `own`, `best`, `arg`, `came` of `sweep.forward`."""

    reduced: Ints
    own: Ints
    best: Ints
    arg: Ints
    came: Ints
    taken: Bools

    @classmethod
    def of(cls, n: int) -> "Scratch":
        """For so many places."""
        reduced, own, best, arg, came = np.zeros((5, n), np.int64)
        return cls(reduced, own, best, arg, came, np.zeros(n, np.bool_))


class Prices(NamedTuple):
    """Whole units: of choosing each task, (tasks,), and of one unit of each shared row, (rows,)."""

    tasks: Ints
    rows: Ints


class Ascent:
    """Better and better prices for the candidates of some lines, until told otherwise.

    `prices` and `bound` are the best so far, and `average` (n,) how much of each place the paths took on average.
    """

    def __init__(self, lines: Lines, start: Prices | None = None) -> None:
        self._lines, self.scratch = lines, Scratch.of(len(lines.who))
        tasks, rows = len(lines.places_of) - 1, len(lines.room)
        self._scale, self._most = scales(lines), highest(lines)
        given = start or Prices(np.zeros(tasks, np.int64), np.zeros(rows, np.int64))
        self._best = np.minimum(np.concatenate(given), self._most.astype(np.int64))
        self.prices = Prices(self._best[:tasks].copy(), self._best[tasks:].copy())
        self._center = self._best.astype(np.float64)
        self.bound = evaluate(lines, self._best[:tasks], self._best[tasks:], self.scratch)
        self.average = self.scratch.taken.astype(np.float64)
        self._slope = np.zeros(tasks + rows)
        self._length, self._idle, self._count = 1.0, 0, 0

    @property
    def work(self) -> int:
        """Elementary operations of one step."""
        return 30 * len(self._lines.who) + 5 * len(self._slope) + 2 * len(self._lines.rows)

    def go_on(self, steps: int, earned: int) -> None:
        """Takes so many steps, and no more once nothing can earn more than is earned."""
        aim = earned - (self.bound - earned) // 2  # the best bound may lie above it or below
        tasks = len(self.prices.tasks)
        moved = self._center, self._slope, self._best, self.average
        fixed = self._scale, self._most
        state = self.bound, self._length, self._idle, self._count
        self.bound, self._length, self._idle, self._count = _steps(
            self._lines, self.scratch, moved, fixed, state, (earned, aim), steps
        )
        self.prices = Prices(self._best[:tasks].copy(), self._best[tasks:].copy())

    def again(self) -> None:
        """Makes steps longer again, from the best prices."""
        self._center[:], self._length = self._best, 1.0


def scales(lines: Lines) -> Floats:
    """How far the price of each row moves for each unit by which it is overfull: (tasks + rows,).

    Rows with large amounts and much room are overfull by more, and move less for it.
    """
    counts = np.bincount(lines.rows, minlength=len(lines.room))
    means = np.bincount(lines.rows, weights=lines.amounts, minlength=len(lines.room)) / np.maximum(counts, 1)
    of_rows = 1 / np.maximum(means * np.maximum(means, lines.room), 1.0)
    of_rows[counts == 0] = 0
    of_tasks = (np.diff(lines.places_of) > 1).astype(np.float64)
    return np.concatenate((of_tasks, of_rows))


def highest(lines: Lines) -> Floats:
    """The price of each row above which nobody gains by it: (tasks + rows,)."""
    of_tasks, of_rows = np.zeros(len(lines.places_of) - 1), np.zeros(len(lines.room))
    np.maximum.at(of_tasks, lines.task, lines.value)
    # Where there is one candidate, that it is taken once at most holds anyway.
    of_tasks[np.diff(lines.places_of) < 2] = 0
    np.maximum.at(of_rows, lines.rows, np.repeat(lines.value, np.diff(lines.shared)) / lines.amounts)
    return np.concatenate((of_tasks, np.ceil(of_rows)))


@compiled()
def evaluate(lines: Lines, tasks: Ints, rows: Ints, scratch: Scratch) -> int:
    """The bound that these prices prove, in units; leaves the paths. Passes 2**61 where it says nothing."""
    # In floats first, which can't overflow: whole numbers that do would wrap around, and prove what is not so.
    total = 0.0
    for t in range(len(tasks)):
        total += tasks[t]
    for r in range(len(rows)):
        total += float(rows[r]) * lines.room[r]
    if total > _LARGEST:
        return 2**62
    # The Lagrangian bound, at any prices >= 0: what the prices hold for the rows, and the best paths at what is left.
    held = 0
    for t in range(len(tasks)):
        held += tasks[t]
    for r in range(len(rows)):
        held += rows[r] * lines.room[r]
    value, task, shared, users, amounts = lines.value, lines.task, lines.shared, lines.rows, lines.amounts
    reduced = scratch.reduced
    for i in range(len(reduced)):
        gain = value[i] - tasks[task[i]]
        for t in range(shared[i], shared[i + 1]):
            price = rows[users[t]]
            # What is too large for a number counts as less than it is, which proves less, but nothing that is not so.
            cost = price * amounts[t] if float(price) * amounts[t] <= _LARGEST else 2**60
            gain = max(gain - cost, -(2**61))
        reduced[i] = gain
    forward(lines, scratch.reduced, scratch.own, scratch.best, scratch.arg, scratch.came)
    return held + taken(lines, scratch.best, scratch.arg, scratch.came, scratch.taken)


@inner()
def _violations(lines: Lines, is_taken: Bools, slope: Floats) -> None:
    """By how much paths overfill each row: (tasks + rows,), negative where there is room."""
    tasks = len(lines.places_of) - 1
    task, shared, rows, amounts, room = lines.task, lines.shared, lines.rows, lines.amounts, lines.room
    slope[:tasks] = -1
    for r in range(len(room)):
        slope[tasks + r] = -float(room[r])
    for i in range(len(is_taken)):
        if is_taken[i]:
            slope[task[i]] += 1
            for t in range(shared[i], shared[i + 1]):
                slope[tasks + rows[t]] += amounts[t]


@compiled()
def _steps(
    lines: Lines, scratch: Scratch, moved: tuple[Floats, Floats, Ints, Floats], fixed: tuple[Floats, Floats],
    state: tuple[int, float, int, int], goal: tuple[int, int], steps: int,
) -> tuple[int, float, int, int]:  # fmt: skip
    """Steps along subgradients. `moved`: where prices are, their direction, the best ones, and the average paths."""
    center, slope, best, average = moved
    scale, most = fixed
    bound, length, idle, count = state
    tasks = len(lines.places_of) - 1
    new, price = np.empty_like(slope), np.empty(len(slope), np.int64)
    for _ in range(steps):
        if bound <= goal[0]:
            break
        for r in range(len(slope)):
            # Whole before anything is proven by them: a bound is exact at the prices that are kept, wherever the steps
            # went.
            price[r] = int(np.floor(center[r] + 0.5))
        found = evaluate(lines, price[:tasks], price[tasks:], scratch)
        # What the paths overfill is a subgradient of the bound, which is convex in the prices (Held and Karp 1971).
        _violations(lines, scratch.taken, new)
        idle += 1
        if found < bound:
            bound, idle = found, 0
            for r in range(len(best)):
                best[r] = price[r]
        elif idle >= _PATIENCE:
            # Too long a step jumps to and fro over the best prices without coming nearer (Held, Wolfe, Crowder 1974).
            length, idle = length * _SHORTER, 0
        # One after the other they go to and fro across the valley of the best prices; averaged they lead along it
        # (Camerini, Fratta, Maffioli 1975).
        share = 1.0 if count < _FIRST else _SHARE
        _lean(slope, new, share)
        paths = scratch.taken
        for i in range(len(average)):
            # Paths at nearly best prices, averaged so, come near an optimum of the relaxation (the volume algorithm:
            # Barahona, Anbil 2000), which single paths don't.
            average[i] += _OF_PATHS * (paths[i] - average[i])
        if not _move(center, slope, scale, most, length * float(found - goal[1])):
            break
        count += 1
    return bound, length, idle, count


@inner()
def _lean(slope: Floats, new: Floats, share: float) -> None:
    for r in range(len(slope)):
        slope[r] = share * new[r] + (1 - share) * slope[r]


@inner()
def _move(center: Floats, slope: Floats, scale: Floats, most: Floats, height: float) -> bool:
    """Moves prices along the slope such that a plane of that slope falls by this height; whether there is one."""
    norm = 0.0
    for r in range(len(slope)):
        # A price that stands at a limit and would pass it doesn't move, so it takes no part in how long the step is.
        if (center[r] > 0 or slope[r] > 0) and (center[r] < most[r] or slope[r] < 0):
            norm += slope[r] ** 2 * scale[r]
    if norm <= 0:
        return False
    for r in range(len(slope)):
        center[r] = min(max(center[r] + height / norm * scale[r] * slope[r], 0.0), most[r])
    return True
