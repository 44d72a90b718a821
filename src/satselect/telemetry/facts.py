"""What happens that people who run the service want to know. A fact names no task, no user and nothing they sent.

Each fact has an `event`, by which logs call it, and a `level`: how much attention it asks for.
"""

import logging
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened."""

    event: ClassVar[str]
    level: ClassVar[int] = logging.INFO


@dataclass(frozen=True, slots=True, kw_only=True)
class OfFleet(Fact):
    """Something that happened to a fleet.

    Attributes:
        fleet_id: as the database numbers it; listeners look its name up.
    """

    fleet_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchAccepted(OfFleet):
    """A batch was committed."""

    event = "batch.accepted"
    level = logging.DEBUG  # as often as requests come: counted, and written down only where that is asked for
    batch: UUID
    tasks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRepeated(OfFleet):
    """A batch came again with its idempotency key, and nothing was done."""

    event = "batch.repeated"
    batch: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class BufferReady(OfFleet):
    """The buffer to select from is in memory.

    Attributes:
        was_kept: this process had it, and read only what changed.
    """

    event = "buffer.ready"
    level = logging.DEBUG
    was_kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IterationDone(OfFleet):
    """An iteration was committed.

    Attributes:
        version: the fleet's, that it made.
        cause: a request, or what the fleet iterated for by itself.
        batches: how many were pending until then, and are done now.
        scheduled: tasks.
        expired: tasks found overdue.
        gap: None if nothing is known about what would have been possible.
        solve_s: seconds that the engine took.
        duration_s: seconds from reading to the commit.
    """

    event = "iteration.done"
    iteration: UUID
    version: int
    cause: str
    batches: int
    scheduled: int
    expired: int
    buffered: int
    profit: float
    gap: float | None
    status: str
    solve_s: float
    duration_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitFenced(OfFleet):
    """An iteration was refused because the fleet had moved on; it is made anew."""

    event = "commit.fenced"
    level = logging.DEBUG


@dataclass(frozen=True, slots=True, kw_only=True)
class TasksExpired(OfFleet):
    """Housekeeping found tasks overdue."""

    event = "tasks.expired"
    tasks: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchesSwept(OfFleet):
    """Batches that the bus had not brought were found in the inbox."""

    event = "batches.swept"
    batches: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchDied(OfFleet):
    """A batch was parked after too many attempts.

    Attributes:
        cause: the class of the error that ended the last one, or that this process saw none.
    """

    event = "batch.dead"
    level = logging.ERROR
    batch: UUID
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionsOwned(Fact):
    """This worker owns another number of partitions than before."""

    event = "partitions.owned"
    partitions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAnswered(Fact):
    """An HTTP request was answered to its end.

    Attributes:
        route: its template, never what a client put into it.
    """

    event = "request.answered"
    method: str
    route: str
    status: int
    duration_s: float
