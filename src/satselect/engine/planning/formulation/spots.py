"""Where each task may run: a spot for each opportunity that it fits into, as arrays."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np

from satselect.engine.limits import Limits
from satselect.engine.planning.model import Assignment, Opportunity, TimedTask
from satselect.engine.planning.problem import PlanProblem
from satselect.engine.planning.times import Horizon, milliseconds
from satselect.engine.problem.problem import ResourceKey
from satselect.engine.problem.rows import Floats, Ints, Rows
from satselect.engine.problem.task import Task

NEVER = -(1 << 60)
_SHARE = 0.4  # of the time left, for looking at tasks
_AT_ONCE = 64  # tasks between two looks at the clock


class Spot(NamedTuple):
    """A task on a satellite, starting between two times: whole milliseconds from the start of the horizon.

    `anchor` is where its opportunity begins, and `stay` the start that earns a bonus, or `NEVER`.
    """

    task: int
    satellite: str | None
    opportunity: Opportunity | None
    uses: Mapping[ResourceKey, int]
    anchor: int
    first: int
    last: int
    length: int
    worth: float
    stay: int


@dataclass(frozen=True, slots=True)
class Spots:
    """All spots, those of competing tasks by task, then the facts.

    Shapes: all (spots,); uses (rows of spots), resources numbered as in `keys`; worth float64, the others int64;
    `facts` of them at the end are facts. Tasks are numbered as in `tasks`, where those of facts stand behind; so many
    of the first ones were `seen`, the others competing ones have no spots.
    """

    tasks: Sequence[Task]
    keys: Sequence[ResourceKey]
    spots: Sequence[Spot]
    task: Ints
    uses: Rows
    anchor: Ints
    first: Ints
    last: Ints
    length: Ints
    worth: Floats
    stay: Ints
    facts: int
    seen: int

    def __len__(self) -> int:
        return len(self.spots)

    @property
    def competing(self) -> int:
        """How many spots are no facts: they stand first."""
        return len(self.spots) - self.facts


def spots_of(problem: PlanProblem, limits: Limits, most: int) -> Spots:
    """The spots of a problem, of as many tasks as there is time for, and not more than these, and its facts."""
    competing, seen = list[Spot](), 0
    share = limits.share(_SHARE)
    while seen < most and not share.is_over():
        some = problem.tasks[seen : min(seen + _AT_ONCE, most)]
        competing += [spot for i, task in enumerate(some, seen) for spot in _spots(problem, i, task)]
        seen += len(some)
    facts = [_fact(problem, len(problem.tasks) + i, one) for i, one in enumerate(problem.fixed)]
    spots = competing + facts
    keys = list(problem.supplies)
    numbers = {key: i for i, key in enumerate(keys)}
    rest = np.array([spot[4:8] + spot[9:] for spot in spots], np.int64).reshape(len(spots), 5)
    return Spots(
        tasks=[*problem.tasks, *(one.task for one in problem.fixed)],
        keys=keys,
        spots=spots,
        task=np.fromiter((spot.task for spot in spots), np.int64, len(spots)),
        uses=Rows.of([spot.uses for spot in spots], numbers),
        anchor=rest[:, 0],
        first=rest[:, 1],
        last=rest[:, 2],
        length=rest[:, 3],
        worth=np.fromiter((spot.worth for spot in spots), np.float64, len(spots)),
        stay=rest[:, 4],
        facts=len(facts),
        seen=seen,
    )


def _spots(problem: PlanProblem, i: int, task: Task) -> Iterator[Spot]:
    if not isinstance(task, TimedTask):
        yield from _whole_horizon(problem, i, task)
        return
    cache: dict[str, Mapping[ResourceKey, int] | None] = {}
    for one in task.opportunities:
        found = _between(problem.horizon, task, one)
        if found is None:
            continue
        if one.satellite not in cache:
            cache[one.satellite] = _fitting(problem, task, one.satellite)
        uses = cache[one.satellite]
        if uses is not None:
            worth = task.profit if one.profit is None else one.profit
            yield Spot(i, one.satellite, one, uses, *found, worth, _stay(problem, task, one))


def _fitting(problem: PlanProblem, task: Task, satellite: str | None) -> Mapping[ResourceKey, int] | None:
    uses = problem.uses(task, satellite)
    if uses is None or any(amount > problem.supplies[key].units for key, amount in uses.items()):
        return None
    return uses


def _whole_horizon(problem: PlanProblem, i: int, task: Task) -> Iterator[Spot]:
    places: Sequence[str | None] = [None] if problem.owned is None else list(task.satellites or problem.owned)
    kept = problem.kept.get(task)
    for satellite in places:
        if (uses := _fitting(problem, task, satellite)) is not None:
            stay = 0 if kept and kept.satellite == satellite else NEVER
            yield Spot(i, satellite, None, uses, 0, 0, 0, problem.horizon.length, task.profit, stay)


def _between(horizon: Horizon, task: TimedTask, one: Opportunity) -> tuple[int, int, int, int] | None:
    """Where its opportunity begins, the first and the last start, and its length; None if it fits nowhere."""
    start, end = one.start, one.end
    if task.window is not None:
        start, end = max(start, task.window[0]), min(end, task.window[1])
    anchor, stop = horizon.first_within(start), horizon.last_within(end)
    if task.duration is None:
        is_inside = 0 <= anchor <= stop <= horizon.length
        return (anchor, anchor, anchor, stop - anchor) if is_inside else None
    length = milliseconds(task.duration)
    first, last = max(anchor, 0), min(stop, horizon.length) - length
    return (anchor, first, last, length) if first <= last else None


def _stay(problem: PlanProblem, task: Task, one: Opportunity) -> int:
    kept = problem.kept.get(task)
    if kept is None or kept.start is None or kept.satellite != one.satellite:
        return NEVER
    return problem.horizon.first_within(kept.start)


def _fact(problem: PlanProblem, i: int, one: Assignment) -> Spot:
    uses = problem.uses(one.task, one.satellite)
    first, length = 0, problem.horizon.length
    if one.start is not None and one.end is not None:
        # Outward: a fact takes all the time that it touches.
        first = problem.horizon.last_within(one.start)
        length = problem.horizon.first_within(one.end) - first
    spot = one.opportunity or _own(one)
    worth = one.task.profit if one.opportunity is None or one.opportunity.profit is None else one.opportunity.profit
    return Spot(i, one.satellite, spot, uses or {}, first, first, first, length, worth, NEVER)


def _own(one: Assignment) -> Opportunity | None:
    """The opportunity that a fact had at least."""
    times: tuple[datetime | None, datetime | None] = one.start, one.end
    if times[0] is None or times[1] is None:
        return None
    return Opportunity(one.satellite or "any", times[0], times[1])
