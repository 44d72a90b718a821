"""What is asked: tasks, what they use, what they are worth, and how much of each resource there is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Optional, Self, cast

from satselect.engine.problem import validation
from satselect.engine.problem.errors import InvalidCapacityError, InvalidTaskError
from satselect.engine.problem.task import Task

if TYPE_CHECKING:
    from satselect.engine.problem.signatures import Signatures

ResourceKey = str | tuple[str, str]
"""A resource: its name, or the satellite that owns it and its name."""


def name_of(key: ResourceKey) -> str:
    """The name by which tasks use it."""
    return key if isinstance(key, str) else key[1]


FEW = 40
"""Of so many tasks names are looked at one by one; of more in compiled code, which takes a while to load."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Tasks that compete in one iteration, oldest first, and the capacity of every resource that counts.

    Attributes:
        tasks: what competes.
        capacities: units of each resource: without satellites of all that a task uses, with satellites of all
            shared ones and all that a satellite owns.
        satellites: what each satellite owns, by name; None if tasks don't choose among satellites.
        signatures: what the tasks use, if somebody looked at that already.
    """

    tasks: Sequence[Task]
    capacities: Mapping[ResourceKey, int]
    satellites: Mapping[str, Mapping[str, int]] | None = None
    signatures: Optional["Signatures"] = field(default=None, repr=False, compare=False)

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
            InvalidArgumentError: tasks are no list, or capacities or satellites no mapping.
            InvalidTaskError: an element isn't a `Task`, is there twice, or names a satellite that isn't there.
        """
        tasks = tasks_of(tasks)
        _check_distinct(tasks)
        shared = _capacities("capacities", {} if capacities is None else capacities)
        if satellites is None:
            signatures = _signatures(tasks)
            used = signatures.names if signatures else dict.fromkeys(chain.from_iterable(map(_RESOURCES, tasks)))
            return cls(tasks, {name: shared.get(name, 1) for name in used}, signatures=signatures)
        owned = _owned(satellites)
        for satellite, resources in owned.items():
            for name in resources.keys() & shared.keys():
                raise InvalidCapacityError(resource=name, why=f"is shared, and {satellite!r} has one of its own")
        check_satellites(tasks, frozenset(owned))
        keys: dict[ResourceKey, int] = dict(shared.items())
        for name, resources in owned.items():
            keys |= {(name, resource): units for resource, units in resources.items()}
        return cls(tasks, keys, owned)

    def alternatives(self, task: Task) -> list[tuple[str | None, Mapping[ResourceKey, int]]]:
        """Where a task may run, and what it would use there; without satellites there is one such place, None."""
        if self.satellites is None:
            return [(None, cast("Mapping[ResourceKey, int]", task.resources))]
        return [
            (satellite, uses)
            for satellite in (task.satellites or self.satellites)
            if (uses := self._uses_on(satellite, task)) is not None
        ]

    def uses(self, task: Task, satellite: str | None) -> Mapping[ResourceKey, int]:
        """What a task uses on a satellite that it may run on."""
        if self.satellites is None or satellite is None:
            return cast("Mapping[ResourceKey, int]", task.resources)
        uses = self._uses_on(satellite, task)
        if uses is None:
            raise KeyError(satellite)
        return uses

    def _uses_on(self, satellite: str, task: Task) -> dict[ResourceKey, int] | None:
        owned = (self.satellites or {})[satellite]
        uses: dict[ResourceKey, int] = {}
        for name, amount in task.resources.items():
            if name not in owned and name not in self.capacities:
                return None
            uses[(satellite, name) if name in owned else name] = amount
        return uses


_RESOURCES = attrgetter("resources")


def _signatures(tasks: Sequence[Task]) -> Optional["Signatures"]:
    if len(tasks) <= FEW:
        return None
    from satselect.engine.problem.signatures import signatures_of

    return signatures_of(tasks)


def tasks_of(given: Iterable[Task], *, may_be_timed: bool = False) -> tuple[Task, ...]:
    """These tasks, if that is what they are.

    Raises:
        InvalidArgumentError: they can't be gone through.
        InvalidTaskError: one of them isn't a `Task`, or asks for an interval where there is no time.
    """
    tasks = validation.listed("tasks", given)
    kinds = set(map(type, tasks))
    if kinds <= {Task}:
        return cast("tuple[Task, ...]", tasks)
    if not all(issubclass(kind, Task) for kind in kinds):
        wrong = next(task for task in tasks if not isinstance(task, Task))
        raise InvalidTaskError(task=wrong, field="task", why="must be a satselect.Task", value=wrong)
    if not may_be_timed and any(kind.is_timed for kind in cast("set[type[Task]]", kinds)):
        timed = next(task for task in cast("tuple[Task, ...]", tasks) if task.is_timed)
        raise InvalidTaskError(task=timed.name, field="opportunities", why="are for satselect.plan", value=timed)
    return cast("tuple[Task, ...]", tasks)


def _capacities(field: str, given: object) -> dict[str, int]:
    return {
        cast("str", name): validation.capacity(name, units) for name, units in validation.mapping(field, given).items()
    }


def _owned(satellites: object) -> dict[str, dict[str, int]]:
    owned = {}
    for name, resources in validation.mapping("satellites", satellites).items():
        validation.satellite_name(name)
        owned[cast("str", name)] = _capacities(f"satellites[{name!r}]", resources)
    return owned


def _check_distinct(tasks: Sequence[Task]) -> None:
    if len(set(tasks)) < len(tasks):
        twice = next(task for task in tasks if tasks.count(task) > 1)
        raise InvalidTaskError(task=twice.name, field="task", why="is there twice")


def check_satellites(tasks: Iterable[Task], satellites: frozenset[str]) -> None:
    """Lets tasks pass that name only these satellites.

    Raises:
        InvalidTaskError: names the task that doesn't.
    """
    for task in tasks:
        if task.satellites and not satellites.issuperset(task.satellites):  # in one step: there may be millions
            unknown = next(satellite for satellite in task.satellites if satellite not in satellites)
            raise InvalidTaskError(
                task=task.name, field="satellites", why="must name satellites that there are", value=unknown
            )
