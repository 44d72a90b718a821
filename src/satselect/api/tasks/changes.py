"""Changes of a task: edit, cancel, report. On the router of tasks, because a path belongs to one router."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query

from satselect.api.answers import task_answer
from satselect.api.openapi.documentation import CONFLICT, conditional, json_body
from satselect.api.tasks.tasks import router
from satselect.application.access.rights import Right
from satselect.application.access.visibility import visible_tasks
from satselect.application.conditions import Condition
from satselect.application.tasks.change import Report, cancel, complete, fail
from satselect.application.tasks.edit import edit
from satselect.schemas.submission.changes import REPORT_BODY, TASK_PATCH, ReportBody, TaskPatch
from satselect.schemas.task_answers import TaskAnswer
from satselect.store.models import Task, User
from satselect.web.callers import caller_of
from satselect.web.conditions import condition_of, tagged
from satselect.web.framework.parameters import Acceptance
from satselect.web.lookups import look_up
from satselect.web.requests import body_of
from satselect.web.runtime import runtime

_REPORT = conditional({**json_body(ReportBody, is_required=False), **CONFLICT})


@router.patch(
    "/api/v1/tasks/{uuid:task_id}",
    response=TaskAnswer,
    by_alias=True,
    openapi_extra=conditional({**json_body(TaskPatch), **CONFLICT}),
)
def patch_task(request: HttpRequest, task_id: UUID, wanted: Query[Acceptance]) -> TaskAnswer:
    """Edits a buffered task."""
    user, task = _found(request, task_id, Right.SUBMIT)
    patch = body_of(request, TASK_PATCH)
    # What was sent and nothing else: null takes a value away, and what is missing leaves it.
    sent = {name: getattr(patch, name) for name in patch.model_fields_set}
    report = Report(user, timezone.now(), condition=_condition(request, task), follow=runtime().planner.buffers.follow)
    edit(
        task,
        sent,
        report,
        accepts_expired=wanted.accept_expired,
        most_candidates=settings.SATSELECT_LIMITS.candidates,
    )
    return tagged(request, _shown(task))


@router.post("/api/v1/tasks/{uuid:task_id}/cancel", response=TaskAnswer, by_alias=True, openapi_extra=_REPORT)
def cancel_task(request: HttpRequest, task_id: UUID) -> TaskAnswer:
    """Cancels a buffered or scheduled task."""
    user, task = _found(request, task_id, Right.SUBMIT)
    cancel(task, _report(request, user, task))
    return tagged(request, _shown(task))


@router.post("/api/v1/tasks/{uuid:task_id}/complete", response=TaskAnswer, by_alias=True, openapi_extra=_REPORT)
def complete_task(request: HttpRequest, task_id: UUID) -> TaskAnswer:
    """Reports that a scheduled task was executed."""
    user, task = _found(request, task_id, Right.REPORT)
    complete(task, _report(request, user, task))
    return tagged(request, _shown(task))


@router.post("/api/v1/tasks/{uuid:task_id}/fail", response=TaskAnswer, by_alias=True, openapi_extra=_REPORT)
def fail_task(request: HttpRequest, task_id: UUID) -> TaskAnswer:
    """Reports that a scheduled task could not be executed; with attempts left it is buffered again."""
    user, task = _found(request, task_id, Right.REPORT)
    fail(task, _report(request, user, task))
    return tagged(request, _shown(task))


def _found(request: HttpRequest, task_id: UUID, right: Right) -> tuple[User, Task]:
    user = caller_of(request, right)
    return user, look_up(visible_tasks(user), "task", id=task_id)


def _report(request: HttpRequest, user: User, task: Task) -> Report:
    sent = body_of(request, REPORT_BODY) if request.body else ReportBody()
    condition = _condition(request, task)
    return Report(
        user,
        timezone.now(),
        condition,
        words=sent.words or "",
        links=[link.model_dump(exclude_none=True) for link in sent.links],
        iteration_id=sent.iteration,
        follow=runtime().planner.buffers.follow,
    )


def _condition(request: HttpRequest, task: Task) -> Condition:
    return condition_of(request, lambda: _shown(task))


def _shown(task: Task) -> TaskAnswer:
    return task_answer(task.id, at=timezone.now())
