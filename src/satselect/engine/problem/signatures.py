"""What tasks use, each signature once: of a million tasks few are different."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from satselect.engine.compiled import compiled, inner
from satselect.engine.problem.rows import Floats, Ints, Ints32, Rows, starts_of
from satselect.engine.problem.task import Task
from satselect.engine.readiness import is_compiled

_HEAD = 2  # words of a packed task before its resources: profit, and how many
_EMPTY = -1  # no name has such an address, and no signature such a number


@dataclass(frozen=True, slots=True)
class Signatures:
    """What tasks use.

    Shapes: rows: what each signature uses, resources ascending; of_task (tasks,): the signature of each task;
    profits (tasks,) float64; names (resources,): resources as they first occur.
    """

    rows: Rows
    of_task: Ints
    profits: Floats
    names: list[str]


def signatures_of(tasks: Sequence[Task]) -> Signatures:
    """The signatures of these tasks, numbered as they first occur."""
    if not is_compiled():
        return Signatures(*_plainly(tasks))
    words = np.frombuffer(bytearray().join(map(attrgetter("packed"), tasks)), np.int64)
    starts, profits = _starts(words, words.view(np.float64), len(tasks))
    names = _names(tasks, starts, *_first_uses(words, starts))
    # A power of two, more than twice the tasks: never more than half full, so nothing is widened.
    table = np.full(2 << len(tasks).bit_length(), _EMPTY, np.int32)
    of_task, *rows = _grouped(words, starts, table)
    return Signatures(Rows(*rows), of_task, profits, names)


def _names(tasks: Sequence[Task], starts: Ints, first: list[int], places: list[int]) -> list[str]:
    """What the tasks call what is first used in these places."""
    names, last, listed, start = list[str](), -1, list[str](), 0
    for task, place in zip(first, places, strict=True):
        if task != last:  # they ascend, so that each task is asked once
            last, listed, start = task, list(tasks[task].resources), int(starts[task]) + _HEAD
        names.append(listed[place - start])
    return names


@compiled()
def _starts(words: Ints, floats: Floats, count: int) -> tuple[Ints, Floats]:
    """Where each packed task starts, (tasks + 1,), and its profit, (tasks,)."""
    starts, profits = np.zeros(count + 1, np.int64), np.empty(count)
    for i in range(count):
        size = words[starts[i] + 1]
        profits[i] = floats[starts[i]]
        starts[i + 1] = starts[i] + _HEAD + max(2 * size, -size)
    return starts, profits


@compiled()
def _first_uses(words: Ints, starts: Ints) -> tuple[list[int], list[int]]:
    """Puts numbers in the place of packed names; returns the task and the place where each first stood."""
    table, numbers = np.full(64, _EMPTY), np.empty(64, np.int64)
    tasks, places = [0 for _ in range(0)], [0 for _ in range(0)]
    for i in range(len(starts) - 1):
        first = starts[i] + _HEAD
        for t in range(first, first + abs(words[starts[i] + 1])):
            slot = _slot(table, words[t])
            if table[slot] == _EMPTY:
                table[slot], numbers[slot] = words[t], len(tasks)
                tasks.append(i)
                places.append(t)
            words[t] = numbers[slot]
            # At most half full, so that a search soon comes to an empty slot, and always to one.
            if 2 * len(tasks) > len(table):
                table, numbers = _widened(table, numbers)
    return tasks, places


@inner()
def _slot(table: Ints, word: int) -> int:
    """Where a word is in a hash table, or has to go."""
    # Fibonacci hashing, 2**64 over the golden ratio (Knuth 1973, section 6.4): names are addresses, which lie close
    # together and end alike, and the upper half of the product tells them apart.
    code = np.uint64(word) * np.uint64(0x9E3779B97F4A7C15)
    slot = np.int64(code >> np.uint64(32)) & (len(table) - 1)
    while table[slot] != _EMPTY and table[slot] != word:
        slot = (slot + 1) & (len(table) - 1)
    return int(slot)


@inner()
def _widened(table: Ints, numbers: Ints) -> tuple[Ints, Ints]:
    wider, more = np.full(4 * len(table), _EMPTY), np.empty(4 * len(table), np.int64)
    for old in range(len(table)):
        if table[old] != _EMPTY:
            slot = _slot(wider, table[old])
            wider[slot], more[slot] = table[old], numbers[old]
    return wider, more


@compiled()
def _grouped(words: Ints, starts: Ints, table: Ints32) -> tuple[Ints, Ints, Ints, Ints]:
    """The signature of each task, and the rows of signatures; equal hashes are compared entry by entry."""
    n = len(starts) - 1
    of_task, ends = np.empty(n, np.int64), np.zeros(n + 1, np.int64)
    resources = np.empty(len(words) - _HEAD * n, np.int64)
    amounts = np.empty(len(resources), np.int64)
    count = 0
    for i in range(n):
        # Written behind the last row first: if it is new it stays, else the next task overwrites it, as `count` didn't
        # move.
        ends[count + 1] = _append(words, starts[i], resources, amounts, ends[count])
        slot = _hash(resources, amounts, ends[count], ends[count + 1]) & (len(table) - 1)
        while table[slot] != _EMPTY and not _equal(ends, resources, amounts, table[slot], count):
            slot = (slot + 1) & (len(table) - 1)
        if table[slot] == _EMPTY:
            table[slot] = count
            count += 1
        of_task[i] = table[slot]
    starts, size = ends[: count + 1].copy(), ends[count]
    return of_task, starts, resources[:size].copy(), amounts[:size].copy()


@inner()
def _append(words: Ints, start: int, resources: Ints, amounts: Ints, end: int) -> int:
    """Writes what a task uses behind the rows that are there, resources ascending; returns where it ends."""
    size, first = abs(words[start + 1]), start + _HEAD
    for k in range(size):
        resource, amount, place = words[first + k], 1, end + k
        if words[start + 1] > 0:
            amount = words[first + size + k]
        # By insertion, of a handful; ascending, so that two tasks that name the same in another order are one
        # signature.
        while place > end and resources[place - 1] > resource:
            resources[place], amounts[place] = resources[place - 1], amounts[place - 1]
            place -= 1
        resources[place], amounts[place] = resource, amount
    return int(end + size)


@inner()
def _hash(resources: Ints, amounts: Ints, start: int, end: int) -> int:
    # The constants with which MurmurHash3 ends (Appleby 2011): chosen to spread every bit that goes in.
    code = np.uint64(0x9E3779B97F4A7C15)
    for t in range(start, end):
        code = (code ^ np.uint64(resources[t])) * np.uint64(0xFF51AFD7ED558CCD)
        code = (code ^ (code >> np.uint64(32)) ^ np.uint64(amounts[t])) * np.uint64(0xC4CEB9FE1A85EC53)
    # Without the highest bit, so that it is a place in a table and never below 0.
    return int((code ^ (code >> np.uint64(29))) >> np.uint64(1))


@inner()
def _equal(starts: Ints, resources: Ints, amounts: Ints, a: int, b: int) -> bool:
    size = starts[a + 1] - starts[a]
    if starts[b + 1] - starts[b] != size:
        return False
    for k in range(size):
        s, t = starts[a] + k, starts[b] + k
        if resources[s] != resources[t] or amounts[s] != amounts[t]:
            return False
    return True


def _plainly(tasks: Sequence[Task]) -> tuple[Rows, Ints, Floats, list[str]]:
    """The same without compiled code."""
    names: dict[str, int] = {}
    known: dict[tuple[tuple[int, int], ...], int] = {}
    of_task = np.zeros(len(tasks), np.int64)
    for i, task in enumerate(tasks):
        uses = sorted((names.setdefault(name, len(names)), amount) for name, amount in task.resources.items())
        of_task[i] = known.setdefault(tuple(uses), len(known))
    flat = np.array([use for uses in known for use in uses], np.int64).reshape(-1, 2)
    starts = starts_of(np.array([len(uses) for uses in known], np.int64))
    rows = Rows(starts, np.ascontiguousarray(flat[:, 0]), np.ascontiguousarray(flat[:, 1]))
    return rows, of_task, np.array([task.profit for task in tasks], np.float64), list(names)
