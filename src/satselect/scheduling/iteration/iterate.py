"""Iterate: select from a fleet's buffer what is worth most, and record the outcome."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic, perf_counter

from satselect import Buffer, Selection
from satselect.scheduling.ending import is_ending
from satselect.scheduling.errors import BusyError, ConflictError, StaleError
from satselect.scheduling.iteration.by_itself import Due
from satselect.scheduling.iteration.kept import SHELF, KeptBuffer, Shelf
from satselect.scheduling.iteration.record import Outcome, Recorded, record
from satselect.scheduling.iteration.refresh import read_buffer, refreshed, situation_of
from satselect.scheduling.iteration.turns import serve_waiting, turn, waited_s
from satselect.scheduling.points import Point, reach
from satselect.schemas.iterations import Cause
from satselect.selection.limits import stopped_by
from satselect.store.models import Batch, Iteration
from satselect.telemetry.facts import BufferReady, CommitFenced, IterationDone
from satselect.telemetry.listeners import tell
from satselect.telemetry.spans import span

Select = Callable[..., Selection]
Clock = Callable[[], datetime]
Find = Callable[[Iteration | None], Iteration | None]

PATIENCE_S = 30.0
"""How long a batch waits for its iteration, besides the time that selecting may take."""

_besides_s: dict[int, float] = {}
"""Fleet to what its last iteration took besides selecting."""

SHORTEST_S = 0.05
"""The least that the engine gets, however often its selections were refused."""


def iterate_now(fleet_id: int, *, clock: Clock, time_limit_s: float) -> Iteration:
    """An iteration over the buffer as it is now.

    Raises:
        BusyError: it took too long.
    """
    return _in_turn(fleet_id, lambda made: made, clock, time_limit_s, Buffer.select)


def settle(batch: Batch, *, clock: Clock, time_limit_s: float, select: Select = Buffer.select) -> Iteration:
    """The first iteration that considered the batch, made now if nobody has made it.

    Batches that arrive while an iteration runs share the next one.

    Raises:
        BusyError: it took too long. The batch stays accepted.
        ConflictError: the batch is dead.
    """
    return _in_turn(batch.fleet_id, lambda made: first_considering(batch, made), clock, time_limit_s, select)


def first_considering(batch: Batch, likely: Iteration | None = None) -> Iteration | None:
    """The first iteration that considered the batch, if there was one by now; read, unless it is the likely one.

    Raises:
        ConflictError: the batch is dead.
    """
    batch.refresh_from_db(fields=["state", "iteration"])
    if batch.state == Batch.State.DEAD:
        raise ConflictError("the batch is dead: it failed too often, and waits for an operator to requeue it")
    return likely if likely and likely.id == batch.iteration_id else batch.iteration


def shorter(time_limit_s: float) -> float:
    """What the engine may take after its selection was refused: the quicker one gets in between two changes."""
    return max(time_limit_s / 2, SHORTEST_S)


def iterate(
    fleet_id: int,
    *,
    at: datetime,
    time_limit_s: float,
    select: Select = Buffer.select,
    shelf: Shelf = SHELF,
    up_to_seq: int | None = None,
    due: Due | None = None,
) -> Iteration:
    """One iteration over the buffer. No transaction and no lock is held while the engine selects.

    Args:
        fleet_id: whose buffer.
        at: now.
        time_limit_s: how long the engine may select.
        select: the engine.
        shelf: where buffers are kept.
        up_to_seq: the last batch to consider; None for the last there is.
        due: what the fleet iterates for by itself; None for a request.

    Raises:
        StaleError: the fleet moved on meanwhile; nothing was recorded.
    """
    start, waited_before_s = perf_counter(), serve_waiting(fleet_id)
    with span("iterate") as all_of_it:
        all_of_it.add(fleet_id=fleet_id)
        with span("iterate.read"):
            kept = _buffer_now(fleet_id, at, shelf.take(fleet_id), up_to_seq)
        if due and due.version != kept.version:
            shelf.put(kept)
            raise StaleError(f"the fleet is no longer at version {due.version}")
        reach(Point.BEFORE_SELECTION)
        with span("iterate.select"):
            cause = due.cause if due else Cause.REQUEST
            outcome = _selected(kept, Time(time_limit_s, waited_before_s, _besides_s.get(fleet_id, 0.0)), select, cause)
        reach(Point.AFTER_SELECTION)
        with span("iterate.record"):
            recorded = _recorded(outcome, shelf)
    kept.remove(outcome.selection.tasks)
    kept.version = recorded.iteration.version
    shelf.put(kept)
    duration_s = perf_counter() - start
    _besides_s[fleet_id] = min(duration_s - outcome.duration_s, time_limit_s / 4)
    tell(_done(recorded, duration_s))
    return recorded.iteration


def _in_turn(fleet_id: int, find: Find, clock: Clock, time_limit_s: float, select: Select) -> Iteration:
    """What is found, after so many new iterations as it takes; `find` is told of the last one."""
    patience_s = PATIENCE_S + time_limit_s
    give_up, made = monotonic() + patience_s, None
    with turn(fleet_id, patience_s=patience_s):
        while monotonic() < give_up:
            if iteration := find(made):
                return iteration
            try:
                made = iterate(fleet_id, at=clock(), time_limit_s=time_limit_s, select=select)
            except StaleError:
                tell(CommitFenced(fleet_id=fleet_id))
                time_limit_s = shorter(time_limit_s)
        if iteration := find(made):
            return iteration
    raise BusyError(f"no iteration within {patience_s} s")


def _buffer_now(fleet_id: int, at: datetime, kept: KeptBuffer | None, up_to_seq: int | None) -> KeptBuffer:
    now = situation_of(fleet_id, at, up_to_seq=up_to_seq)
    found = read_buffer(now) if kept is None else refreshed(kept, now)
    tell(BufferReady(fleet_id=fleet_id, was_kept=found is kept))
    return found


def _recorded(outcome: Outcome, shelf: Shelf) -> Recorded:
    try:
        return record(outcome)
    except StaleError:
        shelf.put(outcome.kept)  # what it holds is as true as before
        raise


@dataclass(frozen=True, slots=True)
class Time:
    """How long the engine may select, where others wait.

    Who came while the iteration before was made is to have an answer as soon as if there had been none: so the time
    that they waited is gone. And who comes now waits for half of the time at most, and has the other half. What an
    iteration takes besides, as reading and recording, is taken off for those who wait.
    """

    limit_s: float
    waited_before_s: float
    besides_s: float

    @property
    def left_s(self) -> float:
        """What is left of it for those who are served."""
        besides_s = self.besides_s if self.waited_before_s else 0.0
        return max(self.limit_s - self.waited_before_s - besides_s, min(SHORTEST_S, self.limit_s))

    def is_over(self, fleet_id: int) -> bool:
        """Whether somebody has waited for too long since, or the process ends."""
        return is_ending() or waited_s(fleet_id) > self.limit_s / 2 - self.besides_s


def _selected(kept: KeptBuffer, time: Time, select: Select, cause: Cause) -> Outcome:
    start = perf_counter()
    with stopped_by(lambda: time.is_over(kept.fleet_id)):
        selection = select(kept.buffer, time_limit=time.left_s)
    return Outcome(kept, selection, duration_s=perf_counter() - start, time_limit_s=time.left_s, cause=cause)


def _done(recorded: Recorded, duration_s: float) -> IterationDone:
    iteration = recorded.iteration
    return IterationDone(
        fleet_id=iteration.fleet_id,
        iteration=iteration.id,
        version=iteration.version,
        cause=iteration.cause,
        batches=recorded.batches,
        scheduled=iteration.scheduled,
        expired=recorded.expired,
        buffered=iteration.buffered,
        profit=iteration.profit,
        gap=iteration.gap,
        status=iteration.status,
        solve_s=iteration.duration_s,
        duration_s=duration_s,
    )
