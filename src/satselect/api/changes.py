"""Changes of a task: edit, cancel, report. On the router of tasks, because a path belongs to one router."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query

from satselect.api.answers import task_answers
from satselect.api.callers import caller_of
from satselect.api.conditions import condition_of, tagged
from satselect.api.documentation import CONFLICT, conditional, json_body
from satselect.api.parameters import Acceptance
from satselect.api.requests import body_of
from satselect.api.tasks import router
from satselect.scheduling.changes.change import Report, cancel, complete, fail
from satselect.scheduling.changes.edit import edit
from satselect.scheduling.conditions import Condition
from satselect.scheduling.visible import EXECUTORS, SUBMITTERS, visible_tasks
from satselect.schemas.changes import REPORT_BODY, TASK_PATCH, ReportBody, TaskPatch
from satselect.schemas.tasks import TaskAnswer
from satselect.store.models import Role, Task, User

_REPORT = conditional({**json_body(ReportBody, is_required=False), **CONFLICT})


@router.patch(
    "/api/v1/tasks/{uuid:task_id}", response=TaskAnswer, openapi_extra=conditional({**json_body(TaskPatch), **CONFLICT})
)
def patch_task(request: HttpRequest, task_id: UUID, wanted: Query[Acceptance]) -> TaskAnswer:
    """Edits a buffered task."""
    user, task = _found(request, task_id, SUBMITTERS)
    patch = body_of(request, TASK_PATCH)
    sent = {name: getattr(patch, name) for name in patch.model_fields_set}
    report = Report(user, timezone.now(), condition=_condition(request, task))
    edit(task, sent, report, accepts_expired=wanted.accept_expired)
    return tagged(request, _shown(task))


@router.post("/api/v1/tasks/{uuid:task_id}/cancel", response=TaskAnswer, openapi_extra=_REPORT)
def cancel_task(request: HttpRequest, task_id: UUID) -> TaskAnswer:
    """Cancels a buffered or scheduled task."""
    user, task = _found(request, task_id, SUBMITTERS)
    cancel(task, _report(request, user, task))
    return tagged(request, _shown(task))


@router.post("/api/v1/tasks/{uuid:task_id}/complete", response=TaskAnswer, openapi_extra=_REPORT)
def complete_task(request: HttpRequest, task_id: UUID) -> TaskAnswer:
    """Reports that a scheduled task was executed."""
    user, task = _found(request, task_id, EXECUTORS)
    complete(task, _report(request, user, task))
    return tagged(request, _shown(task))


@router.post("/api/v1/tasks/{uuid:task_id}/fail", response=TaskAnswer, openapi_extra=_REPORT)
def fail_task(request: HttpRequest, task_id: UUID) -> TaskAnswer:
    """Reports that a scheduled task could not be executed; with attempts left it is buffered again."""
    user, task = _found(request, task_id, EXECUTORS)
    fail(task, _report(request, user, task))
    return tagged(request, _shown(task))


def _found(request: HttpRequest, task_id: UUID, roles: tuple[Role, ...]) -> tuple[User, Task]:
    user = caller_of(request, *roles)
    return user, get_object_or_404(visible_tasks(user), id=task_id)


def _report(request: HttpRequest, user: User, task: Task) -> Report:
    sent = body_of(request, REPORT_BODY) if request.body else ReportBody()
    condition = _condition(request, task)
    return Report(user, timezone.now(), sent.words or "", sent.iteration, condition)


def _condition(request: HttpRequest, task: Task) -> Condition:
    return condition_of(request, lambda: _shown(task))


def _shown(task: Task) -> TaskAnswer:
    return task_answers([Task.objects.select_related("fleet").get(id=task.id)], at=timezone.now())[0]
