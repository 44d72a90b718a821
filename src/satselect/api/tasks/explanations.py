"""Why a task lost."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from satselect.application.access.rights import Right, sees_all, sees_break_even
from satselect.application.access.visibility import status_at, visible_tasks
from satselect.application.explanation.explain import Explanation, explain
from satselect.application.explanation.questions import question
from satselect.application.explanation.reasons.in_time import Held
from satselect.application.explanation.reasons.scene import Holder as Holding
from satselect.application.explanation.reasons.scene import Lack
from satselect.application.explanation.reasons.since import Change
from satselect.application.explanation.reasons.wording import OTHERS, told_holders
from satselect.schemas.explanations import ChangeAnswer, ExplanationAnswer, HeldAnswer, Holder, LackAnswer
from satselect.store.models import Task, User
from satselect.web.callers import caller_of
from satselect.web.lookups import look_up
from satselect.web.runtime import runtime

router = Router(tags=["tasks"])


@router.get("/api/v1/tasks/{uuid:task_id}/explanation", response=ExplanationAnswer, by_alias=True)
def explain_task(request: HttpRequest, task_id: UUID) -> ExplanationAnswer:
    """Why the task was or wasn't selected, the last time it was considered."""
    at, user = timezone.now(), caller_of(request, Right.SUBMIT)
    task = look_up(visible_tasks(user).select_related("fleet"), "task", id=task_id)
    is_told = sees_break_even(user, task.fleet)
    limit_s = settings.SATSELECT_TIME_LIMIT_S
    # Without a break-even profit nothing is selected again, and no place is taken.
    with question(runtime().places, user.id) if is_told else nullcontext():
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
        held=[_held(one, user) for one in explanation.held] if task.fleet.horizon_s is not None else None,
        price=explanation.price if sees_all(user) else None,
        break_even_profit=explanation.break_even,
        break_even_unknown=explanation.unknown,
    )


def _held(one: Held, user: User) -> HeldAnswer:
    (who,) = _holders([one.holder], user)
    return HeldAnswer.model_construct(resource=one.key, starts=one.starts, ends=one.ends, by=who)


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
