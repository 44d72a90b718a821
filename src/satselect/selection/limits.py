"""How much may be spent on a problem."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Self


@dataclass(frozen=True, slots=True)
class Limits:
    """A deadline, and the nodes that the search may spend on one part before HiGHS takes over."""

    deadline: float = inf
    nodes: int = 2_000_000
    clock: Callable[[], float] = monotonic

    @classmethod
    def within(cls, seconds: float | None) -> Self:
        """The limits of what starts now and may take so many seconds; None for any number."""
        return cls() if seconds is None else cls(deadline=monotonic() + seconds)

    def seconds_left(self) -> float | None:
        """Seconds until the deadline, never negative; None if there is none."""
        return None if self.deadline == inf else max(self.deadline - self.clock(), 0.0)

    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        return self.seconds_left() == 0
