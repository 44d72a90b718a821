"""Which places can't be taken together, as lists, where nothing but timelines and tasks keeps them apart."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from satselect.engine.compiled import compiled, inner
from satselect.engine.paths.lines import Lines
from satselect.engine.paths.state import follows
from satselect.engine.problem.rows import Ints, Ints32, starts_of

_MOST = 3 * 10**7  # entries: 120 MB


class Conflicts(NamedTuple):
    """Of place `i` the places that conflict with it: `others`, (nonzeros,), from `starts[i]` to the next, each once."""

    starts: Ints
    others: Ints32


def conflicts_of(lines: Lines, most: int = _MOST) -> Conflicts | None:
    """The conflicts of all places; None where places share rows, or where there might be more than so many."""
    n = len(lines.who)
    counts = np.diff(lines.places_of)
    # What may have to be looked at, and at least what is found: all that may overlap on a line, and all of a task.
    pairs = int((np.arange(n) - lines.sure).sum()) + int((counts * (counts - 1)).sum()) // 2
    if len(lines.rows) or 2 * pairs > most:
        return None
    sizes = np.zeros(n, np.int64)
    _pairs(lines, sizes, np.zeros(0, np.int32))
    starts = starts_of(sizes)
    others = np.empty(int(starts[-1]), np.int32)
    _pairs(lines, starts[:-1].copy(), others)
    return Conflicts(starts, others)


@compiled()
def _pairs(lines: Lines, at: Ints, others: NDArray[np.int32]) -> None:
    """Moves `at`, (n,), on by the conflicts of each place, and writes these to where it was, if there is room."""
    sure, task, places_of, places = lines.sure, lines.task, lines.places_of, lines.places
    is_written = len(others) > 0
    for i in range(len(task)):
        for j in range(sure[i], i):
            if not _may_follow(lines, j, i):
                _note(at, others, i, j, is_written)
        for t in range(places_of[task[i]], places_of[task[i] + 1]):
            j = places[t]
            # What conflicts on the line as well is there already: twice in the list its profit would count twice.
            if j < i and (lines.first[j] != lines.first[i] or _may_follow(lines, j, i)):
                _note(at, others, i, j, is_written)


@inner()
def _may_follow(lines: Lines, j: int, i: int) -> bool:
    """Whether place `i` may follow place `j`, below it on the same line."""
    return bool(j < lines.sure[i] or (j < lines.before[i] and follows(lines, j, i)))


@inner()
def _note(at: Ints, others: NDArray[np.int32], i: int, j: int, is_written: bool) -> None:
    if is_written:
        others[at[i]], others[at[j]] = j, i
    at[i] += 1
    at[j] += 1
