"""The heads of tasks that come and go: an index that is updated, never rebuilt.

Tasks with the same signature compete only with each other, and of one signature only as many fit together as it has
room for. Those are its heads; the others rest in a heap, and the best of them takes the place of a head that leaves.
"""

from bisect import insort
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from satselect.engine.problem.task import Task

_Entry = tuple[float, int, Task]  # minus the profit, age, task: the smallest is the best


@dataclass(slots=True)
class _Group:
    """The tasks of one signature: heads, best first, and a heap of the others, in which removed ones linger."""

    room: int
    heads: list[_Entry]
    resting: list[_Entry] = field(default_factory=list)


class Change(NamedTuple):
    """What adding or removing a task did to the heads."""

    entered: Task | None = None
    left: Task | None = None


class HeadIndex:
    """Which tasks are heads.

    Args:
        key: a task's signature.
        room: how many tasks like this one fit together.
    """

    def __init__(self, key: Callable[[Task], Hashable], room: Callable[[Task], int]) -> None:
        self._key, self._room = key, room
        self._groups: dict[Hashable, _Group | Task] = {}  # a task alone: a group with room for one, and nobody resting
        self._ages: dict[Task, int] = {}
        self._next_age = 0

    def __len__(self) -> int:
        return len(self._ages)

    def __contains__(self, task: object) -> bool:
        return task in self._ages

    def __iter__(self) -> Iterator[Task]:
        """All tasks, oldest first."""
        return iter(self._ages)

    @property
    def age(self) -> Callable[[Task], int]:
        """Of a task a number, the smaller the older it is; each selection asks it of every head, without Python."""
        return self._ages.__getitem__

    def add(self, task: Task) -> Change:
        """Adds a task that isn't there yet."""
        age = self._ages[task] = self._next_age
        self._next_age += 1
        key, room = self._key(task), self._room(task)
        group = self._groups.get(key)
        if group is None and room == 1:
            self._groups[key] = task
            return Change(entered=task)
        group = self._groups[key] = self._opened(group, room)
        entry = (-task.profit, age, task)
        if len(group.heads) < room:
            insort(group.heads, entry)
            return Change(entered=task)
        if not group.heads or entry > group.heads[-1]:
            heappush(group.resting, entry)
            return Change()
        worst = group.heads.pop()
        heappush(group.resting, worst)
        insort(group.heads, entry)
        return Change(entered=task, left=worst[2])

    def remove(self, task: Task) -> Change:
        """Removes a task that is there."""
        key, age = self._key(task), self._ages.pop(task)
        group = self._groups[key]
        if isinstance(group, Task):
            del self._groups[key]
            return Change(left=task)
        entry = (-task.profit, age, task)
        if entry not in group.heads:
            # It rests in the heap until it comes up, or is swept out: to look for it would take as long as the heap is.
            self._sweep(group)
            return Change()
        group.heads.remove(entry)
        successor = self._next(group)
        if successor:
            # Invariant: nobody who rests is better than a head. So the best of them goes behind the others, which stay
            # sorted.
            group.heads.append(successor)
        elif not group.heads:
            del self._groups[key]
        return Change(entered=successor and successor[2], left=task)

    def behind(self, task: Task) -> Task | None:
        """The best of the tasks that rest behind a head, and would take its place."""
        group = self._groups[self._key(task)]
        return None if isinstance(group, Task) else self._first(group)

    def _opened(self, group: _Group | Task | None, room: int) -> _Group:
        if isinstance(group, Task):
            return _Group(room, [(-group.profit, self._ages[group], group)])
        return group or _Group(room, [])

    def _next(self, group: _Group) -> _Entry | None:
        """Takes the best task that rests."""
        return None if self._first(group) is None else heappop(group.resting)

    def _first(self, group: _Group) -> Task | None:
        """The best task that rests."""
        while group.resting:
            _, age, task = group.resting[0]
            # A task that was removed and added again has another age: the old entry is no longer it.
            if self._ages.get(task) == age:
                return task
            heappop(group.resting)
        return None

    def _sweep(self, group: _Group) -> None:
        """Throws the removed tasks out of a heap once they may be the greater part of it."""
        # By then more than half of the heap is dead, so each task that was removed pays for one step of this.
        if len(group.resting) > 2 * len(self._ages) + 16:
            group.resting = [entry for entry in group.resting if self._ages.get(entry[2]) == entry[1]]
            heapify(group.resting)
