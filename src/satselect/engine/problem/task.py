"""A task as the caller says it, and the words that compiled code reads of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from struct import pack
from types import MappingProxyType
from typing import ClassVar, Self

from satselect.engine.problem import validation

BYTES_OF_PROFIT = 8
"""Of a packed task, before what it uses."""


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
    is_timed: ClassVar[bool] = False  # whether it asks for an interval

    def __init__(
        self,
        name: str,
        resources: Iterable[str] | Mapping[str, int],
        *,
        profit: float,
        satellites: Iterable[str] | None = None,
    ) -> None:
        name = validation.task_name(name)
        amounts, profit = validation.amounts(name, resources), validation.profit(name, profit)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "profit", profit)
        object.__setattr__(self, "satellites", validation.satellites(name, satellites))
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
