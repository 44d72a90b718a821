"""Why a task lost."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router

from satselect.api.callers import caller_of
from satselect.scheduling.explanation.explain import Explanation, explain
from satselect.scheduling.explanation.questions import places, question
from satselect.scheduling.explanation.scene import Holder as Holding
from satselect.scheduling.explanation.scene import Lack
from satselect.scheduling.explanation.since import Change
from satselect.scheduling.explanation.words import OTHERS, told_holders
from satselect.scheduling.visible import OPERATORS, SUBMITTERS, status_at, visible_tasks
from satselect.schemas.explanations import ChangeAnswer, ExplanationAnswer, Holder, LackAnswer
from satselect.store.models import Task, User

router = Router(tags=["tasks"])


@router.get("/api/v1/tasks/{uuid:task_id}/explanation", response=ExplanationAnswer)
def explain_task(request: HttpRequest, task_id: UUID) -> ExplanationAnswer:
    """Why the task was or wasn't selected, the last time it was considered."""
    at, user = timezone.now(), caller_of(request, *SUBMITTERS)
    task = get_object_or_404(visible_tasks(user).select_related("fleet"), id=task_id)
    is_told = user.role in OPERATORS or task.fleet.shows_break_even
    limit_s = settings.SATSELECT_TIME_LIMIT_S
    with question(places(), user.id) if is_told else nullcontext():
        found = explain(task, at=at, by=user, time_limit_s=limit_s, wants_break_even=is_told)
    return _answer(task, found, user, at)


def _answer(task: Task, explanation: Explanation, user: User, at: datetime) -> ExplanationAnswer:
    return ExplanationAnswer.model_construct(
        task=task.id,
        status=status_at(task, at),
        iteration=explanation.iteration_id,
        reason=explanation.reason,
        why=explanation.why,
        changed_since=[_change(change) for change in explanation.changes],
        displaced_by={name: _holders(others, user) for name, others in explanation.displaced_by.items()},
        lacking={key: _lack(lack) for key, lack in explanation.lacking.items()},
        satellites_out=list(explanation.satellites_out),
        price=explanation.price if user.role in OPERATORS else None,
        break_even_profit=explanation.break_even,
        break_even_unknown=explanation.unknown,
    )


def _lack(lack: Lack) -> LackAnswer:
    return LackAnswer.model_construct(needs=lack.needs, has=lack.has, out_of_service=lack.is_out)


def _change(change: Change) -> ChangeAnswer:
    return ChangeAnswer.model_construct(
        what=change.what, of=change.of, before=change.before, now=change.now, words=change.words
    )


def _holders(others: Sequence[Holding], user: User) -> list[Holder]:
    return [
        Holder.model_construct(id=one.id, name=one.name, profit=one.profit)
        if one
        else Holder.model_construct(id=None, name=OTHERS, profit=None)
        for one in told_holders(others, user)
    ]
