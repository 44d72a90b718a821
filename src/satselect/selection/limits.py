"""How much may be spent on a problem."""

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from time import monotonic


@dataclass(frozen=True, slots=True)
class Limits:
    """A deadline, and the nodes that the search may spend on one part before HiGHS takes over."""

    deadline: float = inf
    nodes: int = 2_000_000
    clock: Callable[[], float] = monotonic

    def seconds_left(self) -> float | None:
        """Seconds until the deadline, never negative; None if there is none."""
        return None if self.deadline == inf else max(self.deadline - self.clock(), 0.0)

    def is_over(self) -> bool:
        """Whether the deadline has passed."""
        return self.seconds_left() == 0
