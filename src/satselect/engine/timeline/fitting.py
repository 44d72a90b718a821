"""What fits together of a plan, one candidate after the other, in plain code: for what is planned by now, and small."""

from bisect import bisect_left

import numpy as np

from satselect.engine.problem.rows import Ints, starts_of
from satselect.engine.timeline.form import TimelineProblem
from satselect.engine.timeline.stretches import Filling

_AT_ONCE = 4000  # candidates, of which is seen at once which of them have no room


def fitting(problem: TimelineProblem, order: Ints) -> Ints:
    """Of these candidates, (n,), in this order, those that fit beside all that were taken before: ascending.

    One that is there again is told once.
    """
    order = order[np.sort(np.unique(order, return_index=True)[1])]
    fitted, at = _Fitted(problem), 0
    while at < len(order):
        # Where stretches are full nearly nothing has room any more, which is seen of all at once.
        size = max(_AT_ONCE, at) if problem.stretches else len(order)
        fitted.take(order[at : at + size])
        at += size
    return np.array(sorted(fitted.chosen), np.int64)


class _Fitted:
    """What was taken so far."""

    def __init__(self, problem: TimelineProblem) -> None:
        self._problem, self._room, self._ranks = problem, problem.rows.capacities.copy(), problem.ranks()
        self._filling = Filling(problem.stretches)
        self._is_taken = np.zeros(int(problem.task.max(initial=0)) + 1, np.bool_)
        self._lines: list[list[tuple[int, int, int, int]]] = [[] for _ in problem.setups]
        self.chosen: list[int] = []

    def take(self, order: Ints) -> None:
        """Takes what fits of these candidates, (n,), in this order."""
        problem, room = self._problem, self._room
        if problem.stretches:
            order = order[~self._is_taken[problem.task[order]]]
            order = order[self._filling.fitting(order)]
        places, rows, amounts = _rows_of(problem, order)
        starts = places.tolist()
        for place, k in enumerate(order.tolist()):
            a, b = starts[place], starts[place + 1]
            line, task = int(problem.line[k]), int(problem.task[k])
            # Nothing is made for what is in no shared row, as most candidates of many plans are.
            if self._is_taken[task] or (a < b and (amounts[a:b] > room[rows[a:b]]).any()):
                continue
            if problem.stretches and not self._filling.fits(k):
                continue
            if line >= 0 and not _put(problem, self._lines[line], k, int(self._ranks[k])):
                continue
            room[rows[a:b]] -= amounts[a:b]
            self._filling.take(k)
            self._is_taken[task] = True
            self.chosen.append(k)


def _rows_of(problem: TimelineProblem, who: Ints) -> tuple[Ints, Ints, Ints]:
    """Where the shared rows of each of these begin, (n + 1,), the rows, and the amounts."""
    place = np.full(len(problem), -1)
    place[who] = np.arange(len(who))
    of = place[problem.rows.candidates]
    here = np.flatnonzero(of >= 0)
    here = here[np.argsort(of[here], kind="stable")]
    starts = starts_of(np.bincount(of[here], minlength=len(who)))
    return starts, problem.rows.owners[here], problem.rows.amounts[here]


def _put(problem: TimelineProblem, line: list[tuple[int, int, int, int]], k: int, rank: int) -> bool:
    """Puts a candidate among those taken on its line, by (end, start, rank), if it fits between its neighbours."""
    key = int(problem.end[k]), int(problem.start[k]), rank, k
    # Only its neighbours on the line are asked: what may follow what is transitive.
    at = bisect_left(line, key)
    if at > 0 and not _follows(problem, line[at - 1][3], k):
        return False
    if at < len(line) and not _follows(problem, k, line[at][3]):
        return False
    line.insert(at, key)
    return True


def _follows(problem: TimelineProblem, before: int, after: int) -> bool:
    table = problem.setups[int(problem.line[after])]
    needs = table is not None and problem.kind[before] >= 0 and problem.kind[after] >= 0
    setup = int(table[problem.kind[before], problem.kind[after]]) if table is not None and needs else 0
    return bool(problem.end[before] + setup <= problem.start[after])
