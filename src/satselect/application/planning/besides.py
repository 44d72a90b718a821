"""What an iteration takes after the time for selecting is over: expected, so that who waits is answered in time.

The engine ends its last step, the outcome is recorded, and an answer is made of it. How long that takes depends on the
machine and on what is selected; so it is noted of each iteration, and the longest is forgotten little by little.
"""

from enum import Enum

KEPT = 0.8
"""So much is left of what was known after each iteration that needed less."""

TIMES = 2
"""So many times as long as it took is expected: beside others the same work takes longer."""

PER_TASK_S = 4e-5
"""To store a task that joins an iteration: 24 us on SQLite and 41 us on PostgreSQL were measured. What a slower machine
needs besides is noted like everything else, after the first such iteration."""


class Part(Enum):
    """What is noted apart, because somebody else measures it."""

    RECORDING = "recording"
    ANSWERING = "answering"


class Besides:
    """What is known of the fleets of a process.

    >>> besides = Besides()
    >>> besides.note(7, 0.5, entering=5000)
    >>> besides.note(7, 0.1, part=Part.ANSWERING)
    >>> round(besides.expected_s(7), 3), round(besides.expected_s(7, entering=1000), 3)
    (0.8, 0.88)
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, Part], float] = {}

    def expected_s(self, fleet_id: int, *, entering: int = 0) -> float:
        """Seconds that pass between selecting and answers, where so many tasks are stored with the iteration."""
        known_s = sum(self._known.get((fleet_id, part), 0.0) for part in Part)
        return TIMES * (known_s + entering * PER_TASK_S)

    def note(self, fleet_id: int, took_s: float, *, entering: int = 0, part: Part = Part.RECORDING) -> None:
        """So long it took this time."""
        # Less than a constant for each task is no credit: small ones that follow store none.
        before_s = self._known.get((fleet_id, part), 0.0)
        self._known[fleet_id, part] = max(took_s - entering * PER_TASK_S, KEPT * before_s)

    def clear(self) -> None:
        """Nothing is known any more."""
        self._known.clear()
