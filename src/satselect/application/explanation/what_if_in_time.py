"""What if these tasks were submitted to a fleet that plans in time? Planned with them and without, nothing stored."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from time import monotonic
from uuid import UUID

from django.db import transaction

from satselect import Plan
from satselect.application.errors import BusyError, StaleError
from satselect.application.explanation.outlook import BreakEven, Interval, Outlook, oldest_first
from satselect.application.planning.buffer.load import situation_of
from satselect.application.planning.horizon.formulation import Formulation, formulated
from satselect.application.planning.horizon.outcome import PlanOutcome
from satselect.application.planning.horizon.plan_ahead import planned
from satselect.application.planning.horizon.scene import Scene, read_scene, with_batch
from satselect.application.tasks.rows import BatchRows
from satselect.application.tasks.submission import Submission
from satselect.application.tasks.submit import store
from satselect.schemas.explanations import Unknown
from satselect.store.sql.transactions import short_transaction

MOST_TRIES = 10
MOST_BREAK_EVENS = 24
"""As many of the tasks that would wait are told from which profit on they would not, the first ones."""


def plan_with(fleet_id: int, submission: Submission, *, at: datetime, time_limit_s: float) -> Outlook:
    """What would be planned if these tasks were submitted to the fleet now.

    Args:
        fleet_id: which plans in time.
        submission: what would be submitted.
        at: now.
        time_limit_s: how long the engine may plan in all.

    Raises:
        InvalidError: the fleet could not take a task.
        BusyError: the fleet kept moving on, or does not plan in time any more.
    """
    until = monotonic() + time_limit_s
    rows = BatchRows.of(submission, at)
    try:
        for _ in range(MOST_TRIES):
            scene = read_scene(situation_of(fleet_id, at))
            before = _planned(formulated(scene), _left_s(until) / 3)  # as long as what it is compared with, at least
            if after := scene_with(scene, rows, at):
                return _outlook(before, _planned(formulated(after), _left_s(until) / 2), rows.task_ids, until)
    except StaleError as error:
        raise BusyError(str(error)) from None
    raise BusyError(f"the fleet moved on {MOST_TRIES} times")


def scene_with(scene: Scene, rows: BatchRows, at: datetime) -> Scene | None:
    """What was read with the tasks besides, as the last batch; None if the fleet moved on meanwhile.

    They are submitted indeed, by the code that does it, and read by the code that reads it; then all of it is undone.
    """
    with short_transaction():
        seq = store(rows).seq
        now = situation_of(scene.fleet_id, at)
        is_next = (now.version, seq) == (scene.version, scene.seq + 1)
        after = with_batch(scene, now, rows.id) if is_next else None
        transaction.set_rollback(True)
    return after


def _planned(given: Formulation, time_limit_s: float) -> PlanOutcome:
    begun = monotonic()
    found = planned(given, time_limit_s=time_limit_s)
    return PlanOutcome(given, found, monotonic() - begun, time_limit_s)


def _outlook(before: PlanOutcome, after: PlanOutcome, ids: Sequence[UUID], until: float) -> Outlook:
    slugs, own = after.given.scene.satellites, {id: place for place, id in enumerate(ids)}
    chosen = {own[id]: place for id, place in after.places.items() if id in own}
    displaced = before.places.keys() - after.places.keys()
    return Outlook(
        selection=after.plan,
        objective=after.plan.objective,
        chosen={number: slugs[place.satellite_id] for number, place in chosen.items()},
        times={
            number: Interval(place.starts, place.ends)
            for number, place in chosen.items()
            if place.starts is not None and place.ends is not None
        },
        profit=after.plan.profit,
        displaced=oldest_first(list(displaced)),
        profit_without=before.plan.profit,
        break_even=_break_evens(after.given, after.plan, own, chosen, until),
    )


def _break_evens(
    given: Formulation, plan: Plan, own: Mapping[UUID, int], chosen: Mapping[int, object], until: float
) -> Mapping[int, BreakEven]:
    """The place of a task that would wait to the profit from which on it would not, as far as the time lasts.

    Each is told beside the others of the question, worth what they are. One that is submitted now has not aged.
    """
    tasks = {own[id]: task for task, id in given.ids.items() if id in own}
    waiting = [place for place in range(len(own)) if place not in chosen][:MOST_BREAK_EVENS]
    found: dict[int, BreakEven] = {}
    for place in waiting:
        if place not in tasks:
            found[place] = Unknown.NO_PROFIT  # no opportunity of it is left within the horizon
            continue
        told = plan.explain(tasks[place], time_limit=_left_s(until))
        needed = Unknown.NOT_PROVEN if told.break_even is None else told.break_even
        found[place] = needed if told.fits else Unknown.NO_PROFIT
    return found


def _left_s(until: float) -> float:
    return max(until - monotonic(), 0.0)
