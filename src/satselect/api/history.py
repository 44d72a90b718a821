"""What happened to a task."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router

from satselect.api.callers import caller_of
from satselect.scheduling.visible import EVERYONE, OPERATORS, visible_tasks
from satselect.schemas.history import HistoryAnswer, HistoryLine
from satselect.schemas.tasks import Status
from satselect.store.models import History, User

router = Router(tags=["tasks"])


@router.get("/api/v1/tasks/{uuid:task_id}/history", response=HistoryAnswer)
def get_history(request: HttpRequest, task_id: UUID) -> HistoryAnswer:
    """All that happened to the task, oldest first."""
    user = caller_of(request, *EVERYONE)
    task = get_object_or_404(visible_tasks(user), id=task_id)
    rows = task.history.select_related("by").order_by("id")
    return HistoryAnswer.model_construct(items=[_line(row, user) for row in rows])


def _line(row: History, user: User) -> HistoryLine:
    is_told = row.by is not None and (user.role in OPERATORS or row.by.account_id == user.account_id)
    return HistoryLine.model_construct(
        at=row.at,
        before=Status(row.before) if row.before else None,
        after=Status(row.after),
        reason=row.reason,
        words=row.words,
        by=row.by.username if row.by and is_told else None,
        iteration=row.iteration_id,
    )
