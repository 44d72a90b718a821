"""Tasks that wait, kept so that selecting among a million takes hardly longer than among ten thousand."""

from array import array
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from typing import cast

import numpy as np

from satselect.engine.buffer.head_index import Change, HeadIndex
from satselect.engine.buffer.near_columns import Columns
from satselect.engine.first_time import within
from satselect.engine.limits import Limits
from satselect.engine.packing.packing import Packing, pack
from satselect.engine.packing.presolve import Reduced, reduce
from satselect.engine.problem import validation
from satselect.engine.problem.errors import InvalidTaskError, UnknownTaskError
from satselect.engine.problem.problem import FEW, Problem, ResourceKey, check_satellites, tasks_of
from satselect.engine.problem.task import Task
from satselect.engine.relaxation.answer import Answer
from satselect.engine.relaxation.proof import Proof
from satselect.engine.result.assemble import assemble, dual_limit, dual_of, gaining
from satselect.engine.result.certificate import Beside
from satselect.engine.result.progress import silent
from satselect.engine.result.selection import Selection, certified
from satselect.engine.select import selected, selected_small
from satselect.engine.solve.dynamic_program import is_small
from satselect.engine.solve.solve import solve

_ANY = 1 << 62  # room for more tasks than there are
_WIDE = 32  # satellites for a task, with which all heads are selected from anew


class Buffer:
    """Tasks that compete again and again: the incremental form of `select`.

    Adding and removing a task costs a heap operation. Selecting looks only at the heads that may matter at the prices
    of earlier selections, and solves again only the parts that changed; at all of them as long as there are tasks that
    could run on more than 32 satellites. It earns what `select` earns on these tasks,
    and leaves the buffer as it is. Not for several threads at once.

    Args:
        capacities: units of each resource where it isn't 1; with satellites the units of what they share.
        satellites: the units of each resource that each satellite owns, by name.

    >>> buffer = Buffer({"disk": 2})
    >>> for profit in (1, 2, 3):
    ...     buffer.add(Task(f"worth {profit}", ["disk"], profit=profit))
    >>> buffer.select().profit, len(buffer)
    (5.0, 3)
    """

    def __init__(
        self,
        capacities: Mapping[str, int] | None = None,
        satellites: Mapping[str, Mapping[str, int]] | None = None,
    ) -> None:
        empty = Problem.of((), capacities, satellites)
        self._satellites = empty.satellites
        self._known = frozenset(empty.satellites or ())
        self._places = {name: place for place, name in enumerate(empty.satellites or ())}
        self._given = dict(capacities or {})
        self._capacities = dict(empty.capacities)  # grows with the names that tasks bring
        self._numbers = {key: i for i, key in enumerate(self._capacities)}
        self._index = HeadIndex(self._signature, self._room)
        self._columns = Columns()
        self._slots: dict[Task, tuple[int, ...]] = {}  # of each head; none for a task that uses nothing
        self._heads: dict[int, Task] = {}  # in each slot
        self._free: dict[Task, None] = {}
        self._answers: dict[Hashable, Answer] = {}
        self._totals = _totals(self._given, self._satellites)
        self._heads_apart: dict[Task, None] = {}  # with too many satellites to choose from

    def __len__(self) -> int:
        return len(self._index)

    def __contains__(self, task: object) -> bool:
        return isinstance(task, Task) and task in self._index

    def __iter__(self) -> Iterator[Task]:
        """All tasks, oldest first."""
        return iter(self._index)

    def add(self, task: Task) -> None:
        """Adds a task; it is younger than those already there.

        Raises:
            InvalidTaskError: it is no task, is there already, or names a satellite that isn't there.
        """
        if type(task) is not Task:
            tasks_of([task])
        if task in self._index:
            raise InvalidTaskError(task=task.name, field="task", why="is there already")
        if self._satellites is None:
            for name in task.resources:
                if name not in self._capacities:
                    self._numbers[name] = len(self._capacities)
                    self._capacities[name] = self._given.get(name, 1)
        else:
            check_satellites([task], self._known)
        self._apply(self._index.add(task))

    def remove(self, task: Task) -> None:
        """Removes a task.

        Raises:
            UnknownTaskError: it isn't there.
        """
        if task not in self:
            raise UnknownTaskError(task)
        self._apply(self._index.remove(task))

    def select(self, *, time_limit: float | None = None) -> Selection:
        """The selection of the buffered tasks that earns most; see `satselect.select`.

        Its `buffered` is read from the buffer when it is first asked for.
        """
        validation.seconds("time_limit", time_limit)
        if len(self) <= FEW and not self._columns.has_far and is_small(self._problem()):
            found = self._selected(Limits.within(time_limit))
        else:
            found = within(self._selected, time_limit, count=len(self._slots) + len(self._heads_apart))
        return replace(found, _time_limit=time_limit)

    def _selected(self, limits: Limits) -> Selection:
        if self._heads_apart:
            everything = [*self._slots, *self._heads_apart]  # also those that use nothing
            everything += self._behind(everything).values()  # no heads, but prices are theirs, too
            problem = Problem(sorted(everything, key=self._index.age), self._capacities, self._satellites)
            return replace(selected(problem, limits), _given=self)
        while True:
            problem = self._problem()
            if is_small(problem) and not self._columns.has_far:
                behind = self._behind(problem.tasks)
                return selected_small(problem, self, [(i, task.profit) for i, task in behind.items()])
            packing = pack(problem)
            reduced = reduce(packing)
            answers = self._solved(problem, reduced, limits)
            prices, loss = dual_of(packing, reduced, answers)
            seen = self._columns.near
            if self._columns.are_settled(prices, np.array(list(self._capacities.values()), np.float64), loss):
                found = assemble(packing, reduced, answers, self._beside(packing, reduced, answers))
                return certified(problem, found, selected, self)
            if limits.is_over():  # no time to look at more of them, but what they gain at most is known
                # Weak duality again: whatever is selected earns at most what the prices prove of the columns seen, and
                # what the others gain at them.
                limit = dual_limit(packing, reduced, answers) + Fraction(self._columns.gained(beside=seen))
                found = assemble(packing, reduced, answers)._replace(limit=limit, proof=Proof.DUALITY)
                return certified(problem, found, selected, self)

    def _behind(self, tasks: Sequence[Task]) -> dict[int, Task]:
        """The best task behind these heads of each signature, by the number of the first of them."""
        if len(self) == len(self._slots) + len(self._heads_apart):
            return {}  # all are heads
        found: dict[Task, int] = {}
        for i, task in enumerate(tasks):
            behind = self._index.behind(task)
            if behind is not None:
                found.setdefault(behind, i)
        return {i: task for task, i in found.items()}

    def _beside(self, packing: Packing, reduced: Reduced, answers: Sequence[Answer]) -> Beside:
        """Of the tasks that rest those that may gain at the prices of these answers."""
        if len(self) == len(self._slots):
            return ()
        some = gaining(packing, reduced, answers)
        behind = self._behind([packing.tasks[i] for i in some])
        return [(some[i], task.profit) for i, task in behind.items()]

    def _problem(self) -> Problem:
        """The tasks that may matter, oldest first."""
        near = {self._heads[slot] for slot in self._columns.near}
        return Problem(sorted(near | self._free.keys(), key=self._index.age), self._capacities, self._satellites)

    def _solved(self, problem: Problem, reduced: Reduced, limits: Limits) -> list[Answer]:
        """An answer per part; parts that are what they were have the answer that they had."""
        ages = np.fromiter(map(self._index.age, problem.tasks), np.int64, len(problem.tasks))
        known, self._answers = self._answers, {}
        answers = []
        for part in reduced.parts:
            # What a task uses never changes, nor does what there is: so the same tasks on the same satellites, counted
            # in the same units, are the same part.
            key = reduced.units.exponent, ages[part.tasks].tobytes(), part.places.tobytes()
            answer = known.get(key) or solve(part, limits, silent)
            # Only what is proven: what was cut short may be better with more time.
            if answer.is_optimal:
                self._answers[key] = answer
            answers.append(answer)
        return answers

    def _apply(self, change: Change) -> None:
        if change.left in self._heads_apart:
            del self._heads_apart[change.left]
        elif change.left:
            self._free.pop(change.left, None)
            for slot in self._slots.pop(change.left):
                self._columns.drop(slot)
                del self._heads[slot]
        if change.entered and self._has_wide_choice(change.entered):
            self._heads_apart[change.entered] = None
        elif change.entered:
            candidates = self._uses(change.entered)
            if not all(candidates):
                self._free[change.entered] = None
                candidates = []
            slots = [self._put(change.entered, uses) for uses in candidates]
            self._slots[change.entered] = tuple(slot for slot in slots if slot is not None)

    def _put(self, task: Task, uses: Mapping[ResourceKey, int]) -> int | None:
        """The slot of a candidate; None if it doesn't fit."""
        numbers, size = {}, 0.0
        for key, amount in uses.items():
            capacity = self._capacities[key]
            if amount > capacity:
                return None
            numbers[self._numbers[key]] = amount
            size += amount / capacity
        slot = self._columns.put(numbers, task.profit, size)
        self._heads[slot] = task
        return slot

    def _uses(self, task: Task) -> list[Mapping[ResourceKey, int]]:
        """What each candidate of a task uses."""
        if self._satellites is None:
            return [cast("Mapping[ResourceKey, int]", task.resources)]
        return [uses for _, uses in Problem((), self._capacities, self._satellites).alternatives(task)]

    def _has_wide_choice(self, task: Task) -> bool:
        """Whether its candidates are too many to be listed one by one."""
        return self._satellites is not None and len(task.satellites or self._satellites) > _WIDE

    def _signature(self, task: Task) -> Hashable:
        if self._satellites is not None:
            places = task.satellites and sorted(map(self._places.__getitem__, task.satellites))
            return frozenset(task.resources.items()), places and array(
                "i", places
            ).tobytes()  # a set takes 16 times that
        amounts, numbers = task.resources, self._numbers
        if set(amounts.values()) <= {1}:
            return array("i", sorted([numbers[name] for name in amounts])).tobytes()
        uses = sorted((numbers[name], amount) for name, amount in amounts.items())
        return array("q", chain.from_iterable(uses)).tobytes()

    def _room(self, task: Task) -> int:
        """How many tasks like this one fit together, or more; any number of those that use nothing."""
        if self._has_wide_choice(task):
            return min((self._totals.get(name, 0) // n for name, n in task.resources.items()), default=_ANY)
        capacities = self._capacities
        return sum(
            min([capacities[key] // amount for key, amount in uses.items()], default=_ANY) for uses in self._uses(task)
        )


def _totals(shared: Mapping[str, int], satellites: Mapping[str, Mapping[str, int]] | None) -> dict[str, int]:
    """What there is of each resource by name, on all satellites together."""
    totals = dict(shared)
    for owned in (satellites or {}).values():
        for name, units in owned.items():
            totals[name] = totals.get(name, 0) + units
    return totals
