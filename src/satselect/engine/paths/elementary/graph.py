"""A timeline as a graph of its places, and which tasks a path has to remember at each of them.

A task is remembered from its first place on, until none of its places can follow any more. So few are remembered at a
time where the places of each task lie near each other, and tasks that are never remembered together share a bit.
"""

from typing import NamedTuple

import numpy as np

from satselect.engine.paths.lines import Lines
from satselect.engine.problem.rows import Bools, Ints, starts_of

_BITS = 62  # of a whole number that is not negative
_EARLY = -(1 << 60)
_MARKS = 10_000_000  # of tasks at rows: a tenth of a second, and as many bytes twice


class Graph(NamedTuple):
    """Rows are the places of a line, in their order, and then moments: whatever ended long enough ago waits there.

    Shapes: order (rows,), in which each row comes after its sources; starts (rows + 1,): where the arcs of each row
    begin in `sources` and `keeps`, (arcs,) each, the bits that are remembered along an arc; own (rows,): the bit that a
    row sets; asks (rows,): the bit by which it sees that its task is taken; both 0 where there is none. owner (rows,
    bits): the task that each bit stands for at a row, -1 for none; task (rows,): -1 of moments.
    """

    order: Ints
    starts: Ints
    sources: Ints
    keeps: Ints
    own: Ints
    asks: Ints
    owner: Ints
    task: Ints


class _Rows(NamedTuple):
    """Rows before they are a graph: start, end, task (rows,), the task of moments being -1."""

    start: Ints
    end: Ints
    task: Ints


class _Spans(NamedTuple):
    """Tasks of which one place may come after another, (tasks,): which, their first end, last start, and bit."""

    task: Ints
    first: Ints
    last: Ints
    bit: Ints


def graphs_of(lines: Lines, line: int, most: int) -> tuple[Graph, Graph] | None:
    """A line from its beginning on, and from its end; None if it has too many places or tasks, or too many to remember.

    Of places that differ by nothing but their start a path takes the first one that it can. `most`: pairs of places
    that are looked at.
    """
    a, b = int(lines.bounds[line]), int(lines.bounds[line + 1])
    here, place = slice(a, b), np.arange(b - a)
    alike = _alike(lines, here)
    is_first = alike < 0
    # Whatever comes before this may precede the place, or the one that is taken instead of it, whatever the setup.
    low = np.where(is_first, lines.sure[here], lines.sure[here][alike]) - a
    if int((lines.before[here] - a - low).sum()) > most:
        return None
    moments = np.unique(np.concatenate(([0, b - a], low[is_first])))
    until = np.concatenate(([_EARLY], lines.end[here]))[moments]
    task = np.concatenate((lines.task[here], np.full(len(moments), -1)))
    rows = _Rows(np.concatenate((lines.start[here], until)), np.concatenate((lines.end[here], until)), task)
    if (spans := _spans(lines, here)) is None or len(spans.task) * len(rows.start) > _MARKS:
        return None
    owner = _owners(rows, spans)
    target, source = _arcs(lines, here, alike, low, moments)
    order = np.argsort(np.concatenate((2 * place + 1, 2 * moments)), kind="stable")
    ahead = _graph(rows, spans, owner, target, source, order, spans.last[:, None] >= rows.end)
    return ahead, _graph(rows, spans, owner, source, target, order[::-1].copy(), spans.first[:, None] <= rows.start)


def _alike(lines: Lines, here: slice) -> Ints:
    """The place before each on the line that differs by nothing but an earlier start, -1 without one: (places,)."""
    length, start = lines.end[here] - lines.start[here], lines.start[here]
    keys = [start, length, lines.value[here], lines.kind[here], _sharing(lines, here), lines.task[here]]
    order = np.lexsort(keys)
    same = np.flatnonzero(np.all([np.diff(key[order]) == 0 for key in keys[1:]], axis=0))
    alike = np.full(len(start), -1)
    alike[order[same + 1]] = order[same]
    return alike


def _sharing(lines: Lines, here: slice) -> Ints:
    """A number for each place that says what it uses of shared rows: (places,)."""
    numbers: dict[bytes, int] = {}
    found = np.zeros(here.stop - here.start, np.int64)
    for i in np.flatnonzero(np.diff(lines.shared[here.start : here.stop + 1])).tolist():
        uses = slice(lines.shared[here.start + i], lines.shared[here.start + i + 1])
        key = lines.rows[uses].tobytes() + lines.amounts[uses].tobytes()
        found[i] = numbers.setdefault(key, len(numbers) + 1)
    return found


def _spans(lines: Lines, here: slice) -> _Spans | None:
    task, place = np.unique(lines.task[here], return_inverse=True)
    ends = np.full((2, len(task)), -_EARLY)
    starts = np.full((2, len(task)), _EARLY)
    np.minimum.at(ends[0], place, lines.end[here])
    np.minimum.at(ends[1], place, lines.start[here])
    np.maximum.at(starts[0], place, lines.start[here])
    np.maximum.at(starts[1], place, lines.end[here])
    bit, free = np.full(len(task), -1), list[int]()
    again = np.flatnonzero(starts[0] >= ends[0])
    for t in again[np.argsort(ends[1, again], kind="stable")].tolist():
        # Those that share a bit never meet, from the first start of a task to its last end.
        ready = next((c for c, time in enumerate(free) if time <= ends[1, t]), len(free))
        if ready == _BITS:
            return None
        # Where one of no length is the last, another one may begin with it, and both be known at that moment.
        free[ready : ready + 1] = [max(int(starts[1, t]), int(starts[0, t]) + 1)]
        bit[t] = ready
    return _Spans(task[again], ends[0, again], starts[0, again], bit[again])


def _owners(rows: _Rows, spans: _Spans) -> Ints:
    """The task of each bit at each row that may have been before it, and may be after it: (rows, bits)."""
    owner = np.full((len(rows.start), int(spans.bit.max(initial=0)) + 1), -1)
    for t, first, last, bit in zip(*(column.tolist() for column in spans), strict=True):
        owner[(first <= rows.start) & (last >= rows.end) & (rows.task != t), bit] = t
    return owner


def _arcs(lines: Lines, here: slice, alike: Ints, low: Ints, moments: Ints) -> tuple[Ints, Ints]:
    """From which row to which, as rows that are reached and rows that they are reached from."""
    n, a = len(alike), here.start
    sizes = lines.before[here] - a - low
    i = np.repeat(np.arange(n), sizes)
    j = np.arange(len(i)) - np.repeat(starts_of(sizes)[:-1] - low, sizes)
    ready = lines.end[here][j] + _setups(lines, a + j, a + i)
    start, before = lines.start[here][i], np.where(alike < 0, _EARLY, lines.start[here][alike])[i]
    is_arc = (ready <= start) & (ready > before) & (lines.task[here][i] != lines.task[here][j])
    first = np.flatnonzero(alike < 0)
    place, moment = np.arange(n), n + np.arange(len(moments))
    target = [i[is_arc], first, n + np.searchsorted(moments, place, "right"), moment[1:]]
    source = [j[is_arc], n + np.searchsorted(moments, low[first]), place, moment[:-1]]
    return np.concatenate(target), np.concatenate(source)


def _setups(lines: Lines, i: Ints, j: Ints) -> Ints:
    """Milliseconds from the end at each of these places to the start at the other: (pairs,)."""
    needed = np.zeros(len(i), np.int64)
    asked = np.flatnonzero((lines.table_of[i] >= 0) & (lines.kind[i] >= 0) & (lines.kind[j] >= 0))
    i, j = i[asked], j[asked]
    needed[asked] = lines.tables[lines.table_of[i] + lines.kind[i] * lines.width[i] + lines.kind[j]]
    return needed


def _graph(
    rows: _Rows, spans: _Spans, owner: Ints, target: Ints, source: Ints, order: Ints, stays: Bools
) -> Graph:  # fmt: skip
    """The graph in one direction; stays (spans, rows): whether a task may come again after a row of its own."""
    by_target = np.argsort(target, kind="stable")
    target, source = target[by_target], source[by_target]
    owner, count = owner.copy(), len(rows.task)
    asks = np.zeros(count, np.int64)
    own = np.zeros(count, np.int64)
    for k, (t, bit) in enumerate(zip(spans.task.tolist(), spans.bit.tolist(), strict=True)):
        mine = rows.task == t
        asks[mine] = 1 << bit
        again = mine & stays[k]
        own[again] = 1 << bit
        owner[again, bit] = t
    keeps = np.zeros(len(target), np.int64)
    for bit in range(owner.shape[1]):
        known = owner[source, bit]
        is_kept = (known >= 0) & ((known == owner[target, bit]) | (known == rows.task[target]))
        keeps |= is_kept.astype(np.int64) << bit
    starts = starts_of(np.bincount(target, minlength=count))
    return Graph(order, starts, source, keeps, own, asks, owner, rows.task)
