"""How much may be spent on a problem.

Nothing can stop compiled code from outside, so it is given work in portions: so many elementary operations, fewer if
the deadline is near. Between two portions somebody looks at the clock.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from math import inf
from time import monotonic
from typing import Self

from satselect.engine.problem import validation

Stop = Callable[[], bool]
"""Whether to end now. Asked often, from whichever thread selects, so it must be cheap."""


def _never() -> bool:
    return False


_stop: ContextVar[Stop] = ContextVar("stop", default=_never)


@contextmanager
def stopped_by(stop: Stop) -> Iterator[None]:
    """Has all that is selected within it end when asked to, as if its time was over: with the best found so far."""
    outer = _stop.get()
    token = _stop.set(lambda: outer() or stop())
    try:
        yield
    finally:
        _stop.reset(token)


class OutOfTime(Exception):  # noqa: N818
    """Raised by `Limits.check` to leave what can't be used half done, and caught before anybody else sees it."""


_RATE = 10**8  # elementary operations in a second, on a slow machine
PORTION = 10**7
"""Elementary operations between two looks at the clock: a few to a few dozen milliseconds."""


@dataclass(frozen=True, slots=True)
class Limits:
    """A deadline, and what may be spent on one part before HiGHS takes over.

    Attributes:
        deadline: on the clock, in seconds.
        nodes: of the search.
        steps: of the local search.
        heat: the loss, in the largest profits of the part, that the local search accepts every third time at first.
        looks: around the incumbent at a time, once the search is far from its end.
        branches: nodes of HiGHS' own tree; None for any number.
        stop: whether to end before the deadline.
    """

    deadline: float = inf
    nodes: int = 20_000_000
    steps: int = 5_000
    heat: float = 0.05
    looks: int = 1
    branches: int | None = None
    clock: Callable[[], float] = monotonic
    stop: Stop = field(default_factory=_stop.get)  # read by the caller, since a thread begins with a context of its own

    @classmethod
    def within(cls, seconds: float | None) -> Self:
        """The limits of what starts now and may take so many seconds; None for any number.

        Raises:
            InvalidArgumentError: that is no time.
        """
        seconds = validation.seconds("time_limit", seconds)
        return cls() if seconds is None else cls(deadline=monotonic() + seconds)

    @classmethod
    def of_the_least(cls) -> Self:
        """Those of what has to be done at least, whoever asks to stop."""
        return cls(stop=_never)

    def seconds_left(self) -> float | None:
        """Seconds until the deadline, never negative; None if there is none, and 0 once it is asked to stop."""
        if self.stop():
            return 0.0
        return None if self.deadline == inf else max(self.deadline - self.clock(), 0.0)

    def less(self, seconds: float) -> Self:
        """The same for what starts so many seconds late."""
        return replace(self, deadline=self.deadline - seconds)

    def share(self, fraction: float) -> Self:
        """The same for what may take this fraction of the time left."""
        left = self.seconds_left()
        return self if left is None else replace(self, deadline=self.clock() + fraction * left)

    def work(self, most: int) -> int:
        """So many elementary operations, or as many as the time left holds for certain."""
        left = self.seconds_left()
        return most if left is None else min(most, int(left * _RATE))

    def is_over(self) -> bool:
        """Whether the deadline has passed, or it is asked to stop."""
        return self.seconds_left() == 0

    def check(self, work: int = 0) -> None:
        """Lets pass what is in time, and has time for so many elementary operations.

        Raises:
            OutOfTime: it is over, or would be.
        """
        if self.is_over() or self.work(work) < work:
            raise OutOfTime
