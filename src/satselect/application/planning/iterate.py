"""Iterate: select from a fleet's buffer what is worth most, and record the outcome."""

from datetime import datetime
from time import perf_counter
from typing import Protocol

from satselect.application.errors import StaleError
from satselect.application.failpoints import Point, reach
from satselect.application.opportunities.overhead import catch_up_passes
from satselect.application.opportunities.working_out import catch_up
from satselect.application.planning.automatic import Due
from satselect.application.planning.buffer.buffer_cache import BufferCache
from satselect.application.planning.buffer.fleet_buffer import FleetBuffer
from satselect.application.planning.buffer.load import Situation, read_buffer, refreshed, situation_of
from satselect.application.planning.horizon.plan_ahead import plan_ahead
from satselect.application.planning.planner import Planner
from satselect.application.planning.record import Newcomers, Outcome, record
from satselect.application.planning.recorded_iteration import Recorded
from satselect.application.planning.time_left import Time
from satselect.engine.limits import stopped_by
from satselect.schemas.iterations import Cause
from satselect.store.models import Iteration
from satselect.store.sql.connections import giving_back
from satselect.telemetry.facts import BufferReady, IterationDone
from satselect.telemetry.listeners import tell
from satselect.telemetry.spans import span


class NobodyJoinsError(Exception):
    """Of the batches that were to join an iteration none may."""


class PlansAheadError(Exception):
    """Batches were to join an iteration of a fleet that plans in time: they have to be stored first."""


class Joining(Newcomers, Protocol):
    """Newcomers that are let into the buffer first."""

    @property
    def has_small(self) -> bool:
        """Whether one of them is small: it is to have its answer soon, whatever else there is to do."""

    @property
    def waited_s(self) -> float:
        """Seconds for which others' iterations kept the first of them waiting; 0 if none did."""

    def join(self, kept: FleetBuffer, now: Situation) -> FleetBuffer:
        """The buffer with their tasks, or one that was read anew for them.

        Raises:
            NobodyJoinsError: none of them may, and the buffer is as it was.
        """


def iterate(
    planner: Planner,
    fleet_id: int,
    *,
    at: datetime,
    up_to_seq: int | None = None,
    due: Due | None = None,
    joining: Joining | None = None,
) -> Iteration:
    """One iteration over the buffer. No transaction and no lock is held while the engine selects, no session for long.

    Args:
        planner: what to make it with.
        fleet_id: whose buffer.
        at: now.
        up_to_seq: the last batch to consider; None for the last there is.
        due: what the fleet iterates for by itself; None for a request.
        joining: batches that are not stored yet, and are by this iteration.

    Raises:
        StaleError: the fleet moved on meanwhile; nothing was recorded.
        PlansAheadError: batches were to join, and the fleet plans in time.
    """
    start, cache = perf_counter(), planner.buffers
    time = Time(planner, fleet_id, waited_s=joining.waited_s if joining else 0.0, serves_all=up_to_seq is None)
    with span("iterate") as all_of_it:
        all_of_it.add(fleet_id=fleet_id)
        with planner.courtesy.hurried(), span("iterate.read"):
            now = situation_of(fleet_id, at, up_to_seq=up_to_seq)
            if now.plans_ahead:
                return _planned_ahead(now, planner, joining, due, time, start)
            # Taken from the cache, and put back at the end or where it is as true as before: whatever breaks in
            # between, the next iteration reads it anew.
            kept = _read(now, cache, due, joining)
        reach(Point.BEFORE_SELECTION)
        with span("iterate.select"):
            cause = due.cause if due else Cause.REQUEST
            outcome = _selected(kept, planner, time, cause, joining)
        reach(Point.AFTER_SELECTION)
        with planner.courtesy.hurried(), span("iterate.record"):
            recorded = _recorded(outcome, cache, joining)
    cache.put(_without_selected(outcome, recorded))
    time.recorded()
    tell(_done(recorded, perf_counter() - start))
    return recorded.iteration


def _planned_ahead(
    now: Situation, planner: Planner, joining: Joining | None, due: Due | None, time: Time, start: float
) -> Iteration:
    """The same where the fleet plans in time; only stored batches can be planned."""
    if joining:
        raise PlansAheadError
    if due and due.version != now.version:
        raise StaleError(f"the fleet is no longer at version {due.version}")
    left_s = time.left_s()
    until = perf_counter() + left_s
    is_over = giving_back(lambda: perf_counter() > until or time.is_over())

    has_changed = catch_up_passes(now.fleet_id, at=now.at, is_over=is_over)
    if catch_up(now.fleet_id, at=now.at, is_over=is_over) or has_changed:
        # The same batches as before: of those that came meanwhile, targets may not be worked out yet.
        now = situation_of(now.fleet_id, now.at, up_to_seq=now.seq)
        if not now.plans_ahead:
            raise StaleError("the fleet does not plan in time any more")
    recorded = plan_ahead(
        now,
        planner.plans,
        time_limit_s=left_s,
        is_over=time.is_over,
        cause=due.cause if due else Cause.REQUEST,
    )
    time.recorded()
    tell(_done(recorded, perf_counter() - start))
    return recorded.iteration


def _read(now: Situation, cache: BufferCache, due: Due | None, joining: Joining | None) -> FleetBuffer:
    kept = _buffer_now(now, cache.take(now.fleet_id))
    if joining:
        kept = _joined(joining, kept, now, cache)
    if due and due.version != kept.version:
        cache.put(kept)
        raise StaleError(f"the fleet is no longer at version {due.version}")
    return kept


def _buffer_now(now: Situation, kept: FleetBuffer | None) -> FleetBuffer:
    found = read_buffer(now) if kept is None else refreshed(kept, now)
    tell(BufferReady(fleet_id=now.fleet_id, was_kept=found is kept))
    return found


def _joined(joining: Joining, kept: FleetBuffer, now: Situation, cache: BufferCache) -> FleetBuffer:
    try:
        return joining.join(kept, now)
    except NobodyJoinsError:
        cache.put(kept)
        raise


def _recorded(outcome: Outcome, cache: BufferCache, joining: Joining | None) -> Recorded:
    if joining:
        return record(outcome, joining)  # refused, its buffer holds what is not stored, and goes
    try:
        return record(outcome)
    except StaleError:
        cache.put(outcome.kept)  # what it holds is as true as before
        raise


def _without_selected(outcome: Outcome, recorded: Recorded) -> FleetBuffer:
    """The buffer that the iteration leaves."""
    kept = outcome.kept
    kept.remove(outcome.selection.tasks)
    kept.version, kept.is_settled, kept.starts = recorded.iteration.version, True, recorded.starts
    return kept


def _selected(kept: FleetBuffer, planner: Planner, time: Time, cause: Cause, joining: Joining | None) -> Outcome:
    entering, has_small = (len(joining.task_ids), joining.has_small) if joining else (0, False)
    start, left_s = perf_counter(), time.left_s(entering=entering, has_small=has_small)
    with stopped_by(giving_back(time.is_over)):
        selection = planner.select(kept.buffer, time_limit=left_s)
    time.selected()
    return Outcome(kept, selection, duration_s=perf_counter() - start, time_limit_s=left_s, cause=cause)


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
