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
from satselect.api.places import PLACES
from satselect.scheduling.explanation.explain import Explanation, Lack, explain
from satselect.scheduling.explanation.questions import question
from satselect.scheduling.visible import OPERATORS, SUBMITTERS, status_at, visible_tasks
from satselect.schemas.explanations import ExplanationAnswer, Holder, LackAnswer
from satselect.store.models import Task, User

router = Router(tags=["tasks"])

_NOT_YOURS = "a task of another customer"


@router.get("/api/v1/tasks/{uuid:task_id}/explanation", response=ExplanationAnswer)
def explain_task(request: HttpRequest, task_id: UUID) -> ExplanationAnswer:
    """Why the task was or wasn't selected, the last time it was considered."""
    at, user = timezone.now(), caller_of(request, *SUBMITTERS)
    task = get_object_or_404(visible_tasks(user).select_related("fleet"), id=task_id)
    is_told = user.role in OPERATORS or task.fleet.shows_break_even
    limit_s = settings.SATSELECT_TIME_LIMIT_S
    with question(PLACES, user.id) if is_told else nullcontext():
        return _answer(task, explain(task, at=at, time_limit_s=limit_s, wants_break_even=is_told), user, at)


def _answer(task: Task, explanation: Explanation, user: User, at: datetime) -> ExplanationAnswer:
    return ExplanationAnswer.model_construct(
        task=task.id,
        status=status_at(task, at),
        iteration=explanation.iteration_id,
        displaced_by={name: _holders(others, user) for name, others in explanation.displaced_by.items()},
        lacking={key: _lack(lack) for key, lack in explanation.lacking.items()},
        satellites_out=list(explanation.satellites_out),
        price=explanation.price if user.role in OPERATORS else None,
        break_even_profit=explanation.break_even,
    )


def _lack(lack: Lack) -> LackAnswer:
    return LackAnswer.model_construct(needs=lack.needs, has=lack.has, out_of_service=lack.is_out)


def _holders(others: Sequence[Task], user: User) -> list[Holder]:
    told = [other for other in others if user.role in OPERATORS or other.account_id == user.account_id]
    holders = [Holder.model_construct(id=other.id, name=other.name, profit=other.profit_as_sent) for other in told]
    if len(told) < len(others):  # how many they are is nobody's business either
        holders.append(Holder.model_construct(id=None, name=_NOT_YOURS, profit=None))
    return holders
