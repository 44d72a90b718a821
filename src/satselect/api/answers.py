"""From rows to the public shapes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from satselect.api.targets import target_facts
from satselect.application.access.visibility import status_at
from satselect.application.errors import MissingError
from satselect.schemas.iterations import Cause, IterationAnswer, IterationLine, Quality
from satselect.schemas.opportunities import OpportunityAnswer, Span
from satselect.schemas.submission.batches import BatchAnswer, BatchState
from satselect.schemas.task_answers import QuickAnswer, QuickTask, TaskAnswer
from satselect.store.models import Batch, Iteration, Opportunity, Task
from satselect.store.queries.buffer.buffered import is_buffered
from satselect.store.queries.orbits.targets import counting
from satselect.store.queries.tasks.task_facts import TaskFacts, facts_of, scheduled_by
from satselect.store.sql.chunks import in_parts


def quick_answer(iteration: Iteration, account_id: int | None) -> QuickAnswer:
    """The tasks that the iteration scheduled, the most profitable first: those of one account, or all."""
    # Constructed and not validated, here and below: what the tables hold was checked when it came in.
    return QuickAnswer.model_construct(
        tasks=[
            QuickTask.model_construct(name=task.name, resources=task.uses, profit=task.profit_as_sent)
            for task in scheduled_by(iteration.id, account_id)
        ]
    )


def task_answers(task_ids: Sequence[UUID], *, at: datetime) -> list[TaskAnswer]:
    """The tasks as they are at that time, in the order given; without those that were deleted meanwhile."""
    return _answers(facts_of(task_ids), at)


def task_answer(task_id: UUID, *, at: datetime) -> TaskAnswer:
    """The task as it is at that time.

    Raises:
        MissingError: it was deleted meanwhile.
    """
    found = task_answers([task_id], at=at)
    if not found:
        raise MissingError("task", task_id)
    return found[0]


def iteration_answer(iteration: Iteration, fleet: str, *, at: datetime) -> IterationAnswer:
    """The iteration of that fleet as operators see it, with the tasks it scheduled as they are at that time."""
    sums = _told(iteration, (*_SUMS, *_MAPS)) | {"buffered": iteration.buffered}
    return _iteration_answer(iteration, fleet, scheduled_by(iteration.id), at, sums)


def iteration_answer_for(account_id: int, iteration: Iteration, fleet: str, *, at: datetime) -> IterationAnswer:
    """The iteration as a customer sees it: the own tasks, and how many of those it considered are buffered still."""
    # In the words of the partial index: a parameter would have SQLite read all tasks of the customer.
    considered = Task.objects.filter(
        is_buffered(), account=account_id, fleet=iteration.fleet_id, batch_seq__lte=iteration.considered_seq
    )
    facts = dict.fromkeys((*_SUMS, *_MAPS)) | {"buffered": considered.count()}
    return _iteration_answer(iteration, fleet, scheduled_by(iteration.id, account_id), at, facts)


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
    iteration: Iteration, fleet: str, tasks: Sequence[TaskFacts], at: datetime, facts: dict[str, Any]
) -> IterationAnswer:
    return IterationAnswer.model_construct(**_facts(iteration, fleet), tasks=_answers(tasks, at), **facts)


def _answers(tasks: Sequence[TaskFacts], at: datetime) -> list[TaskAnswer]:
    timed = [task.id for task in tasks if task.is_timed]
    if not timed:
        return [_task_answer(task, {}, at) for task in tasks]
    spots, targets = _opportunities(timed), target_facts(timed)
    more = [_times(task, spots[task.id], at) | targets.get(task.id, {}) if task.is_timed else {} for task in tasks]
    return [_task_answer(task, facts, at) for task, facts in zip(tasks, more, strict=True)]


def _task_answer(task: TaskFacts, more: dict[str, Any], at: datetime) -> TaskAnswer:
    """The answer, with what only a task has that asks for an interval."""
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
        fleet=task.fleet,
        satellite=task.satellite,
        status=status_at(task, at),
        created=task.created,
        updated=task.updated,
        attempts=task.attempts,
        iteration=task.iteration_id,
        **more,
    )


def _times(task: TaskFacts, spots: list[OpportunityAnswer], at: datetime) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "duration": None if task.duration_ms is None else task.duration_ms / 1000,
        "deliver_by": task.deliver_by,
        "opportunities": spots,
    }
    if task.window_starts is not None and task.window_ends is not None:
        facts["window"] = Span.model_construct(starts=task.window_starts, ends=task.window_ends)
    if task.starts is not None:
        frozen_until = at + timedelta(seconds=task.frozen_s)
        facts |= {"starts": task.starts, "ends": task.ends, "is_frozen": task.starts < frozen_until}
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
