"""The tasks that an iteration considered and did not select, the most profitable first."""

from collections.abc import Sequence
from heapq import nsmallest

from satselect.console.reading.buffered import buffered_tasks
from satselect.scheduling.visible import OPERATORS
from satselect.store.models import Iteration, Task, User

MOST_SHOWN = 20
LATER = 5
"""Among those that wait still, and those that one of so many later iterations selected."""


def read_displaced(user: User, iteration: Iteration) -> Sequence[Task]:
    """The best of them, as far as they exist for the user."""
    order = ("-profit", "batch_seq", "position") if user.role in OPERATORS else ("id",)
    waiting = buffered_tasks(user, iteration.fleet).filter(batch_seq__lte=iteration.considered_seq)
    found = [
        *waiting.prefetch_related("uses__resource").order_by(*order)[:MOST_SHOWN],
        *_selected_later(user, iteration),
    ]
    return nsmallest(MOST_SHOWN, found, key=lambda task: (-task.profit, task.batch_seq, task.position))


def _selected_later(user: User, iteration: Iteration) -> Sequence[Task]:
    later = Iteration.objects.filter(fleet=iteration.fleet_id, version__gt=iteration.version).order_by("version")
    tasks = Task.objects.filter(
        assignments__iteration__in=list(later[:LATER]), batch_seq__lte=iteration.considered_seq
    ).exclude(assignments__iteration=iteration)
    if user.role not in OPERATORS:
        tasks = tasks.filter(account=user.account_id)
    return list(
        tasks.prefetch_related("uses__resource").distinct().order_by("-profit", "batch_seq", "position")[:MOST_SHOWN]
    )
