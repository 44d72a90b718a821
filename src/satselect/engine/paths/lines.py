"""A plan's candidates in the order of their timelines, ready for compiled code."""

from typing import NamedTuple

import numpy as np

from satselect.engine.problem.rows import Bools, Ints, starts_of
from satselect.engine.timeline.form import TimelineProblem


class Lines(NamedTuple):
    """Candidates at places: line after line, each by (end, start, rank). What is on no timeline has one of its own.

    Shapes: bounds (lines + 1,): the places of each line; who (n,): the candidate at each place. Of each place, (n,):
    first, the first place of its line; start, end, value, task; kind, its row in the setups of its line; before: what
    may come before it lies below this place, and what lies below `sure` may for certain; by_start: places, line after
    line, by (start, end); after and late: the same for what may follow, as indices of by_start. table_of (n,): where
    the setups of its line begin in `tables`, -1 without any, and width (n,): how many kinds they have. shared (n + 1,):
    where the shared rows of each place begin in `rows` and `amounts`; room (rows,): their capacities. places_of
    (tasks + 1,): where the places of each task begin in `places`, and members_of (rows + 1,) those of each row in
    `members`. repeats (n,): whether its task has several places on
    its line.
    """

    bounds: Ints
    who: Ints
    first: Ints
    start: Ints
    end: Ints
    value: Ints
    task: Ints
    kind: Ints
    before: Ints
    sure: Ints
    by_start: Ints
    after: Ints
    late: Ints
    table_of: Ints
    width: Ints
    tables: Ints
    shared: Ints
    rows: Ints
    amounts: Ints
    room: Ints
    places_of: Ints
    places: Ints
    members_of: Ints
    members: Ints
    repeats: Bools


def lines_of(problem: TimelineProblem, who: Ints) -> Lines:
    """These candidates of the problem, (n,), as lines. Tasks and shared rows keep their numbers.

    Rows that these candidates can't fill are left out of what each place lists.
    """
    line = problem.line[who].copy()
    alone = line < 0
    line[alone] = len(problem.setups) + np.arange(int(alone.sum()))
    order = np.lexsort((who, problem.ranks()[who], problem.start[who], problem.end[who], line))
    who, line = who[order], line[order]
    start, end = problem.start[who], problem.end[who]
    heads = np.flatnonzero(np.diff(line, prepend=-1))
    bounds = np.append(heads, len(who))
    first = np.repeat(heads, np.diff(bounds))
    by_start = np.lexsort((np.arange(len(who)), end, start, line))
    table_of, width, tables, longest = _tables(problem, line)
    kind = np.where(table_of >= 0, problem.kind[who], -1)
    setup_to, setup_from = _longest(longest, line, kind)
    before, sure, after, late = _near(bounds, start, end, by_start, setup_to, setup_from)
    shared, rows, amounts = _shared(problem, who)
    task = problem.task[who]
    places = np.argsort(task, kind="stable")
    key = task * (int(line.max(initial=0)) + 1) + line
    _, inverse, counts = np.unique(key, return_inverse=True, return_counts=True)
    return Lines(
        bounds, who, first, start, end, problem.value[who], task, kind, before, sure, by_start,
        after, late, table_of, width, tables, shared, rows, amounts, problem.rows.capacities,
        starts_of(np.bincount(task, minlength=int(problem.task.max(initial=-1)) + 1)), places,
        starts_of(np.bincount(rows, minlength=len(problem.rows))),
        np.repeat(np.arange(len(who)), np.diff(shared))[np.argsort(rows, kind="stable")], counts[inverse] > 1,
    )  # fmt: skip


def _near(
    bounds: Ints, start: Ints, end: Ints, by_start: Ints, to: Ints, away: Ints
) -> tuple[Ints, Ints, Ints, Ints]:  # fmt: skip
    """`before`, `sure`, `after` and `late` of lines, with the longest setup to and from each place, (n,)."""
    before, sure, after, late = np.empty((4, len(start)), np.int64)
    place = np.arange(len(start))
    before[:], sure[:], after[:], late[:] = place, place, place + 1, place + 1
    several = np.flatnonzero(np.diff(bounds) > 1)  # what is alone on its line has nothing to come before or after
    for a, b in zip(bounds[several].tolist(), bounds[several + 1].tolist(), strict=True):
        here, starts = slice(a, b), start[by_start[a:b]]
        before[here] = a + np.searchsorted(end[here], start[here], "right")
        sure[here] = a + np.searchsorted(end[here], start[here] - to[here], "right")
        after[here] = a + np.searchsorted(starts, end[here], "left")
        late[here] = a + np.searchsorted(starts, end[here] + away[here], "left")
    rank = np.empty_like(place)
    rank[by_start] = place
    # One of no length ends when it begins, and would come before itself; of those at one moment the lower comes first.
    np.minimum(before, place, out=before)
    np.maximum(after, rank + 1, out=after)
    return before, np.minimum(sure, before), after, np.maximum(late, after)


def _tables(problem: TimelineProblem, line: Ints) -> tuple[Ints, Ints, Ints, dict[int, Ints]]:
    """Where the setups of each place begin, how wide they are, the setups one after the other, and by line."""
    there = {number: table for number, table in enumerate(problem.setups) if table is not None and table.size}
    starts, widths = np.full(int(line.max(initial=0)) + 1, -1), np.zeros(int(line.max(initial=0)) + 1, np.int64)
    size, parts = 0, [np.zeros(0, np.int64)]
    for number, table in there.items():
        if number < len(starts):
            starts[number], widths[number] = size, len(table)
            size += table.size
            parts.append(np.ascontiguousarray(table).ravel())
    return starts[line], widths[line], np.concatenate(parts), there


def _longest(tables: dict[int, Ints], line: Ints, kind: Ints) -> tuple[Ints, Ints]:
    """The longest setup to each place, and from each place: (n,) each."""
    to, away = np.zeros(len(line), np.int64), np.zeros(len(line), np.int64)
    for number, table in tables.items():
        here = np.flatnonzero((line == number) & (kind >= 0))
        to[here], away[here] = table.max(axis=0)[kind[here]], table.max(axis=1)[kind[here]]
    return to, away


def _shared(problem: TimelineProblem, who: Ints) -> tuple[Ints, Ints, Ints]:
    """Where the shared rows of each place begin, these rows, and the amounts; none of rows that can't be filled."""
    given = problem.rows
    place = np.full(len(problem), -1)
    place[who] = np.arange(len(who))
    owners = given.owners
    is_here = place[given.candidates] >= 0
    sums = np.bincount(owners[is_here], weights=given.amounts[is_here].astype(np.float64), minlength=len(given))
    # A hair below, since floats are summed: a row too many costs a little time, one too few would be a wrong plan.
    is_here &= (sums > given.capacities * (1 - 1e-9))[owners]
    at = place[given.candidates[is_here]]
    order = np.argsort(at, kind="stable")
    shared = starts_of(np.bincount(at, minlength=len(who)))
    return shared, owners[is_here][order], given.amounts[is_here][order]
