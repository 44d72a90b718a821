"""What fits together of a plan, one candidate after the other, in plain code: for what is planned by now, and small."""

from bisect import bisect_left

import numpy as np

from satselect.engine.problem.rows import Ints, starts_of
from satselect.engine.timeline.form import TimelineProblem


def fitting(problem: TimelineProblem, order: Ints) -> Ints:
    """Of these candidates, (n,), each there once, in this order, those that fit beside all taken before: ascending."""
    places, rows, amounts = _rows_of(problem, order)
    starts, room, tasks = places.tolist(), problem.rows.capacities.copy(), set[int]()
    lines: list[list[tuple[int, int, int, int]]] = [[] for _ in problem.setups]
    ranks = problem.ranks()
    chosen = []
    for place, k in enumerate(order.tolist()):
        a, b = starts[place], starts[place + 1]
        line, task = int(problem.line[k]), int(problem.task[k])
        # Nothing is made for what is in no shared row, as most candidates of many plans are.
        if task in tasks or (a < b and (amounts[a:b] > room[rows[a:b]]).any()):
            continue
        if line >= 0 and not _put(problem, lines[line], k, int(ranks[k])):
            continue
        room[rows[a:b]] -= amounts[a:b]
        tasks.add(task)
        chosen.append(k)
    return np.array(sorted(chosen), np.int64)


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
