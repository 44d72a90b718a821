"""From rows to the public shapes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from satselect.api.targets import target_facts
from satselect.application.access.visibility import status_at
from satselect.schemas.iterations import Cause, IterationAnswer, IterationLine, Quality
from satselect.schemas.opportunities import OpportunityAnswer, Span
from satselect.schemas.submission.batches import BatchAnswer, BatchState
from satselect.schemas.tasks import QuickAnswer, QuickTask, TaskAnswer
from satselect.store.models import Assignment, Batch, Iteration, Opportunity, Task
from satselect.store.queries.buffer.buffered import is_buffered
from satselect.store.queries.orbits.targets import counting
from satselect.store.queries.uses import tell_uses, uses_told
from satselect.store.sql.chunks import at_once, in_parts


class _Live(NamedTuple):
    """What is told of the assignment that a task has."""

    satellite: str
    iteration_id: UUID
    starts: datetime | None
    ends: datetime | None


_BEST_FIRST = ("-profit", "batch_seq", "position")


def quick_answer(visible: QuerySet[Task], iteration: Iteration) -> QuickAnswer:
    """The visible ones of the tasks that the iteration scheduled, the most profitable first."""
    # Columns and no objects: this is the answer that most requests wait for.
    columns = ("id", "signature_id", "resource_order", "name", "profit", "is_whole_profit")
    rows = list(visible.filter(assignments__iteration=iteration).order_by(*_BEST_FIRST).values_list(*columns))
    uses = uses_told(row[:3] for row in rows)
    return QuickAnswer.model_construct(
        tasks=[
            QuickTask.model_construct(name=name, resources=uses[id], profit=int(profit) if is_whole else profit)
            for id, _, _, name, profit, is_whole in rows
        ]
    )


def task_answers(tasks: Iterable[Task], *, at: datetime) -> list[TaskAnswer]:
    """The tasks as they are at that time, in the order given."""
    tasks = list(tasks)
    tell_uses(tasks)
    assignments = _live_assignments([task.id for task in tasks])
    timed = [task.id for task in tasks if task.is_timed]
    spots, targets = _opportunities(timed), target_facts(timed)
    shown = [_task_answer(task, assignments.get(task.id), spots[task.id], at) for task in tasks]
    return [one.model_copy(update=targets[one.id]) if one.id in targets else one for one in shown]


def iteration_answer(iteration: Iteration, *, at: datetime) -> IterationAnswer:
    """The iteration as operators see it, with the tasks it scheduled as they are at that time."""
    tasks = Task.objects.filter(assignments__iteration=iteration)
    sums = _told(iteration, (*_SUMS, *_MAPS))
    return _iteration_answer(iteration, tasks, at, sums | {"buffered": iteration.buffered})


def iteration_answer_for(account_id: int, iteration: Iteration, *, at: datetime) -> IterationAnswer:
    """The iteration as a customer sees it: the own tasks, and how many of those it considered are buffered still."""
    own = Task.objects.filter(account=account_id)
    # In the words of the partial index: a parameter would have SQLite read all tasks of the customer.
    considered = own.filter(is_buffered(), fleet=iteration.fleet_id, batch_seq__lte=iteration.considered_seq)
    return _iteration_answer(
        iteration,
        own.filter(assignments__iteration=iteration),
        at,
        dict.fromkeys((*_SUMS, *_MAPS)) | {"buffered": considered.count()},
    )


def iteration_lines(iterations: Iterable[Iteration], fleet: str, *, sees_sums: bool) -> list[IterationLine]:
    """The iterations of that fleet, in the order given."""
    told = (*_SUMS, "buffered")
    return [
        IterationLine.model_construct(
            **_facts(iteration, fleet) | (_told(iteration, told) if sees_sums else dict.fromkeys(told))
        )
        for iteration in iterations
    ]


def batch_answer(batch: Batch, *, fleet: str | None = None) -> BatchAnswer:
    """The batch as it is; the slug of its fleet if that is known."""
    return BatchAnswer.model_construct(
        id=batch.id,
        fleet=fleet or batch.fleet.slug,
        status=BatchState(batch.state),
        created=batch.created,
        iteration=batch.iteration_id,
    )


_SUMS = ("profit", "objective", "bound", "gap", "proof", "greedy_profit", "cause")
"""What tells of all submitters: for operators."""
_MAPS = ("capacities", "prices")


def _facts(iteration: Iteration, fleet: str) -> dict[str, Any]:
    """What every reader of the iteration may know."""
    return {
        "id": iteration.id,
        "fleet": fleet,
        "created": iteration.as_of,
        "status": Quality(iteration.status),
        "duration_s": iteration.duration_s,
    }


def _told(iteration: Iteration, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(iteration, name) for name in names} | {"cause": Cause(iteration.cause)}


def _iteration_answer(
    iteration: Iteration, tasks: QuerySet[Task], at: datetime, facts: dict[str, Any]
) -> IterationAnswer:
    found = list(tasks.order_by(*_BEST_FIRST))
    for task in found:
        task.fleet = iteration.fleet  # all are of that one, and each would look it up by itself
    return IterationAnswer.model_construct(
        **_facts(iteration, iteration.fleet.slug),
        tasks=task_answers(found, at=at),
        **facts,
    )


def _task_answer(
    task: Task,
    assignment: _Live | None,
    spots: list[OpportunityAnswer],
    at: datetime,
) -> TaskAnswer:
    return TaskAnswer.model_construct(
        id=task.id,
        name=task.name,
        resources=task.uses,
        profit=task.profit_as_sent,
        satellites=task.satellites,
        not_before=task.not_before,
        deadline=task.deadline,
        max_attempts=task.max_attempts,
        reference=task.reference,
        payload=task.payload,
        fleet=task.fleet.slug,
        satellite=assignment.satellite if assignment else None,
        status=status_at(task, at),
        created=task.created,
        updated=task.updated,
        attempts=task.attempts,
        iteration=assignment.iteration_id if assignment else None,
        **(_times(task, assignment, spots, at) if task.is_timed else {}),
    )


def _times(task: Task, assignment: _Live | None, spots: list[OpportunityAnswer], at: datetime) -> dict[str, Any]:
    """What only a task has that asks for an interval."""
    facts: dict[str, Any] = {
        "duration": None if task.duration_ms is None else task.duration_ms / 1000,
        "deliver_by": task.deliver_by,
        "opportunities": spots,
    }
    if task.window_starts is not None and task.window_ends is not None:
        facts["window"] = Span.model_construct(starts=task.window_starts, ends=task.window_ends)
    if assignment is not None and assignment.starts is not None:
        frozen_until = at + timedelta(seconds=task.fleet.frozen_s)
        facts |= {"starts": assignment.starts, "ends": assignment.ends, "is_frozen": assignment.starts < frozen_until}
    return facts


def _opportunities(task_ids: Sequence[UUID]) -> defaultdict[UUID, list[OpportunityAnswer]]:
    spots: defaultdict[UUID, list[OpportunityAnswer]] = defaultdict(list)
    for part in in_parts(task_ids):
        some = Opportunity.objects.filter(task_id__in=part).select_related("satellite").order_by("position")
        some = some.filter(counting())
        for one in some:
            shown: dict[str, Any] = {"satellite": one.satellite.slug, "starts": one.starts, "ends": one.ends}
            shown |= {"profit": one.profit, "details": one.details, "elements": one.origin_id}
            spots[one.task_id].append(OpportunityAnswer.model_construct(**shown))
    return spots


def _live_assignments(task_ids: Sequence[UUID]) -> dict[UUID, _Live]:
    found: dict[UUID, _Live] = {}
    for part in in_parts(task_ids):
        some = Assignment.objects.filter(task_id__in=part, is_live=True)
        rows = at_once(some.values_list("task_id", "satellite__slug", "iteration_id", "starts", "ends"))
        found.update((task_id, _Live(*rest)) for task_id, *rest in rows)
    return found
