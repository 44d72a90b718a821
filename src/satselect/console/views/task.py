"""A task: what happened to it, why it waits, and what can be done with it."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from satselect.console.forms import WHOLE, by_field, document_of, fields_of
from satselect.console.pages import show, show_part
from satselect.console.people import page
from satselect.console.reading.history import read_history
from satselect.console.reading.reasons import rows_for
from satselect.scheduling.changes.change import Report, cancel, complete, fail
from satselect.scheduling.changes.edit import edit
from satselect.scheduling.conditions import Condition, unless_changed
from satselect.scheduling.errors import ChangedError, ConflictError
from satselect.scheduling.explanation.explain import explain, last_iteration
from satselect.scheduling.explanation.questions import places, question
from satselect.scheduling.visible import EVERYONE, EXECUTORS, OPERATORS, SUBMITTERS, status_at, visible_tasks
from satselect.schemas.changes import REPORT_BODY, TASK_PATCH
from satselect.schemas.explanations import UNKNOWN_WORDS
from satselect.schemas.faults import InvalidError
from satselect.schemas.tasks import Status
from satselect.schemas.validation import validate
from satselect.store.models import Task, User


@page(*EVERYONE)
def show_task(request: HttpRequest, user: User, task_id: UUID) -> HttpResponse:
    """The page of a task."""
    return _shown(request, user, _found(user, task_id))


@page(*SUBMITTERS)
def show_break_even(request: HttpRequest, user: User, task_id: UUID) -> HttpResponse:
    """From which profit the task would have been selected: selected again, so only on request."""
    task = _found(user, task_id)
    sees_all = user.role in OPERATORS
    is_told = sees_all or task.fleet.shows_break_even
    limit_s = settings.SATSELECT_TIME_LIMIT_S
    with question(places(), user.id) if is_told else nullcontext():
        explanation = explain(task, at=timezone.now(), by=user, time_limit_s=limit_s, wants_break_even=is_told)
    return show_part(
        request,
        "console/parts/break_even.html",
        user,
        break_even=explanation.break_even,
        price=explanation.price if sees_all else None,
        unknown=explanation.unknown and UNKNOWN_WORDS[explanation.unknown],
        is_long="long" in request.GET,
    )


@require_POST
@page(*SUBMITTERS)
def edit_task(request: HttpRequest, user: User, task_id: UUID) -> HttpResponse:
    """Gives a buffered task the fields that changed."""
    task = _found(user, task_id)
    document, before = document_of(request.POST.dict()), document_of(fields_of(task))
    changed = {name: document.get(name) for name in document | before if document.get(name) != before.get(name)}
    try:
        patch = validate(TASK_PATCH, changed)
        sent = {name: getattr(patch, name) for name in patch.model_fields_set}
        edit(task, sent, Report(user, timezone.now(), condition=_as_shown(request, task)))
    except InvalidError as error:
        return _shown(request, user, task, fields=request.POST.dict(), faults=by_field(error.faults))
    except ConflictError as error:
        return _shown(request, user, _found(user, task_id), faults={WHOLE: [str(error)]})
    except ChangedError:
        return _changed(request, user, task_id)
    return redirect("console:task", task_id)


@require_POST
@page(*SUBMITTERS)
def cancel_task(request: HttpRequest, user: User, task_id: UUID) -> HttpResponse:
    """Cancels a task that is not over."""
    return _reported(request, user, task_id, cancel)


@require_POST
@page(*EXECUTORS)
def complete_task(request: HttpRequest, user: User, task_id: UUID) -> HttpResponse:
    """Reports that a scheduled task was executed."""
    return _reported(request, user, task_id, complete)


@require_POST
@page(*EXECUTORS)
def fail_task(request: HttpRequest, user: User, task_id: UUID) -> HttpResponse:
    """Reports that a scheduled task could not be executed."""
    return _reported(request, user, task_id, fail)


def _reported(request: HttpRequest, user: User, task_id: UUID, change: Callable[[Task, Report], None]) -> HttpResponse:
    task = _found(user, task_id)
    try:
        said = validate(REPORT_BODY, {"words": request.POST.get("words", "").strip() or None})
        change(task, Report(user, timezone.now(), said.words or "", condition=_as_shown(request, task)))
    except InvalidError as error:
        return _shown(request, user, task, faults=by_field(error.faults))
    except ConflictError as error:
        return _shown(request, user, _found(user, task_id), faults={WHOLE: [str(error)]})
    except ChangedError:
        return _changed(request, user, task_id)
    if not visible_tasks(user).filter(id=task_id).exists():  # an executor's task that is buffered again
        return redirect("console:fleet", task.fleet.slug)
    return redirect("console:task", task_id)


def _as_shown(request: HttpRequest, task: Task) -> Condition:
    """That the task is as the page showed it from which the form came."""
    return unless_changed("task", lambda: _seen(Task.objects.get(id=task.id)), request.POST.get("seen", ""))


def _seen(task: Task) -> str:
    """What tells one state of a task from another: every change moves it, and so does every attempt."""
    return f"{task.updated.isoformat()} {task.attempts} {task.status}"


def _changed(request: HttpRequest, user: User, task_id: UUID) -> HttpResponse:
    """The page as it is now, for who saw an older one."""
    words = "This task changed since you opened the page, so nothing was done. Below is what it is now."
    fault = {WHOLE: [words]}
    return _shown(request, user, _found(user, task_id), faults=fault, status=HTTPStatus.PRECONDITION_FAILED)


def _found(user: User, task_id: UUID) -> Task:
    tasks = visible_tasks(user).select_related("fleet", "account", "submitted_by")
    return get_object_or_404(tasks.prefetch_related("uses__resource"), id=task_id)


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
        seen=(fields or {}).get("seen") or _seen(task),
        row=rows_for(user, [task], last_iteration(task.fleet_id), at=at)[0] if is_waiting else None,
        history=read_history(user, task),
        fields=fields or fields_of(task),
        faults=faults or {},
        is_editing=fields is not None,
        may_edit=is_waiting and user.role in SUBMITTERS,
        may_cancel=task_status in (Status.BUFFERED, Status.SCHEDULED) and user.role in SUBMITTERS,
        may_execute=task_status is Status.SCHEDULED and user.role in EXECUTORS,
    )
