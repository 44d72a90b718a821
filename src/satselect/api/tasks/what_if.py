"""What if: the selection that there would be."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from satselect.api.openapi.documentation import json_body
from satselect.application.access.rights import Right, sees_all
from satselect.application.explanation.outlook import Outlook
from satselect.application.explanation.questions import question
from satselect.application.explanation.what_if import select_among, select_with
from satselect.schemas.explanations import Holder, Unknown
from satselect.schemas.iterations import Quality
from satselect.schemas.reading.faults import InvalidError
from satselect.schemas.what_if import Question, TriedTask, WhatIfAnswer
from satselect.store.models import User
from satselect.web.callers import caller_of
from satselect.web.conditions import refuse_conditions
from satselect.web.requests import question_of
from satselect.web.runtime import runtime

router = Router(tags=["what if"])


@router.post("/api/v1/selections", response=WhatIfAnswer, openapi_extra={**json_body(Question), "responses": {404: {}}})
def post_selection(request: HttpRequest) -> WhatIfAnswer:
    """Selects among the given tasks, or among them and a fleet's buffer, and stores nothing."""
    user = caller_of(request, Right.READ)
    refuse_conditions(request)
    asked = question_of(request)
    with question(runtime().places, user.id, candidates=len(asked.tasks) * max(len(asked.satellites or ()), 1)):
        return _answer(asked, _outlook(asked, user))


def _outlook(question: Question, user: User) -> Outlook:
    time_limit_s = settings.SATSELECT_TIME_LIMIT_S
    if question.fleet is None:
        return select_among(
            question.tasks,
            capacities=question.capacities,
            satellites=question.satellites,
            time_limit_s=time_limit_s,
        )
    if not sees_all(user):  # a few questions would tell a customer what others offer
        raise PermissionDenied
    try:
        return select_with(
            question.fleet,
            question.tasks,
            by=user,
            at=timezone.now(),
            time_limit_s=time_limit_s,
            most_candidates=settings.SATSELECT_LIMITS.candidates,
        )
    except InvalidError as error:
        raise error.below("tasks") from None


def _answer(question: Question, outlook: Outlook) -> WhatIfAnswer:
    selection = outlook.selection
    tried = [_tried(question, place, outlook) for place in range(len(question.tasks))]
    return WhatIfAnswer.model_construct(
        status=Quality(selection.status),
        profit=outlook.profit,
        objective=outlook.objective,
        bound=selection.bound,
        gap=selection.gap,
        proof=selection.proof.value,
        tasks=[task for task in tried if task.place in outlook.chosen],
        buffered=[task for task in tried if task.place not in outlook.chosen],
        displaced=[
            Holder.model_construct(id=task.id, name=task.name, profit=task.profit_as_sent) for task in outlook.displaced
        ],
        profit_without=outlook.profit_without,
    )


def _tried(question: Question, place: int, outlook: Outlook) -> TriedTask:
    task, needed = question.tasks[place], outlook.break_even.get(place)
    starts, ends = outlook.times.get(place, (None, None))
    return TriedTask.model_construct(
        place=place,
        name=task.name,
        resources=task.resources,
        profit=task.profit,
        satellite=outlook.chosen.get(place),
        starts=starts,
        ends=ends,
        break_even_profit=None if isinstance(needed, Unknown) else needed,
        unknown=needed if isinstance(needed, Unknown) else None,
    )
