"""A kept plan brought up to date: only what changed is read. What can't be followed is read anew."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from satselect.application.planning.buffer.load import Situation
from satselect.application.planning.horizon.kept_plan import KeptPlan
from satselect.application.planning.horizon.scene import Scene, read_base, read_scene
from satselect.store.models import Event, History
from satselect.store.queries.buffer.demands import demands_of
from satselect.store.queries.happened import Happened, happened_since, last_event
from satselect.store.queries.plans import (
    Competing,
    chances_of,
    planned,
    tasks_of_batches,
    tasks_that_begin,
    tasks_that_may_start,
)
from satselect.store.queries.supplies import longest_gap

MOST_EVENTS = 5_000
"""So many may have happened since; what more would, is read anew."""


def read_plan(now: Situation) -> KeptPlan:
    """All that a fleet plans with, as it is.

    Raises:
        StaleError: it does not plan in time any more.
    """
    # Before all that is read: what happens meanwhile is read twice at most, and never missed.
    number = last_event(now.fleet_id)
    return KeptPlan.of(read_scene(now), number)


def refreshed(kept: KeptPlan, now: Situation) -> KeptPlan:
    """The same, from what is kept; what doesn't match is read anew.

    Raises:
        StaleError: it does not plan in time any more.
    """
    before = kept.scene
    if now.ageing_per_hour or before.settings.ageing_per_hour or before.at > now.at or before.seq > now.seq:
        return read_plan(now)  # where tasks age, all are worth something else each time
    events = happened_since(now.fleet_id, kept.event_number, limit=MOST_EVENTS)
    if events is None or not _can_follow(kept, events, now):
        return read_plan(now)
    scene = read_base(now)
    # It grows with each longer opportunity, and changes nothing of those that are known.
    settings = replace(before.settings, longest_s=scene.settings.longest_s)
    if (scene.settings, scene.supplies, scene.satellites) != (settings, before.supplies, before.satellites):
        return read_plan(now)
    changed = _changed(before, scene, events)
    kept.roll_to(scene)
    _read(kept, kept.touched, are_changed=False)
    _read(kept, changed, are_changed=True)
    kept.touched.clear()
    kept.event_number = events[-1].number if events else kept.event_number
    return kept


def _can_follow(kept: KeptPlan, events: Collection[Happened], now: Situation) -> bool:
    """Whether only tasks changed and came since, and all of that is told."""
    for one in events:
        if one.kind == Event.Kind.FLEET:
            return False
        if one.kind == Event.Kind.ITERATION and one.iteration_id != kept.iteration_id:
            return False
        if one.kind == Event.Kind.BATCH and one.reason != Event.BatchReason.ACCEPTED:
            return False
        if one.reason in _BY_ITERATIONS and one.task_id is not None:
            kept.touched.add(one.task_id)
    # Each change of a task moves the version once at most; what moved it besides was told to nobody.
    return now.version - kept.scene.version <= sum(1 for one in events if one.task_id)


_BY_ITERATIONS = (History.Reason.REPLANNED, History.Reason.OVERDUE)
"""What leaves nobody more room than the iteration knew."""


def _changed(before: Scene, now: Scene, events: Collection[Happened]) -> set[UUID]:
    """The tasks that somebody changed, that came, or that the horizon reaches now."""
    fleet_id = now.fleet_id
    found = {one.task_id for one in events if one.task_id and one.reason not in _BY_ITERATIONS}
    found |= tasks_of_batches(fleet_id, after_seq=before.seq, last_seq=now.seq)
    found |= tasks_that_begin(fleet_id, since=before.until, until=now.until)
    return found | tasks_that_may_start(fleet_id, after=before.at, until=now.at)


def _read(kept: KeptPlan, task_ids: Collection[UUID], *, are_changed: bool) -> None:
    if not task_ids:
        return
    scene = kept.scene
    who = Competing(fleet_id=scene.fleet_id, last_seq=scene.seq, at=scene.at)
    found = chances_of(who, task_ids, starts=scene.at, ends=scene.until)
    since = scene.at - longest_gap(scene.supplies.values())
    live = planned(scene.fleet_id, since=since, task_ids=task_ids)
    signatures = {one.signature_id for one in found}.union(one.signature_id for one in live)
    kept.take(task_ids, found, live, demands_of(sorted(signatures - scene.demands.keys())), are_changed=are_changed)
