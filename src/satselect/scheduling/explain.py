"""Why a task lost, as of the last iteration that considered it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import satselect
from satselect.scheduling.kept import SHELF
from satselect.scheduling.refresh import read_buffer
from satselect.schemas.tasks import Status
from satselect.store.models import Assignment, Batch, Iteration, ResourceUse, Task, TaskResource


@dataclass(frozen=True, slots=True)
class Explanation:
    """What decided about a task.

    Attributes:
        iteration_id: the last iteration that considered it; None if none did, or if it is over.
        displaced_by: for a buffered task, by resource, the selected tasks that hold what it would need, oldest first.
        price: what the resources that it uses were worth then, an estimate from above.
        break_even: for a buffered task the smallest profit with which a best selection could hold it, exact; None if
            no selection can, or if that was not proven in time.
    """

    iteration_id: UUID | None = None
    displaced_by: Mapping[str, Sequence[Task]] = field(default_factory=dict)
    price: float | None = None
    break_even: float | None = None


def explain(task: Task, *, at: datetime, time_limit_s: float) -> Explanation:
    """Why the task is not selected, or what its resources are worth if it is. Nothing is known of what is over."""
    amounts = dict(task.uses.values_list("resource__name", "amount"))
    if task.status == Status.SCHEDULED:
        iteration = Iteration.objects.get(assignments__task=task, assignments__is_live=True)
        return Explanation(iteration.id, price=_price(iteration, amounts))
    last = _last_considering(task)
    if last is None or task.status != Status.BUFFERED or (task.deadline and task.deadline < at):
        return Explanation()
    return Explanation(
        iteration_id=last.id,
        displaced_by=_holders(last, amounts),
        price=_price(last, amounts),
        break_even=_break_even(task, amounts, last, time_limit_s),
    )


def _last_considering(task: Task) -> Iteration | None:
    last = Iteration.objects.filter(fleet_id=task.fleet_id).order_by("-version").first()
    if (
        last is None
        or last.considered_seq < task.batch_seq
        or task.batch.state == Batch.State.DEAD
        or (task.not_before and task.not_before > last.as_of)
    ):
        return None
    return last


def _price(iteration: Iteration, amounts: Mapping[str, int]) -> float:
    return float(sum(iteration.prices.get(name, 0.0) * amount for name, amount in amounts.items()))


def _holders(iteration: Iteration, amounts: Mapping[str, int]) -> dict[str, list[Task]]:
    uses = ResourceUse.objects.filter(iteration=iteration, supply__resource__name__in=amounts)
    left = {
        name: capacity - held - used
        for name, capacity, held, used in uses.values_list("supply__resource__name", "capacity", "held", "used")
    }
    scarce = [name for name, units in left.items() if units < amounts[name]]
    rows = TaskResource.objects.filter(task__assignments__iteration=iteration, resource__name__in=scarce)
    holders = defaultdict(list)
    for row in rows.select_related("task", "resource").order_by("task__batch_seq", "task__position"):
        holders[row.resource.name].append(row.task)
    return dict(holders)


def _break_even(task: Task, amounts: Mapping[str, int], last: Iteration, time_limit_s: float) -> float | None:
    """From the engine, which selects again among those that competed then."""
    rivals = [*_left_behind(last), *_scheduled_in(last)]
    own = next((rival for rival in rivals if rival.name == str(task.id)), None)
    if own is None:  # not among the best of its kind
        own = satselect.Task(str(task.id), amounts, profit=task.profit)
        rivals.append(own)
    selection = satselect.select(rivals, capacities=last.capacities, time_limit=time_limit_s)
    return selection.explain(own, time_limit=time_limit_s).break_even


def _left_behind(last: Iteration) -> list[satselect.Task]:
    """The best tasks of each signature that the iteration did not select."""
    kept = SHELF.tasks_at(last.fleet_id, last.version)
    if kept is not None:
        return kept
    return list(read_buffer(last.fleet_id, version=last.version, seq=last.considered_seq, at=last.as_of).buffer)


def _scheduled_in(last: Iteration) -> list[satselect.Task]:
    assigned = Assignment.objects.filter(iteration=last).select_related("task").prefetch_related("task__uses__resource")
    return [
        satselect.Task(
            str(one.task_id), {use.resource.name: use.amount for use in one.task.uses.all()}, profit=one.task.profit
        )
        for one in assigned
    ]
