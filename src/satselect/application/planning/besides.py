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


MANY = 1000
"""What is known of iterations that store more tasks than this is expected of such only, and of others theirs."""


class Part(Enum):
    """What is noted apart, because somebody else measures it."""

    RECORDING = "recording"
    ANSWERING = "answering"


class Besides:
    """What is known of the fleets of a process.

    >>> besides = Besides()
    >>> besides.note(7, 0.5, entering=5000)
    >>> besides.note(7, 0.1, part=Part.ANSWERING)
    >>> round(besides.expected_s(7), 3), round(besides.expected_s(7, entering=2000), 3)
    (0.2, 0.76)
    """

    def __init__(self) -> None:
        self._known: dict[tuple[int, Part, bool], float] = {}

    def expected_s(self, fleet_id: int, *, entering: int = 0) -> float:
        """Seconds that pass between selecting and answers, where so many tasks are stored with the iteration."""
        known_s = sum(self._known.get(_key(fleet_id, part, entering), 0.0) for part in Part)
        return TIMES * (known_s + entering * PER_TASK_S)

    def note(self, fleet_id: int, took_s: float, *, entering: int = 0, part: Part = Part.RECORDING) -> None:
        """So long it took this time."""
        # Answers store nothing; and less than a constant for each task is no credit: others may need more.
        storing_s = entering * PER_TASK_S if part is Part.RECORDING else 0.0
        key = _key(fleet_id, part, entering)
        # The longest, not the average: who waits is to be answered in time also when it takes long again.
        self._known[key] = max(took_s - storing_s, KEPT * self._known.get(key, 0.0))

    def clear(self) -> None:
        """Nothing is known any more."""
        self._known.clear()


def _key(fleet_id: int, part: Part, entering: int) -> tuple[int, Part, bool]:
    return fleet_id, part, entering > MANY
