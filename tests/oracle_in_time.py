"""Judges what a fleet planned from the database alone: its events lead to its plan, and its plan holds.

It follows the events in the order of their numbers, which is the order of commits. What an iteration assigned comes
from the assignments that name it; all else is what events say. It knows fleets whose resources have one unit each.
"""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from satselect.store.models import Assignment, AssignmentResource, Batch, Event, Fleet, Iteration, Resource, Task


def check_plans(fleet: Fleet) -> int:
    """How many iterations were followed."""
    assigned: dict[UUID, dict[UUID, int]] = {}
    for number, iteration, task in Assignment.objects.filter(task__fleet=fleet).values_list("id", "iteration", "task"):
        assigned.setdefault(iteration, {})[task] = number
    of_batch: dict[UUID, list[UUID]] = {}
    for id, batch in Task.objects.filter(fleet=fleet).values_list("id", "batch"):
        of_batch.setdefault(batch, []).append(id)
    status: dict[UUID, str] = {}
    plan: dict[UUID, int] = {}
    seen: list[UUID] = []
    events = list(Event.objects.filter(fleet=fleet).order_by("number"))
    assert [event.number for event in events] == list(range(1, fleet.event_number + 1))
    for event in events:
        if event.batch_id and event.reason == Event.BatchReason.ACCEPTED:
            assert not any(id in status for id in of_batch.get(event.batch_id, ())), "a batch is accepted once"
            status.update(dict.fromkeys(of_batch.get(event.batch_id, ()), "buffered"))
        elif event.iteration_id:
            seen.append(event.iteration_id)
            mine = assigned.pop(event.iteration_id, {})
            assert {status[id] for id in mine} <= {"buffered", "scheduled"}
            status.update(dict.fromkeys(mine, "scheduled"))
            plan |= mine
        elif event.task_id:
            assert status[event.task_id] == event.before
            status[event.task_id] = event.after or ""
            if event.after in {"buffered", "cancelled", "failed"}:
                plan.pop(event.task_id, None)
    assert not assigned, "each iteration is told"
    assert len(set(seen)) == len(seen) == Iteration.objects.filter(fleet=fleet).count()
    assert status == dict(Task.objects.filter(fleet=fleet).values_list("id", "status"))
    live = Assignment.objects.filter(is_live=True, task__fleet=fleet)
    assert plan == dict(live.values_list("task", "id")), "the events lead to the plan"
    assert Fleet.objects.get(id=fleet.id).buffered == Counter(status.values())["buffered"]
    _check_times(fleet)
    return len(seen)


def _check_times(fleet: Fleet) -> None:
    """Each inside its opportunity, for as long as it takes, and no two of one unit at a time."""
    for one in Assignment.objects.filter(task__fleet=fleet, starts__isnull=False).select_related("task", "opportunity"):
        assert one.opportunity
        assert one.starts
        assert one.ends
        assert one.opportunity.starts <= one.starts <= one.ends <= one.opportunity.ends
        if one.task.duration_ms is not None and one.is_live:
            assert one.ends - one.starts == timedelta(milliseconds=one.task.duration_ms)
    held = AssignmentResource.objects.filter(
        assignment__task__fleet=fleet, is_held=True, capacity=1, starts__isnull=False, assignment__is_live=True
    )
    rows = sorted(held.values_list("supply", "starts", "ends"))
    for (supply, _, end), (another, start, _) in pairwise(rows):
        assert supply != another or start is None or end is None or end <= start
    _check_transitions(fleet)


def _check_transitions(fleet: Fleet) -> None:
    """Between two uses that follow each other there is as much time as it takes from the one to the other."""
    for resource in Resource.objects.filter(fleet=fleet, transition__isnull=False):
        assert resource.transition
        held = AssignmentResource.objects.filter(
            supply__resource=resource, is_held=True, starts__isnull=False, assignment__is_live=True
        )
        in_order = held.select_related("assignment__opportunity").order_by("supply", "starts", "ends")
        for one, other in pairwise(in_order):
            if one.supply_id == other.supply_id and one.ends and other.starts:
                assert other.starts - one.ends >= _taken(resource.transition, one, other)


def _taken(transition: dict[str, Any], one: AssignmentResource, other: AssignmentResource) -> timedelta:
    spots = [use.assignment.opportunity for use in (one, other)]
    before, after = (spot.details[transition["detail"]] for spot in spots if spot)
    if "rate" in transition:
        return timedelta(seconds=transition.get("settle_s", 0) + abs(before - after) / transition["rate"])
    return timedelta(seconds=transition["seconds"][before].get(after, 0))


def settled(fleet: Fleet) -> bool:
    """Whether no batch waits for an iteration."""
    return not Batch.objects.filter(fleet=fleet, state=Batch.State.PENDING).exists()
