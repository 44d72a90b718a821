"""Why a task has no place in a plan: who holds what it needs, from when to when."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from satselect.application.access.rights import Right
from satselect.application.access.visibility import visible_tasks
from satselect.application.explanation.explain import explain
from satselect.application.explanation.questions import question
from satselect.application.explanation.reasons.in_time import Held
from satselect.application.explanation.reasons.wording import OTHERS, told_holders
from satselect.console.pages import show_answer
from satselect.console.people import page
from satselect.store.models import User
from satselect.web.runtime import runtime

MOST_S = 3.0
"""Somebody points at a task and waits."""
MOST_TOLD = 5


@dataclass(frozen=True, slots=True)
class Told:
    """That something is held; `task_id` of whom, if that may be known."""

    what: str
    starts: datetime
    ends: datetime
    who: str
    task_id: UUID | None


@page(Right.SUBMIT)
def show_why(request: HttpRequest, user: User, task_id: UUID) -> HttpResponse:
    """Why the task waits, planned again as things are now: so only on request."""
    task = get_object_or_404(visible_tasks(user).select_related("fleet"), id=task_id)
    limit_s = min(settings.SATSELECT_TIME_LIMIT_S, MOST_S)
    with question(runtime().places, user.id):
        found = explain(task, at=timezone.now(), by=user, time_limit_s=limit_s, wants_break_even=False)
    return show_answer(
        request,
        "console/parts/why_in_time.html",
        user,
        task.fleet,
        task=task,
        why=found.why,
        held=[_told(one, user) for one in found.held[:MOST_TOLD]],
        more=max(len(found.held) - MOST_TOLD, 0),
    )


def _told(one: Held, user: User) -> Told:
    satellite, _, name = one.key.rpartition("/")
    (who,) = told_holders([one.holder], user)
    what = f"{name} of {satellite}" if satellite else name
    return Told(what, one.starts, one.ends, who.name if who else OTHERS, who.id if who else None)
