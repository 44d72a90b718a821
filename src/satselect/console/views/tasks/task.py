"""A task: what happened to it, why it waits, and what can be done with it."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from satselect.application.access.rights import Right, may, sees_all, sees_break_even
from satselect.application.access.visibility import status_at, visible_tasks
from satselect.application.conditions import Condition
from satselect.application.errors import ChangedError, ConflictError
from satselect.application.explanation.explain import Explanation, explain, last_iteration
from satselect.application.explanation.questions import question
from satselect.application.tasks.change import Report, cancel, complete, fail
from satselect.application.tasks.edit import edit, may_be_edited
from satselect.console.forms import WHOLE, by_field, changes_of, document_of, fields_of
from satselect.console.pages import show, show_answer
from satselect.console.people import page
from satselect.console.reading.tasks.history import read_history
from satselect.console.reading.tasks.reasons import rows_for
from satselect.console.reading.tasks.timed import read_timed
from satselect.console.seen import as_seen, seen_of
from satselect.schemas.explanations import UNKNOWN_WORDS, Reason, Unknown
from satselect.schemas.reading.faults import InvalidError
from satselect.schemas.reading.validation import validate
from satselect.schemas.submission.changes import REPORT_BODY, TASK_PATCH
from satselect.schemas.tasks import Status
from satselect.store.models import Task, User
from satselect.store.queries.uses import tell_uses
from satselect.web.runtime import runtime


@page(Right.READ)
def show_task(request: HttpRequest, user: User, task_id: UUID) -> HttpResponse:
    """The page of a task."""
    return _shown(request, user, _found(user, task_id))


@page(Right.SUBMIT)
def show_break_even(request: HttpRequest, user: User, task_id: UUID) -> HttpResponse:
    """From which profit the task would have been selected: selected again, so only on request."""
    task = _found(user, task_id)
    is_told = sees_break_even(user, task.fleet)
    limit_s = settings.SATSELECT_TIME_LIMIT_S
    with question(runtime().places, user.id) if is_told else nullcontext():
        explanation = explain(task, at=timezone.now(), by=user, time_limit_s=limit_s, wants_break_even=is_told)
    return show_answer(
        request,
        "console/parts/break_even.html",
        user,
        break_even=explanation.break_even,
        price=explanation.price if sees_all(user) else None,
        unknown=_unknown(explanation),
        is_long="long" in request.GET,
    )


def _unknown(explanation: Explanation) -> str:
    if explanation.reason is Reason.FREE and explanation.unknown is Unknown.NOT_WAITING:
        return "As things are now, what it is worth is enough."
    return UNKNOWN_WORDS[explanation.unknown] if explanation.unknown else ""


@require_POST
@page(Right.SUBMIT)
def edit_task(request: HttpRequest, user: User, task_id: UUID) -> HttpResponse:
    """Gives a task that may be edited the fields that changed."""
    task = _found(user, task_id)
    try:
        patch = validate(TASK_PATCH, changes_of(request.POST.dict(), task))
        sent = {name: getattr(patch, name) for name in patch.model_fields_set}
        report = _report(user, as_seen(task.id, request.POST.get("seen", "")))
        edit(task, sent, report, most_candidates=settings.SATSELECT_LIMITS.candidates)
    except InvalidError as error:
        fields = request.POST.dict()
        return _shown(request, user, task, fields=fields, faults=by_field(error.faults, document=document_of(fields)))
    except ConflictError as error:
        return _shown(request, user, _found(user, task_id), faults={WHOLE: [str(error)]})
    except ChangedError:
        return _changed(request, user, task_id)
    return redirect("console:task", task_id)


@require_POST
@page(Right.SUBMIT)
def cancel_task(request: HttpRequest, user: User, task_id: UUID) -> HttpResponse:
    """Cancels a task that is not over."""
    return _reported(request, user, task_id, cancel)


@require_POST
@page(Right.REPORT)
def complete_task(request: HttpRequest, user: User, task_id: UUID) -> HttpResponse:
    """Reports that a scheduled task was executed."""
    return _reported(request, user, task_id, complete)


@require_POST
@page(Right.REPORT)
def fail_task(request: HttpRequest, user: User, task_id: UUID) -> HttpResponse:
    """Reports that a scheduled task could not be executed."""
    return _reported(request, user, task_id, fail)


def _report(user: User, condition: Condition, *, words: str = "") -> Report:
    # With `follow` a kept buffer moves on by the one change, and is not read anew for it (decision 0013).
    return Report(user, timezone.now(), condition, words=words, follow=runtime().planner.buffers.follow)


def _reported(request: HttpRequest, user: User, task_id: UUID, change: Callable[[Task, Report], None]) -> HttpResponse:
    task = _found(user, task_id)
    try:
        said = validate(REPORT_BODY, {"words": request.POST.get("words", "").strip() or None})
        condition = as_seen(task.id, request.POST.get("seen", ""))
        change(task, _report(user, condition, words=said.words or ""))
    except InvalidError as error:
        return _shown(request, user, task, faults=by_field(error.faults))
    except ConflictError as error:
        return _shown(request, user, _found(user, task_id), faults={WHOLE: [str(error)]})
    except ChangedError:
        return _changed(request, user, task_id)
    if not visible_tasks(user).filter(id=task_id).exists():  # an executor's task that is buffered again
        return redirect(f"{reverse('console:all_tasks')}?did=fail&count=1")
    return redirect("console:task", task_id)


def _changed(request: HttpRequest, user: User, task_id: UUID) -> HttpResponse:
    """The page as it is now, after a form was sent from an older one."""
    words = "This task changed since you opened the page, so nothing was done. Below is what it is now."
    fault = {WHOLE: [words]}
    return _shown(request, user, _found(user, task_id), faults=fault, status=HTTPStatus.PRECONDITION_FAILED)


def _found(user: User, task_id: UUID) -> Task:
    tasks = visible_tasks(user).select_related("fleet", "account", "submitted_by")
    task = get_object_or_404(tasks, id=task_id)
    tell_uses([task])
    return task


def _shown(
    request: HttpRequest,
    user: User,
    task: Task,
    *,
    fields: Mapping[str, str] | None = None,
    faults: Mapping[str, list[str]] | None = None,
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> HttpResponse:
    at = timezone.now()
    task_status = status_at(task, at)
    is_waiting = task_status is Status.BUFFERED
    return show(
        request,
        "console/task.html",
        user,
        task.fleet,
        status=status if faults else HTTPStatus.OK,
        task=task,
        task_status=task_status,
        # A form that comes back with faults is still one of the page that was seen.
        seen=(fields or {}).get("seen") or seen_of(task),
        row=rows_for(user, [task], last_iteration(task.fleet_id), at=at)[0] if is_waiting else None,
        history=read_history(user, task),
        timed=read_timed(task, at=at),
        fields=fields or fields_of(task),
        faults=faults or {},
        is_editing=fields is not None,
        may_edit=may_be_edited(task, at) and may(user, Right.SUBMIT),
        may_cancel=task_status in (Status.BUFFERED, Status.SCHEDULED) and may(user, Right.SUBMIT),
        may_execute=task_status is Status.SCHEDULED and may(user, Right.REPORT),
    )
