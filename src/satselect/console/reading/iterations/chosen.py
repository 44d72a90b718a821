"""The tasks that an iteration selected, the most profitable first: as they were then."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from satselect.application.access.visibility import visible_assignments
from satselect.application.explanation.past import Past
from satselect.console.formatting import interval
from satselect.console.reading.tasks.reasons import uses_then
from satselect.store.models import Assignment, History, Iteration, Task, User
from satselect.store.queries.uses import tell_uses

MOST_EDITED = 500


@dataclass(frozen=True, slots=True)
class Chosen:
    """A task, where it was given to, and what it was worth and used then; and from when to when, if in time."""

    task: Task
    satellite: str
    profit: int | float
    uses: str
    when: str = ""


def read_chosen(user: User, iteration: Iteration, *, limit: int) -> list[Chosen]:
    """The best of them, as far as they exist for the user."""
    return chosen_among(visible_assignments(user).filter(iteration=iteration), iteration.version, limit=limit)


def chosen_among(assigned: QuerySet[Assignment], version: int, *, limit: int) -> list[Chosen]:
    """The best of these, none of them of a task that another one is of, as they were at that version of the fleet."""
    # Only who failed could be edited afterwards.
    edits = History.objects.filter(version__gt=version, profit__isnull=False)
    again = edits.filter(task__in=assigned.filter(is_live=False).order_by().values("task_id"))
    edited = set(again.values_list("task_id", flat=True)[:MOST_EDITED])
    shown = assigned.select_related("task", "satellite")
    found = {
        one.task_id: one
        for some in (
            # As many more as were edited: those may stand at other places than they had then.
            shown.order_by("-task__profit", "task__batch_seq", "task__position")[: limit + len(edited)],
            shown.filter(task__in=edited),
        )
        for one in some
    }
    return _best(list(found.values()), version)[:limit]


def _best(assigned: Sequence[Assignment], version: int) -> list[Chosen]:
    tasks = [one.task for one in assigned]
    tell_uses(tasks)
    past = Past.read([task.id for task in tasks], since=version)
    then = {task.id: past.of(task, version) for task in tasks}
    used = uses_then(tasks, then)
    assigned = sorted(assigned, key=lambda one: (-then[one.task_id].profit, one.task.batch_seq, one.task.position))
    return [
        Chosen(
            one.task,
            one.satellite.name,
            then[one.task_id].profit_as_sent,
            used[one.task_id],
            interval(one.starts, one.ends) if one.starts and one.ends else "",
        )
        for one in assigned
    ]
