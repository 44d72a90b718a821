"""What happened to a task."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from satselect.application.access.rights import Right, sees_name_of
from satselect.application.access.visibility import visible_tasks
from satselect.schemas.history import HistoryAnswer, HistoryLine, ReportLink
from satselect.schemas.tasks import Status
from satselect.store.models import History, User
from satselect.store.queries.tasks.histories import history_of
from satselect.web.callers import caller_of
from satselect.web.lookups import look_up

router = Router(tags=["tasks"])


@router.get("/api/v1/tasks/{uuid:task_id}/history", response=HistoryAnswer)
def get_history(request: HttpRequest, task_id: UUID) -> HistoryAnswer:
    """All that happened to the task, oldest first."""
    user = caller_of(request, Right.READ)
    task = look_up(visible_tasks(user), "task", id=task_id)
    return HistoryAnswer.model_construct(items=[_line(row, user) for row in history_of(task)])


def _line(row: History, user: User) -> HistoryLine:
    return HistoryLine.model_construct(
        at=row.at,
        before=Status(row.before) if row.before else None,
        after=Status(row.after),
        reason=row.reason,
        words=row.words,
        links=[ReportLink(**link) for link in row.links or ()],
        by=row.by.username if row.by and sees_name_of(user, row.by) else None,
        iteration=row.iteration_id,
    )
