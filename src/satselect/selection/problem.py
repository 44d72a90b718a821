"""What is asked: tasks, what they use, what they are worth, and how much of each resource there is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from operator import attrgetter
from struct import pack
from types import MappingProxyType
from typing import TYPE_CHECKING, Optional, Self, cast

from satselect.selection import validate
from satselect.selection.errors import InvalidCapacityError, InvalidTaskError

if TYPE_CHECKING:
    from satselect.selection.signatures import Signatures

ResourceKey = str | tuple[str, str]
"""A resource: its name, or the satellite that owns it and its name."""


FEW = 40
"""Of so many tasks names are looked at one by one; of more in compiled code, which takes a while to load."""


@dataclass(frozen=True, slots=True, eq=False, init=False, repr=False)
class Task:
    """One piece of work: select all of it or none of it.

    Args:
        name: what people call it; several tasks may share a name, a task is itself.
        resources: names of the resources it uses (one unit each), or a mapping of name to a whole amount,
            1 to `MAX_AMOUNT`. Names are the same if they are equal, character by character.
        profit: what it is worth, finite and >= 0. Read as the shortest decimal that means this float.
        satellites: names of those it may run on; None for any.

    Raises:
        InvalidTaskError: names the task and the field that is wrong.

    >>> Task("clean satellite disk", ["disk"], profit=0.4).resources["disk"]
    1
    """

    name: str
    profit: float
    satellites: tuple[str, ...] | None
    packed: bytes  # profit and uses, see `_packed`
    _amounts: dict[str, int]

    def __init__(
        self,
        name: str,
        resources: Iterable[str] | Mapping[str, int],
        *,
        profit: float,
        satellites: Iterable[str] | None = None,
    ) -> None:
        name = validate.task_name(name)
        amounts, profit = validate.amounts(name, resources), validate.profit(name, profit)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "profit", profit)
        object.__setattr__(self, "satellites", validate.satellites(name, satellites))
        object.__setattr__(self, "packed", _packed(profit, amounts))
        object.__setattr__(self, "_amounts", amounts)

    @property
    def resources(self) -> Mapping[str, int]:
        """The amount of each resource that it uses, by name."""
        return MappingProxyType(self._amounts)

    def __repr__(self) -> str:
        return f"Task({self.name!r}, {self._amounts!r}, profit={self.profit!r}, satellites={self.satellites!r})"

    def __copy__(self) -> Self:
        return self  # it can't be changed, and is itself

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[partial[Self], tuple[()]]:
        # Packed names are places in the memory of this process: another one packs its own.
        return partial(type(self), self.name, self._amounts, profit=self.profit, satellites=self.satellites), ()


def _packed(profit: float, amounts: Mapping[str, int]) -> bytes:
    """What compiled code reads of a task, eight bytes each: profit, how many resources, which ones, how much of each.

    A name, interned, is told by its identity: the same for equal names as long as a task holds them. So nobody has to
    look at text, or touch more than these bytes, to see what a million tasks use. Where all amounts are 1 they are
    left out, and the count of the resources is below 0.
    """
    names, count = map(id, amounts), len(amounts)
    if all(amount == 1 for amount in amounts.values()):
        return pack(f"dq{count}q", profit, -count, *names)
    return pack(f"dq{2 * count}q", profit, count, *names, *amounts.values())


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
        check_satellites(tasks, owned)
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
    from satselect.selection.signatures import signatures_of

    return signatures_of(tasks)


def tasks_of(given: Iterable[Task]) -> tuple[Task, ...]:
    """These tasks, if that is what they are.

    Raises:
        InvalidArgumentError: they can't be gone through.
        InvalidTaskError: one of them isn't a `Task`.
    """
    tasks = validate.listed("tasks", given)
    for kind in set(map(type, tasks)):
        if not issubclass(kind, Task):
            raise InvalidTaskError(task=kind, field="task", why="is not a satselect.Task")
    return cast("tuple[Task, ...]", tasks)


def _capacities(field: str, given: object) -> dict[str, int]:
    return {cast("str", name): validate.capacity(name, units) for name, units in validate.mapping(field, given).items()}


def _owned(satellites: object) -> dict[str, dict[str, int]]:
    owned = {}
    for name, resources in validate.mapping("satellites", satellites).items():
        validate.satellite_name(name)
        owned[cast("str", name)] = _capacities(f"satellites[{name!r}]", resources)
    return owned


def _check_distinct(tasks: Sequence[Task]) -> None:
    if len(set(tasks)) < len(tasks):
        twice = next(task for task in tasks if tasks.count(task) > 1)
        raise InvalidTaskError(task=twice.name, field="task", why="is there twice")


def check_satellites(tasks: Iterable[Task], satellites: Mapping[str, object]) -> None:
    """Lets tasks pass that name only these satellites.

    Raises:
        InvalidTaskError: names the task that doesn't.
    """
    for task in tasks:
        for satellite in task.satellites or ():
            if satellite not in satellites:
                raise InvalidTaskError(task=task.name, field="satellites", why=f"there is no {satellite!r}")
