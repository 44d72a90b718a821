"""Batches that wait for the next iteration of a fleet: a ticket for each."""

from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from threading import Event as Flag
from threading import Lock
from time import monotonic
from typing import Protocol
from weakref import ReferenceType

from satselect.application.dispatch.ready import Ready
from satselect.application.dispatch.shared import Shared
from satselect.application.planning.buffer.fleet_buffer import FleetBuffer
from satselect.application.tasks.rows import BatchRows
from satselect.application.tasks.submit import Receipt
from satselect.store.models import Iteration

SMALL = 100
"""Batches of so many tasks wait for nobody's larger ones: those are taken after them, by the thread of one of them."""

TOGETHER = 1000
"""Larger ones share an iteration up to so many tasks in all: what is known of iterations that store more is known apart
(`planning.besides`). One that has more goes without others."""

MOST_PASSED = 2
"""A large batch lets the small ones that wait have so many turns that were its own; then it shares one with them."""


@dataclass(slots=True, eq=False)
class Ticket:
    """A batch that waits to be considered and stored, and what became of it.

    Attributes:
        is_rival: whether another batch with its key may have been stored since it was looked for.
        since: when it began to wait, by the monotonic clock.
        has_waited: whether an iteration of others kept it waiting.
        tries: how often the database refused it.
        is_alone: whether nobody shares a transaction with it, because the database refused one that it shared.
        error: why it was refused, or what broke before it was stored.
        trouble: why it is stored without an iteration that anybody waits for.
        answers: what all who share the iteration may be answered.
        is_done: there is a receipt, or an error.
        ready: what was found out about it before its turn.
        passed: how many turns it let small ones have that was its own.
    """

    rows: BatchRows
    ready: Ready | None = None
    passed: int = 0
    is_rival: bool = False
    since: float = 0.0
    has_waited: bool = False
    tries: int = 0
    is_alone: bool = False
    receipt: Receipt | None = None
    iteration: Iteration | None = None
    error: Exception | None = None
    trouble: Exception | None = None
    answers: Shared | None = None
    is_done: Flag = field(default_factory=Flag)

    @property
    def key(self) -> tuple[int, str] | None:
        """What no two batches have; None if it has none."""
        submission = self.rows.submission
        return None if submission.idempotency_key is None else (submission.account_id, submission.idempotency_key)

    @property
    def size(self) -> int:
        """How many tasks it has."""
        return len(self.rows.submission.tasks)

    @property
    def is_small(self) -> bool:
        """Whether it waits for nobody's larger one."""
        return self.size <= SMALL

    def ready_for(self, kept: FleetBuffer) -> Ready | None:
        """What was found out about it, if that is so for this buffer."""
        return self.ready if self.ready and self.ready.kept is kept else None

    def fail(self, error: Exception) -> None:
        """It is refused."""
        self.error = error
        self.is_done.set()

    def end(
        self,
        receipt: Receipt,
        iteration: Iteration | None = None,
        answers: Shared | None = None,
        trouble: Exception | None = None,
    ) -> None:
        """It is stored."""
        self.receipt, self.iteration, self.answers, self.trouble = receipt, iteration, answers, trouble
        self.is_done.set()


class Late(Protocol):
    """Small batches that come while a large one is let in."""

    def take(self, taken: Sequence[Ticket]) -> list[Ticket]:
        """Those that came since these were taken: nobody else serves them now."""

    def put_back(self, tickets: Sequence[Ticket]) -> None:
        """They wait again."""

    def now(self) -> datetime:
        """After all of them came."""


class Lane:
    """The batches that wait for the next iterations of a fleet."""

    def __init__(self) -> None:
        self._waiting: deque[Ticket] = deque()
        self._lock = Lock()
        self.is_proven = False
        """Whether this process has made an iteration of the fleet, and the engine has not broken since."""
        self.kept: ReferenceType[FleetBuffer] | None = None
        """The buffer of its last iteration, for as long as it is kept: what large batches are made ready for."""

    def add(self, ticket: Ticket) -> None:
        """It waits from now on."""
        with self._lock:
            ticket.since = monotonic()
            self._waiting.append(ticket)

    @property
    def since(self) -> float | None:
        """Since when the first of those waits whom nobody has taken; None if there are none."""
        with self._lock:
            return min((ticket.since for ticket in self._waiting), default=None)

    @property
    def turns(self) -> int:
        """How many iterations it takes to serve them: one for all small ones, and of others one for so many tasks."""
        with self._lock:
            others = [ticket for ticket in self._waiting if not _is_shared(ticket)]
            tasks = sum(TOGETHER if ticket.is_alone else min(ticket.size, TOGETHER) for ticket in others)
            return (len(others) < len(self._waiting)) + ceil(tasks / TOGETHER)

    @property
    def has_small(self) -> bool:
        """Whether one of them is small."""
        with self._lock:
            return any(ticket.is_small for ticket in self._waiting)

    def withdraw(self, ticket: Ticket) -> bool:
        """Whether it waited, and does no longer; else somebody has taken it."""
        with self._lock:
            if ticket not in self._waiting:
                return False
            self._waiting.remove(ticket)
            return True

    def take(self, mine: Ticket) -> list[Ticket]:
        """All small ones, in the order in which they came; of equal keys the first.

        And one's own, with it other large ones; but a large one gives its first turns to small ones that wait.
        """
        with self._lock:
            taken, left, keys = [], deque[Ticket](), set()
            # Turns of small ones are short, so a few cost it little; without a limit it would wait for as long as small
            # ones come.
            others_first = not mine.is_small and mine.passed < MOST_PASSED and any(map(_is_shared, self._waiting))
            mine.passed += others_first
            others = () if others_first else self._with(mine)
            for ticket in self._waiting:
                # Of equal keys the first is stored and the others are answered as repetitions (decision 0135).
                is_rival = ticket.key is not None and ticket.key in keys
                ticket.is_rival |= is_rival
                goes = not is_rival and (_is_shared(ticket) or ticket in others)
                ticket.has_waited |= not goes or ticket is not mine
                if not goes:
                    left.append(ticket)
                    continue
                keys.add(ticket.key)
                taken.append(ticket)
            self._waiting = left
        return taken

    def _with(self, mine: Ticket) -> Collection[Ticket]:
        """One's own, and if it is large the large ones that share an iteration with it."""
        together, tasks = {mine}, mine.size
        if mine.is_small or mine.is_alone:
            return together
        for ticket in self._waiting:
            if not (ticket.is_small or ticket.is_alone or ticket is mine) and tasks + ticket.size <= TOGETHER:
                together.add(ticket)
                tasks += ticket.size
        return together

    def take_late(self, taken: Sequence[Ticket]) -> list[Ticket]:
        """The small ones that came since these were taken, but for those with the key of one of them."""
        with self._lock:
            keys = {ticket.key for ticket in taken} - {None}
            late, left = [], deque[Ticket]()
            for ticket in self._waiting:
                is_rival = ticket.key in keys
                ticket.is_rival |= is_rival
                if ticket.is_rival or not _is_shared(ticket):
                    left.append(ticket)
                    continue
                late.append(ticket)
                keys |= {ticket.key} - {None}
            self._waiting = left
        return late

    def put_back(self, tickets: Sequence[Ticket]) -> None:
        """They wait again, before all others."""
        with self._lock:
            for ticket in tickets:
                ticket.has_waited = True
            # In the order in which they came: of equal keys the first is to be stored.
            self._waiting.extendleft(reversed(tickets))


def _is_shared(ticket: Ticket) -> bool:
    """Whether it goes with others, whoever has the turn."""
    return ticket.is_small and not ticket.is_alone
