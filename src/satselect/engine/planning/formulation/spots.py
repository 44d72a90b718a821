"""Where each task may run: a spot for each opportunity that it fits into, as arrays.

Tasks come in thousands, so what they say is read in blocks: an object is made for none of their opportunities.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from satselect.engine.planning.model import Assignment, Opportunity, TimedTask
from satselect.engine.planning.problem import PlanProblem
from satselect.engine.planning.times import microseconds, milliseconds
from satselect.engine.problem.problem import ResourceKey
from satselect.engine.problem.rows import Bools, Floats, Ints, Rows
from satselect.engine.problem.task import BYTES_OF_PROFIT, Task

NEVER = -(1 << 60)  # before any time, and far enough from what int64 holds that differences don't overflow
_AT_ONCE = 512  # tasks, whose arrays stay small
_NOWHERE = -1
_satellite = attrgetter("satellite")


@dataclass(frozen=True, slots=True)
class Spots:
    """All spots, those of competing tasks by task, then the facts: a task on a satellite, starting between two times.

    Shapes: all (spots,): task and place, numbered as in `tasks`, where those of facts stand behind, and in
    `satellites`; option, the number of the opportunity in its task, -1 without any and for facts; uses (rows of spots),
    resources numbered as in `keys`; whole milliseconds from the start of the horizon: anchor, where the opportunity
    begins, first and last start, length, stay, the start that earns a bonus, and planned, the one that is planned by
    now, both or `NEVER`; worth float64, the others int64. given (facts,): the opportunities of the facts, which stand
    at the end.
    """

    tasks: Sequence[Task]
    keys: Sequence[ResourceKey]
    satellites: Sequence[str | None]
    task: Ints
    place: Ints
    option: Ints
    uses: Rows
    anchor: Ints
    first: Ints
    last: Ints
    length: Ints
    worth: Floats
    stay: Ints
    planned: Ints
    given: Sequence[Opportunity | None]

    def __len__(self) -> int:
        return len(self.task)

    @property
    def facts(self) -> int:
        """How many spots are facts."""
        return len(self.given)

    @property
    def competing(self) -> int:
        """How many spots are no facts: they stand first."""
        return len(self) - self.facts

    def only(self, spots: Bools) -> "Spots":
        """These spots, (spots,), with all facts."""
        columns = "task", "place", "option", "anchor", "first", "last", "length", "worth", "stay", "planned"
        there = {name: getattr(self, name)[spots] for name in columns}
        return replace(self, uses=self.uses.take(np.flatnonzero(spots)), **there)

    def satellite(self, spot: int) -> str | None:
        """Where a spot is."""
        return self.satellites[int(self.place[spot])]

    def opportunity(self, spot: int) -> Opportunity | None:
        """The opportunity of a spot, if it has one."""
        if spot >= self.competing:
            return self.given[spot - self.competing]
        task, option = self.tasks[int(self.task[spot])], int(self.option[spot])
        return task.opportunities[option] if isinstance(task, TimedTask) else None


class _Block(NamedTuple):
    """Some spots; `pattern` numbers what they use. Shapes as those of `Spots`."""

    task: Ints
    place: Ints
    option: Ints
    pattern: Ints
    anchor: Ints
    first: Ints
    last: Ints
    length: Ints
    worth: Floats
    stay: Ints
    planned: Ints

    @classmethod
    def of(cls, spots: Sequence[tuple[float, ...]]) -> "_Block":
        """These spots."""
        columns = np.array(spots, np.int64).reshape(len(spots), 11).T
        worth = np.array([spot[8] for spot in spots], np.float64)  # the cast above cut off its fractions
        return cls(*columns[:8], worth, *columns[9:])  # type: ignore[call-arg]

    def take(self, places: Ints | Bools) -> "_Block":
        """These of them."""
        if places.dtype == np.bool_ and places.all():  # spares a copy of eleven columns
            return self
        return _Block(*(column[places] for column in self))  # type: ignore[arg-type]

    @classmethod
    def joined(cls, blocks: Sequence["_Block"]) -> "_Block":
        """All of these, one after the other."""
        some = [block for block in blocks if len(block.task)]
        if len(some) == 1:
            return some[0]
        return cls(*(np.concatenate(columns) for columns in zip(*blocks, strict=True)))


class _Numbers(dict[object, int]):
    """Numbers things as they come."""

    def __missing__(self, thing: object) -> int:
        self[thing] = number = len(self)
        return number


def spots_of(problem: PlanProblem) -> Spots:
    """The spots of a problem, and its facts."""
    reader, blocks = _Reader(problem), list[_Block]()
    for first in range(0, len(problem.tasks), _AT_ONCE):
        blocks.append(reader.read(list(enumerate(problem.tasks[first : first + _AT_ONCE], first))))
    blocks.append(reader.facts())  # last: their place alone tells facts from what competes
    every = _Block.joined(blocks)
    keys = list(problem.supplies)
    uses = Rows.of(reader.patterns, {key: i for i, key in enumerate(keys)})
    return Spots(
        tasks=[*problem.tasks, *(one.task for one in problem.fixed)],
        keys=keys,
        satellites=list(reader.places),  # type: ignore[arg-type]
        task=every.task,
        place=every.place,
        option=every.option,
        uses=uses.take(every.pattern),
        anchor=every.anchor,
        first=every.first,
        last=every.last,
        length=every.length,
        worth=every.worth,
        stay=every.stay,
        planned=every.planned,
        given=[one.opportunity or _own(one) for one in problem.fixed],
    )


class _Reader:
    """Reads tasks in blocks. `places` numbers satellites, `patterns` are the different things that spots use."""

    def __init__(self, problem: PlanProblem) -> None:
        self._problem, self._start = problem, microseconds(problem.horizon.start)
        self.places, self.patterns = _Numbers(), list[Mapping[ResourceKey, int]]()
        self._asked, self._known = _Numbers(), dict[tuple[int, int], int]()

    def read(self, tasks: Sequence[tuple[int, Task]]) -> _Block:
        """The spots of these tasks, each with its number, ascending."""
        timed = [(i, task) for i, task in tasks if isinstance(task, TimedTask)]
        found = self._timed([i for i, _ in timed], [task for _, task in timed])
        if len(timed) == len(tasks):
            return found
        rest = [spot for i, task in tasks if not task.is_timed for spot in self._untimed(i, task)]
        both = _Block.joined([found, _Block.of(rest)])
        return both.take(np.argsort(both.task, kind="stable"))  # `Spots` stand by task

    def facts(self) -> _Block:
        """The spots of facts. They take all the time that they touch."""
        return _Block.of([self._fact(i, one) for i, one in enumerate(self._problem.fixed, len(self._problem.tasks))])

    def _timed(self, numbers: list[int], tasks: list[TimedTask]) -> _Block:
        options = [one for task in tasks for one in task.opportunities]
        counts = np.array([len(task.opportunities) for task in tasks], np.int64)
        who = np.repeat(np.arange(len(tasks)), counts)
        place = np.fromiter(map(self.places.__getitem__, map(_satellite, options)), np.int64, len(options))
        profits = np.array([task.profit for task in tasks])[who]
        worth = [
            profit if one.profit is None else one.profit for one, profit in zip(options, profits.tolist(), strict=True)
        ]
        pattern = self._patterns(tasks, who, place)
        times = np.frombuffer(b"".join([task.spans for task in tasks]), np.int64).reshape(len(who), 2) - self._start
        # Inward: nothing is a millisecond outside of its opportunity.
        anchor, stop = -(-times[:, 0] // 1000), times[:, 1] // 1000
        asked = [-1 if task.duration is None else milliseconds(task.duration) for task in tasks]
        duration = np.array(asked, np.int64)[who]
        is_whole, end = duration < 0, self._problem.horizon.length
        first = np.where(is_whole, anchor, np.maximum(anchor, 0))
        last = np.where(is_whole, anchor, np.minimum(stop, end) - duration)
        length = np.where(is_whole, stop - anchor, duration)
        # Without a duration the whole opportunity has to lie in the horizon.
        is_inside = np.where(is_whole, (anchor >= 0) & (anchor <= stop) & (stop <= end), first <= last)
        option = np.arange(len(who)) - np.repeat(np.cumsum(counts) - counts, counts)
        number, earned = np.array(numbers, np.int64)[who], np.array(worth, np.float64)
        stay, planned = (
            self._starts(known, tasks, who, (place, option, length))
            for known in (self._problem.kept, self._problem.planned)
        )
        columns = (number, place, option, pattern, anchor, first, last, length, earned, stay, planned)
        return _Block(*columns).take(is_inside & (pattern >= 0))

    def _starts(
        self, known: Mapping[Task, Assignment], tasks: list[TimedTask], who: Ints, spots: tuple[Ints, Ints, Ints]
    ) -> Ints:
        """When each spot, told by its place, option and length, starts in what is known: (spots,), or `NEVER`."""
        if not known:
            return np.full(len(who), NEVER)
        (place, option, length), at = spots, self._at(known, tasks)[:, who]
        return np.where((at[0] == place) & np.where(at[2] < 0, at[3] == length, at[2] == option), at[1], NEVER)

    def _at(self, known: Mapping[Task, Assignment], tasks: list[TimedTask]) -> Ints:
        """Of each task the place, start, option, -1 where that opportunity is gone, and length known: (4, tasks)."""
        found, first_within = np.full((4, len(tasks)), NEVER), self._problem.horizon.first_within
        for i, task in enumerate(tasks):
            one = known.get(task)
            if one is not None and one.start is not None and one.end is not None:
                start, options = first_within(one.start), task.opportunities
                option = options.index(one.opportunity) if one.opportunity in options else -1
                found[:, i] = self.places[one.satellite], start, option, first_within(one.end) - start
        return found

    def _patterns(self, tasks: list[TimedTask], who: Ints, place: Ints) -> Ints:
        """What each task uses at each place: (n,), -1 where it lacks something."""
        asked = np.fromiter((self._asked[task.packed[BYTES_OF_PROFIT:]] for task in tasks), np.int64, len(tasks))
        wide = len(self.places)
        pairs, where, inverse = np.unique(asked[who] * wide + place, return_index=True, return_inverse=True)
        found = np.zeros(len(pairs), np.int64)
        satellites: list[str | None] = list(self.places)  # type: ignore[arg-type]
        for k, (pair, at) in enumerate(zip(pairs.tolist(), where.tolist(), strict=True)):
            key = divmod(pair, wide)
            if key not in self._known:
                self._known[key] = self._pattern(tasks[who[at]], satellites[key[1]])
            found[k] = self._known[key]
        return found[inverse]

    def _pattern(self, task: Task, satellite: str | None) -> int:
        uses = self._problem.uses(task, satellite)
        if uses is None or any(amount > self._problem.supplies[key].units for key, amount in uses.items()):
            return _NOWHERE
        self.patterns.append(uses)
        return len(self.patterns) - 1

    def _untimed(self, i: int, task: Task) -> list[tuple[float, ...]]:
        problem, found = self._problem, list[tuple[float, ...]]()
        places: Sequence[str | None] = [None] if problem.owned is None else list(task.satellites or problem.owned)
        # None is a place, too: without satellites everything runs there.
        at = [known[task].satellite if task in known else _NOWHERE for known in (problem.kept, problem.planned)]
        for satellite in places:
            pattern = self._pattern(task, satellite)
            stay, planned = (0 if one == satellite else NEVER for one in at)
            if pattern >= 0:
                place, length = self.places[satellite], problem.horizon.length
                found.append((i, place, -1, pattern, 0, 0, 0, length, task.profit, stay, planned))
        return found

    def _fact(self, i: int, one: Assignment) -> tuple[float, ...]:
        problem, first, length = self._problem, 0, self._problem.horizon.length
        if one.start is not None and one.end is not None:
            # Outward: a fact takes all the time that it touches.
            first = problem.horizon.last_within(one.start)
            length = problem.horizon.first_within(one.end) - first
        worth = one.task.profit if one.opportunity is None or one.opportunity.profit is None else one.opportunity.profit
        self.patterns.append(problem.uses(one.task, one.satellite) or {})
        place, pattern = self.places[one.satellite], len(self.patterns) - 1
        return i, place, -1, pattern, first, first, first, length, worth, NEVER, NEVER


def _own(one: Assignment) -> Opportunity | None:
    """The opportunity that a fact had at least."""
    times: tuple[datetime | None, datetime | None] = one.start, one.end
    if times[0] is None or times[1] is None:
        return None
    return Opportunity(one.satellite or "any", times[0], times[1])
