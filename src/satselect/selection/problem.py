"""What is asked: tasks, what they use, what they are worth, and how much of each resource there is."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from numbers import Integral, Real
from operator import attrgetter
from types import MappingProxyType
from typing import Self, TypeGuard

from satselect.selection.errors import InvalidCapacityError, InvalidTaskError

MAX_AMOUNT = 10**12
"""The largest amount and capacity: sums of millions of them stay exact in 64 bits."""


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Task:
    """One piece of work: select all of it or none of it.

    Args:
        name: what people call it; several tasks may share a name, a task is itself.
        resources: names of the resources it uses (one unit each), or a mapping of name to a whole amount,
            1 to `MAX_AMOUNT`.
        profit: what it is worth, finite and >= 0. Read as the shortest decimal that means this float.

    Raises:
        InvalidTaskError: names the task and the field that is wrong.

    >>> Task("clean satellite disk", ["disk"], profit=0.4).resources["disk"]
    1
    """

    name: str
    resources: Mapping[str, int]
    profit: float

    def __init__(self, name: str, resources: Iterable[str] | Mapping[str, int], *, profit: float) -> None:
        if not isinstance(name, str) or not name.strip():
            raise InvalidTaskError(task=name, field="name", why="must be text that is not blank")
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "resources", MappingProxyType(_amounts(name, resources)))
        object.__setattr__(self, "profit", _profit(name, profit))

    def __reduce__(self) -> tuple[partial[Self], tuple[()]]:
        # A mapping proxy can't be pickled; the plain dictionary under it can.
        return partial(type(self), self.name, dict(self.resources), profit=self.profit), ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Tasks that compete in one iteration, oldest first, and the capacity of every resource that any of them uses.

    A resource that `capacities` doesn't name has capacity 1; one that no task uses is left out.
    """

    tasks: Sequence[Task]
    capacities: Mapping[str, int]

    @classmethod
    def of(cls, tasks: Iterable[Task], capacities: Mapping[str, int] | None = None) -> Self:
        """The problem of these tasks; `capacities` holds what differs from 1.

        Raises:
            InvalidCapacityError: names the resource whose capacity isn't a whole number from 0 to `MAX_AMOUNT`.
            InvalidTaskError: an element that isn't a `Task`, or the same `Task` twice.
        """
        given = {name: _capacity(name, amount) for name, amount in (capacities or {}).items()}
        tasks = tuple(tasks)
        _check_distinct(tasks)
        used = dict.fromkeys(chain.from_iterable(map(attrgetter("resources"), tasks)))
        return cls(tasks, {name: given.get(name, 1) for name in used})


def _amounts(task: str, resources: Iterable[str] | Mapping[str, int]) -> dict[str, int]:
    if isinstance(resources, Mapping):
        amounts = dict(resources)
    elif isinstance(resources, Iterable) and not isinstance(resources, str | bytes):
        names = list(resources)
        _check_names(task, names)
        amounts = dict.fromkeys(names, 1)
        if len(amounts) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise InvalidTaskError(
                task=task, field="resources", why=f"{twice!r} is there twice; give an amount instead"
            )
        return amounts
    else:
        raise InvalidTaskError(task=task, field="resources", why="must be a list of names or a mapping to amounts")
    _check_names(task, amounts)
    for name, amount in amounts.items():
        if not _is_whole(amount) or not 1 <= amount <= MAX_AMOUNT:
            why = f"the amount of {name!r} must be a whole number from 1 to {MAX_AMOUNT}"
            raise InvalidTaskError(task=task, field="resources", why=why)
    return {name: int(amount) for name, amount in amounts.items()}


def _check_names(task: str, names: Iterable[object]) -> None:
    for name in names:
        if not isinstance(name, str) or not name.strip():
            raise InvalidTaskError(task=task, field="resources", why=f"{name!r} is not the name of a resource")


def _profit(task: str, profit: float) -> float:
    if not isinstance(profit, Real) or isinstance(profit, bool):
        raise InvalidTaskError(task=task, field="profit", why="must be a number")
    try:
        value = float(profit)
    except OverflowError:
        value = math.inf
    if not 0 <= value < math.inf:
        raise InvalidTaskError(task=task, field="profit", why=f"must be finite and >= 0, not {value}")
    if value != profit:
        raise InvalidTaskError(task=task, field="profit", why="has more digits than a float holds")
    return value + 0.0  # no negative zero


def _capacity(resource: object, amount: object) -> int:
    if not isinstance(resource, str) or not resource.strip():
        raise InvalidCapacityError(resource=resource, why="is not the name of a resource")
    if not _is_whole(amount) or not 0 <= amount <= MAX_AMOUNT:
        raise InvalidCapacityError(resource=resource, why=f"must be a whole number from 0 to {MAX_AMOUNT}")
    return int(amount)


def _is_whole(amount: object) -> TypeGuard[int]:
    return isinstance(amount, Integral) and not isinstance(amount, bool)


def _check_distinct(tasks: Sequence[object]) -> None:
    for kind in set(map(type, tasks)):
        if not issubclass(kind, Task):
            raise InvalidTaskError(task=kind, field="task", why="is not a satselect.Task")
    if len(set(tasks)) < len(tasks):
        twice = next(task for task in tasks if tasks.count(task) > 1)
        raise InvalidTaskError(task=getattr(twice, "name", twice), field="task", why="is there twice")
