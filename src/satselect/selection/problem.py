"""What is asked: tasks, what they use, what they are worth, and how much of each resource there is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from operator import attrgetter
from types import MappingProxyType
from typing import Self

from satselect.selection import validate
from satselect.selection.errors import InvalidCapacityError, InvalidTaskError

ResourceKey = str | tuple[str, str]
"""A resource: its name, or the satellite that owns it and its name."""


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Task:
    """One piece of work: select all of it or none of it.

    Args:
        name: what people call it; several tasks may share a name, a task is itself.
        resources: names of the resources it uses (one unit each), or a mapping of name to a whole amount,
            1 to `MAX_AMOUNT`.
        profit: what it is worth, finite and >= 0. Read as the shortest decimal that means this float.
        satellites: names of those it may run on; None for any.

    Raises:
        InvalidTaskError: names the task and the field that is wrong.

    >>> Task("clean satellite disk", ["disk"], profit=0.4).resources["disk"]
    1
    """

    name: str
    resources: Mapping[str, int]
    profit: float
    satellites: tuple[str, ...] | None

    def __init__(
        self,
        name: str,
        resources: Iterable[str] | Mapping[str, int],
        *,
        profit: float,
        satellites: Iterable[str] | None = None,
    ) -> None:
        name = validate.task_name(name)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "resources", MappingProxyType(validate.amounts(name, resources)))
        object.__setattr__(self, "profit", validate.profit(name, profit))
        object.__setattr__(self, "satellites", validate.satellites(name, satellites))

    def __reduce__(self) -> tuple[partial[Self], tuple[()]]:
        # A mapping proxy can't be pickled; the plain dictionary under it can.
        resources = dict(self.resources)
        return partial(type(self), self.name, resources, profit=self.profit, satellites=self.satellites), ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Tasks that compete in one iteration, oldest first, and the capacity of every resource that counts.

    Attributes:
        tasks: what competes.
        capacities: units of each resource: without satellites of all that a task uses, with satellites of all
            shared ones and all that a satellite owns.
        satellites: what each satellite owns, by name; None if tasks don't choose among satellites.
    """

    tasks: Sequence[Task]
    capacities: Mapping[ResourceKey, int]
    satellites: Mapping[str, Mapping[str, int]] | None = None

    @classmethod
    def of(
        cls,
        tasks: Iterable[Task],
        capacities: Mapping[str, int] | None = None,
        satellites: Mapping[str, Mapping[str, int]] | None = None,
    ) -> Self:
        """The problem of these tasks.

        Args:
            tasks: what competes, oldest first.
            capacities: what differs from 1; with satellites the capacities of what they share.
            satellites: the capacities that each satellite owns, by name.

        Raises:
            InvalidCapacityError: a capacity isn't a whole number from 0 to `MAX_AMOUNT`, or a name is both shared and
                a satellite's.
            InvalidTaskError: an element isn't a `Task`, is there twice, or names a satellite that isn't there.
        """
        tasks = tuple(tasks)
        _check_distinct(tasks)
        shared = {name: validate.capacity(name, units) for name, units in (capacities or {}).items()}
        if satellites is None:
            used = dict.fromkeys(chain.from_iterable(map(attrgetter("resources"), tasks)))
            return cls(tasks, {name: shared.get(name, 1) for name in used})
        owned = {
            name: {resource: validate.capacity(resource, units) for resource, units in resources.items()}
            for name, resources in satellites.items()
        }
        _check_satellites(tasks, shared, owned)
        keys: dict[ResourceKey, int] = {**shared}
        for name, resources in owned.items():
            keys |= {(name, resource): units for resource, units in resources.items()}
        return cls(tasks, keys, owned)

    def candidates(self, task: Task) -> dict[str, dict[ResourceKey, int]]:
        """What a task would use on each satellite that it may run on; for problems with satellites."""
        candidates = {}
        for satellite, owned in (self.satellites or {}).items():
            if task.satellites is None or satellite in task.satellites:
                names = task.resources
                if all(name in owned or name in self.capacities for name in names):
                    candidates[satellite] = {
                        (satellite, name) if name in owned else name: amount for name, amount in names.items()
                    }
        return candidates


def _check_distinct(tasks: Sequence[Task]) -> None:
    for kind in set(map(type, tasks)):
        if not issubclass(kind, Task):
            raise InvalidTaskError(task=kind, field="task", why="is not a satselect.Task")
    if len(set(tasks)) < len(tasks):
        twice = next(task for task in tasks if tasks.count(task) > 1)
        raise InvalidTaskError(task=twice.name, field="task", why="is there twice")


def _check_satellites(tasks: Sequence[Task], shared: Mapping[str, int], owned: Mapping[str, Mapping[str, int]]) -> None:
    for satellite, resources in owned.items():
        for name in resources:
            if name in shared:
                raise InvalidCapacityError(resource=name, why=f"is shared, and {satellite!r} has one of its own")
    for task in tasks:
        for satellite in task.satellites or ():
            if satellite not in owned:
                raise InvalidTaskError(task=task.name, field="satellites", why=f"there is no {satellite!r}")
