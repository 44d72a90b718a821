"""A plan as a packing: timelines said by cliques, so that the engine selects among candidates as among tasks."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from satselect.engine.limits import Limits
from satselect.engine.packing.part import Part
from satselect.engine.packing.presolve import Columns, parts_of, whole_part
from satselect.engine.problem.rows import Bools, Floats, Ints, Rows, starts_of
from satselect.engine.problem.units import Units, to_units
from satselect.engine.timeline.cliques import interval_rows, pair_rows
from satselect.engine.timeline.form import SharedRows, TimelineProblem

_TASKS_PER_CANDIDATE = 4  # of a timeline, up to which room for all tasks takes less than to number its own


@dataclass(frozen=True, slots=True)
class PackedPlan:
    """Columns and what they use.

    Shapes: rows (columns of the form), numbered as all rows: the shared ones, then those of timelines; capacities
    (all rows,); line_rows (rows of timelines,): the timeline of each, and moments, (rows of timelines, 2), when it
    counts; free (n,): columns that conflict with nothing; alternatives (n,): those that compete, one for each use that
    a task may make.
    """

    form: TimelineProblem
    rows: Rows
    capacities: Ints
    line_rows: Ints
    moments: Ints
    free: Ints
    alternatives: Ints

    def parts(self, worths: Floats) -> tuple[Units, list[Part]]:
        """The alternatives in parts that don't touch each other; worths (columns of the form,)."""
        columns = self._columns(worths)
        return columns.units, list(parts_of(columns))

    def whole(self, worths: Floats) -> tuple[Units, Part]:
        """The alternatives, of which there is one, as one part; worths (columns of the form,)."""
        columns = self._columns(worths)
        return columns.units, whole_part(columns)

    def _columns(self, worths: Floats) -> Columns:
        some = self.alternatives
        nowhere = np.full(len(some), -1)
        rows, units = self.rows.take(some), to_units(worths[some])
        return Columns.of(rows, self.capacities, units, worths[some], some, self.form.task[some], nowhere)


def pack_plan(form: TimelineProblem, limits: Limits | None = None) -> PackedPlan:
    """The form as a packing: one row at most for each end on each timeline.

    Raises:
        OutOfTime: the limits were too short for it.
    """
    lines, line_rows, moments = _line_rows(form, limits)
    every = SharedRows(
        starts_of(np.concatenate((np.diff(form.rows.starts), np.diff(lines.starts)))),
        np.concatenate((form.rows.candidates, lines.candidates)),
        np.concatenate((form.rows.amounts, lines.amounts)),
        np.concatenate((form.rows.capacities, lines.capacities)),
    )
    owners, order = every.owners, np.argsort(every.candidates, kind="stable")
    sizes = np.bincount(every.candidates, minlength=len(form))
    rows = Rows(starts_of(sizes), owners[order], every.amounts[order])
    is_out = _are_dominated(form, rows)
    is_out[every.candidates[every.amounts > every.capacities[owners]]] = True  # not even alone
    rows, more = _with_choices(form, rows, is_out, len(every))
    left = np.flatnonzero(~is_out)
    is_free = rows.sizes[left] == 0
    capacities = np.concatenate((every.capacities, np.ones(more, np.int64)))
    return PackedPlan(form, rows, capacities, line_rows, moments, left[is_free], left[~is_free])


def _with_choices(form: TimelineProblem, rows: Rows, is_out: Bools, count: int) -> tuple[Rows, int]:
    """The rows, and one more for each task that may use nothing but earns more where it uses something; how many.

    Drops what uses something and earns no more than where it uses nothing.
    """
    is_empty = (rows.sizes == 0) & ~is_out
    most = np.full(int(form.task.max(initial=0)) + 1, -1)  # below any profit, where a task can't go without
    most[form.task[is_empty]] = form.value[is_empty]
    is_out |= ~is_empty & (form.value <= most[form.task])
    is_choice = ~is_out & (most[form.task] >= 0)
    # A task with one way left needs no row to be taken once.
    several = np.bincount(form.task[is_choice], minlength=len(most)) > 1
    is_choice &= several[form.task]
    if not is_choice.any():
        return rows, 0
    number = count + np.cumsum(several) - 1
    ends = rows.starts[1:][is_choice]
    return Rows(
        starts_of(rows.sizes + is_choice),
        np.insert(rows.resources, ends, number[form.task[is_choice]]),
        np.insert(rows.amounts, ends, 1),
    ), int(several.sum())


def _line_rows(form: TimelineProblem, limits: Limits | None) -> tuple[SharedRows, Ints, Ints]:
    sizes, members, numbers = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for line, who in _by_line(form):
        table = form.setups[line]
        start, end, task = form.start[who], form.end[who], form.task[who]
        if task.max(initial=0) > _TASKS_PER_CANDIDATE * len(who):
            task = np.unique(task, return_inverse=True)[1]
        if table is None:
            starts, some = interval_rows(start, end, np.ones(len(who), np.int64), task, 1, limits)
        else:
            starts, some = pair_rows(start, end, task, form.kind[who], table, limits)
        sizes.append(np.diff(starts))
        members.append(who[some])
        numbers.append(np.full(len(starts) - 1, line))
    starts, who = starts_of(np.concatenate(sizes)), np.concatenate(members)
    rows = SharedRows(starts, who, np.ones(len(who), np.int64), np.ones(len(starts) - 1, np.int64))
    if not len(rows):
        return rows, np.concatenate(numbers), np.zeros((0, 2), np.int64)
    # All of a clique hold the timeline between the latest start and the first end, or, where transitions part them,
    # from the first end to the latest start.
    latest, first = np.maximum.reduceat(form.start[who], starts[:-1]), np.minimum.reduceat(form.end[who], starts[:-1])
    moments = np.stack((np.minimum(latest, first), np.maximum(latest, first)), axis=1)
    return rows, np.concatenate(numbers), moments


def _by_line(form: TimelineProblem) -> Iterator[tuple[int, Ints]]:
    """Each timeline, and its candidates by start."""
    order = np.lexsort((form.end, form.start, form.line))
    bounds = np.searchsorted(form.line[order], np.arange(len(form.setups) + 1))
    for line, (a, b) in enumerate(pairwise(bounds.tolist())):
        yield line, order[a:b]


def _are_dominated(form: TimelineProblem, rows: Rows) -> Bools:
    """Which columns use what another one of the same task uses, and earn no more: (columns,)."""
    # A sum of random numbers for each candidate's uses: equal uses have equal sums, so sorting brings them together;
    # that they are equal is looked at all the same.
    noise = _noise(int(rows.resources.max(initial=0)).bit_length())
    terms = starts_of(noise[rows.resources] * rows.amounts)
    code = terms[rows.starts[1:]] - terms[rows.starts[:-1]]
    order = np.lexsort((-form.value, code, form.task))
    is_same = (np.diff(form.task[order]) == 0) & (np.diff(code[order]) == 0)
    is_dominated = np.zeros(len(form), np.bool_)
    best = 0
    for place in np.flatnonzero(is_same).tolist():
        if not is_dominated[order[place]]:
            best = order[place]
        other = order[place + 1]
        is_dominated[other] = _equal(rows, best, other)
    return is_dominated


@lru_cache(maxsize=2)
def _noise(bits: int) -> Ints:
    """A number that says nothing for each of so many, (2 ** bits,)."""
    # SplitMix64, written out: numpy's generators take longer to load than a small plan takes.
    numbers = np.arange(1, (1 << bits) + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)  # what overflows is cut
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        numbers = (numbers ^ (numbers >> np.uint64(shift))) * np.uint64(factor)
    return ((numbers ^ (numbers >> np.uint64(31))) >> np.uint64(2)).astype(np.int64)


def _equal(rows: Rows, a: int, b: int) -> bool:
    one, other = slice(rows.starts[a], rows.starts[a + 1]), slice(rows.starts[b], rows.starts[b + 1])
    same = np.array_equal(rows.resources[one], rows.resources[other])
    return same and np.array_equal(rows.amounts[one], rows.amounts[other])
