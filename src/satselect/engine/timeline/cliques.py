"""Intervals to rows: the sets that hold a resource at the same time, said by as few rows as possible."""

from collections.abc import Callable

import numpy as np

from satselect.engine.compiled import compiled, inner
from satselect.engine.limits import Limits, OutOfTime
from satselect.engine.problem.rows import Bools, Ints
from satselect.engine.readiness import interpreted, is_compiled_to_plan

_MOST = 1 << 60  # elementary operations
_SLOWER = 300  # times, interpreted
_Rows = tuple[Ints, Ints, int]  # where each starts, members, and what is left of the work, below 0 if there are more


def interval_rows(
    start: Ints, end: Ints, amount: Ints, task: Ints, capacity: int, limits: Limits | None = None
) -> tuple[Ints, Ints]:
    """The maximal sets of intervals with a moment in common that could pass the capacity, at most one for each end.

    Intervals are half-open; one of no length conflicts with what it lies strictly inside of, which takes a row of its
    own. Of a task one interval at most is taken, and all of its amounts are the same.

    Args:
        start: (n,), ascending.
        end: (n,), not before the start.
        amount: (n,) >= 1.
        task: (n,), from 0.
        capacity: what may be held at a time.
        limits: how much may be spent.

    Returns:
        where each row starts, (rows + 1,), and its members.

    Raises:
        OutOfTime: the limits were too short for all of them.
    """
    limits = limits or Limits()
    starts, members = _swept(_cliques, limits, start, end, amount, task, np.argsort(end, kind="stable"), capacity)
    if (start < end).all():
        return starts, members
    more, inside = _swept(_around_instants, limits, start, end, amount, task, capacity)
    return np.concatenate((starts, starts[-1] + more[1:])), np.concatenate((members, inside))


@compiled()
def _cliques(start: Ints, end: Ints, amount: Ints, task: Ints, by_end: Ints, capacity: int, work: int) -> _Rows:
    """One sweep over the ends: whenever one comes after a start, those that are active are a maximal set."""
    n = len(start)
    active, place, many = np.empty(n, np.int64), np.full(n, -1), 0
    times = np.zeros(task.max() + 1 if n else 1, np.int64)  # of each task among the active ones
    starts = [0]
    members = np.empty(max(n, 16), np.int64)
    held, following, is_new = 0, 0, False
    for i in by_end:
        while following < n and start[following] < end[i]:
            if end[following] > start[following]:
                active[many], place[following], many = following, many, many + 1
                held += amount[following] if times[task[following]] == 0 else 0
                times[task[following]] += 1
                is_new = True
            following += 1
        work -= 1
        if work < 0:
            break
        if end[i] == start[i]:
            continue
        # Where nobody started since the last end, those who are active are all in the row before, which says more.
        if is_new and held > capacity:
            work -= many
            members = _put(members, starts, [active[k] for k in range(many)])
        is_new = False
        many -= 1
        # The last takes the place that is free: a row has no order, and so it takes no time however many are active.
        active[place[i]] = active[many]
        place[active[many]] = place[i]
        times[task[i]] -= 1
        held -= amount[i] if times[task[i]] == 0 else 0
    return np.array(starts), members[: starts[-1]].copy(), work


@compiled()
def _around_instants(start: Ints, end: Ints, amount: Ints, task: Ints, capacity: int, work: int) -> _Rows:
    """For each interval of no length a row of what it lies strictly inside of, and itself."""
    starts = [0]
    members = np.empty(16, np.int64)
    for i in range(len(start)):
        if start[i] == end[i]:
            row, held = [i], amount[i]
            seen = np.zeros(task.max() + 1, np.bool_)
            before = np.searchsorted(start, start[i])
            work -= before + len(seen)
            if work < 0:
                break
            for k in range(before):
                if end[k] > start[i] and task[k] != task[i]:
                    row.append(k)
                    held += 0 if seen[task[k]] else amount[k]
                    seen[task[k]] = True
            if held > capacity:
                members = _put(members, starts, row)
    return np.array(starts), members[: starts[-1]].copy(), work


@inner()
def _put(members: Ints, starts: list[int], more: list[int]) -> Ints:
    """The members with more behind the last that there are; `starts` has where those end."""
    size = starts[-1]
    if size + len(more) > len(members):
        wider = np.empty(2 * (size + len(more)), np.int64)
        for k in range(size):
            wider[k] = members[k]
        members = wider
    for k in range(len(more)):
        members[size + k] = more[k]
    starts.append(size + len(more))
    return members


def _swept(sweep: Callable[..., _Rows], limits: Limits, *given: Ints | int) -> tuple[Ints, Ints]:
    """What a sweep finds within the limits, compiled or not."""
    work = limits.work(_MOST)
    is_compiled = is_compiled_to_plan()
    found = sweep(*given, work) if is_compiled else interpreted(sweep)(*given, work // _SLOWER)
    if found[2] < 0:
        raise OutOfTime
    return found[0], found[1]


def pair_rows(
    start: Ints, end: Ints, task: Ints, kind: Ints, table: Ints, limits: Limits | None = None
) -> tuple[Ints, Ints]:
    """Sets of candidates on a timeline with transitions of which at most one fits, so that every conflict is in one.

    Args:
        start: (n,), ascending.
        end: (n,), with turnaround.
        task: (n,).
        kind: (n,), -1 of what needs no transition.
        table: (kinds, kinds) milliseconds.
        limits: how much may be spent.

    Returns:
        as `interval_rows`.

    Raises:
        OutOfTime: the limits were too short for all of them.
    """
    return _swept(_pairs, limits or Limits(), start, end, task, kind, table)


@compiled()
def _pairs(start: Ints, end: Ints, task: Ints, kind: Ints, table: Ints, work: int) -> _Rows:
    n, most = len(start), table.max() if table.size else 0
    reach = _reach(start, end, most)
    widest = max((reach - np.arange(n)).max(), 1) if n else 1
    # Of each pair (i, j), i before j, at [i, j - i - 1]: whether a row may hold both, and whether none has yet.
    together, is_open = np.zeros((n, widest), np.bool_), np.ones((n, widest), np.bool_)
    for i in range(n):
        work -= reach[i] - i
        if work < 0:
            return np.zeros(1, np.int64), np.zeros(0, np.int64), work
        for j in range(i + 1, min(i + 1 + widest, n)):
            together[i, j - i - 1] = task[i] == task[j] or (j < reach[i] and _clash(i, j, start, end, kind, table))
    starts, among = [0], np.empty(widest + 1, np.bool_)
    members = np.empty(max(n, 16), np.int64)
    for i in range(n):
        if work < 0:
            break
        for j in range(i + 1, reach[i]):
            # Two candidates of one task need no row of this timeline: that one of them is taken at most is said for all
            # of it.
            if not together[i, j - i - 1] or not is_open[i, j - i - 1] or task[i] == task[j]:
                continue
            # Every conflict has to be in a row, else the rows would allow what the timeline doesn't; each that is grown
            # covers its own pair, and as many others as it can.
            row = _grown(i, j, reach[i], together, is_open, among)
            work -= reach[i] - i + len(row) * (reach[i] - i + len(row)) // 4
            if work < 0:
                break
            for a in range(len(row)):
                for b in range(a):
                    is_open[row[b], row[a] - row[b] - 1] = False
            members = _put(members, starts, row)
    return np.array(starts), members[: starts[-1]].copy(), work


@inner()
def _reach(start: Ints, end: Ints, most: int) -> Ints:
    """For each candidate the first one that begins so late that they can't conflict: (n,)."""
    reach = np.empty(len(start), np.int64)
    for i in range(len(start)):
        # Candidates ascend by start, so beyond it all begin after the end and the longest transition: conflicts lie in
        # a band.
        reach[i] = max(np.searchsorted(start, end[i] + most), i + 1)
    return reach


@inner()
def _clash(i: int, j: int, start: Ints, end: Ints, kind: Ints, table: Ints) -> bool:
    """Whether neither may follow the other."""
    there = back = 0
    if kind[i] >= 0 and kind[j] >= 0:
        there, back = table[kind[i], kind[j]], table[kind[j], kind[i]]
    return bool(start[j] < end[i] + there and start[i] < end[j] + back)


@inner()
def _grown(i: int, j: int, until: int, together: Bools, is_open: Bools, among: Bools) -> list[int]:
    """The pair and whatever conflicts with all that is there, ascending; conflicts that no row has yet come first."""
    among[: until - i] = True  # by the distance from i: what goes with all of the row so far
    row = [i]
    _narrow(i, i, until, together, among)
    among[j - i] = False
    row.append(j)
    _narrow(i, j, until, together, among)
    for is_second in range(2):
        for k in range(i + 1, until):
            if among[k - i] and is_open[i, k - i - 1] == (is_second == 0):
                row.append(k)
                among[k - i] = False
                _narrow(i, k, until, together, among)
    for place in range(2, len(row)):
        k = row[place]
        while row[place - 1] > k:  # the first is the least
            row[place] = row[place - 1]
            place -= 1
        row[place] = k
    return row


@inner()
def _narrow(i: int, member: int, until: int, together: Bools, among: Bools) -> None:
    """Leaves those among which go with this member, too: from `i` up to here, and from here on."""
    for k in range(i, member):
        among[k - i] &= together[k, member - k - 1]
    reach = min(until - member - 1, together.shape[1])
    for d in range(reach):
        among[member + 1 + d - i] &= together[member, d]
    among[member + 1 + reach - i : until - i] = False
