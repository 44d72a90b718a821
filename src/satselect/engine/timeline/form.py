"""A plan as arrays: candidates on timelines, and the rows that they share."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from satselect.engine.problem.rows import Ints, starts_of
from satselect.engine.problem.units import Units
from satselect.engine.timeline.stretches import Stretch, Stretches

_MOST = 0.5  # of all candidates
Listed = tuple[int, Stretch]
"""A stretch, and the number of the stretches that it is one of."""


@dataclass(frozen=True, slots=True)
class SharedRows:
    """Sums that must not pass a capacity: row `r` has `amounts` of `candidates`, both from `starts[r]` to the next.

    Shapes: starts (rows + 1,), candidates (nonzeros,), amounts (nonzeros,) >= 1, capacities (rows,) >= 0, all int64.
    """

    starts: Ints
    candidates: Ints
    amounts: Ints
    capacities: Ints

    @classmethod
    def of(cls, rows: Sequence[tuple[Ints, Ints, int]]) -> "SharedRows":
        """Rows of candidates, their amounts, and a capacity."""
        empty = [np.zeros(0, np.int64)]
        return cls(
            starts_of(np.array([len(candidates) for candidates, _, _ in rows], np.int64)),
            np.concatenate(empty + [candidates for candidates, _, _ in rows]),
            np.concatenate(empty + [amounts for _, amounts, _ in rows]),
            np.array([capacity for _, _, capacity in rows], np.int64),
        )

    def __len__(self) -> int:
        return len(self.capacities)

    def joined(self, other: "SharedRows") -> "SharedRows":
        """These, and the other ones behind them."""
        return SharedRows(
            np.concatenate((self.starts, self.starts[-1] + other.starts[1:])),
            np.concatenate((self.candidates, other.candidates)),
            np.concatenate((self.amounts, other.amounts)),
            np.concatenate((self.capacities, other.capacities)),
        )

    @property
    def owners(self) -> Ints:
        """The row of each nonzero: (nonzeros,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))


@dataclass(frozen=True, slots=True)
class TimelineProblem:
    """Candidates: pieces of work at a fixed time, of which at most one is taken of each task.

    On a timeline (a satellite's camera, an antenna) one thing happens at a time: a candidate may follow another if it
    starts no earlier than the other ends plus the setup between their kinds. That relation is transitive. A candidate
    of no length conflicts with what it lies strictly inside of, and touches what begins or ends with it.

    Times are whole milliseconds from the start of the horizon and may be negative; profits whole `units`.

    Shapes: line (n,), the timeline of each candidate, -1 if it is on none; start, end (n,), where the end holds the
    turnaround; value (n,) units; task (n,), ascending; kind (n,), its row and column in the setups of its line; all
    int64. setups (lines,): of each timeline None, or (kinds, kinds) int64 milliseconds from the end of an earlier to
    the start of a later one. rows: all that is not said by timelines and tasks, but for what `stretches` say.
    """

    line: Ints
    start: Ints
    end: Ints
    value: Ints
    task: Ints
    kind: Ints
    setups: Sequence[Ints | None]
    rows: SharedRows
    units: Units
    stretches: Sequence[Stretches] = ()

    def __len__(self) -> int:
        return len(self.value)

    def ranks(self) -> Ints:
        """Of candidates of no length at one moment of a timeline the one with the lower rank comes first: (n,).

        A setup may be needed one way only. Who may follow more kinds at once comes later: what may follow what is
        transitive, so of two that fit together in one order alone the later one follows all that the other does.
        """
        ranks = np.zeros(len(self), np.int64)
        at_once = np.flatnonzero((self.start == self.end) & (self.line >= 0) & (self.kind >= 0))
        for line in np.unique(self.line[at_once]).tolist():
            table = self.setups[line]
            if table is not None and table.size:
                here = at_once[self.line[at_once] == line]
                ranks[here] = ((table <= 0) | np.eye(len(table), dtype=np.bool_)).sum(axis=0)[self.kind[here]]
        return ranks

    @property
    def has_setups(self) -> bool:
        """Whether a timeline has some."""
        return any(table is not None for table in self.setups)

    @property
    def moves(self) -> bool:
        """Whether most candidates are another start of the one before them: such overlap it on the same timeline."""
        order = np.lexsort((self.start, self.line, self.task))
        task, line, start, end = (each[order] for each in (self.task, self.line, self.start, self.end))
        is_same = (task[1:] == task[:-1]) & (line[1:] == line[:-1]) & (line[1:] >= 0)
        return bool((is_same & (start[1:] < end[:-1])).mean() > _MOST) if len(order) > 1 else False

    def passed(self, chosen: Ints) -> list[Listed]:
        """The stretches that these candidates, (chosen,), pass most: of no others there is anything to say."""
        members = [np.isin(some.candidates, chosen) for some in self.stretches]
        found = zip(self.stretches, members, strict=True)
        return [(number, one) for number, (some, here) in enumerate(found) for one in some.passed(here)]

    def listing(self, found: Sequence[Listed]) -> "TimelineProblem":
        """The same with these stretches as rows, too, behind those that there are."""
        rows = [self.stretches[number].row(stretch) for number, stretch in found]
        return replace(self, rows=self.rows.joined(SharedRows.of(rows)))
