"""What if: the selection that there would be."""

from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from satselect.api.callers import caller_of
from satselect.api.conditions import refuse_conditions
from satselect.api.documentation import json_body
from satselect.api.requests import question_of
from satselect.scheduling.explanation.questions import places, question
from satselect.scheduling.explanation.what_if import Outlook, select_among, select_with
from satselect.scheduling.visible import EVERYONE, OPERATORS
from satselect.schemas.explanations import Holder
from satselect.schemas.faults import InvalidError
from satselect.schemas.iterations import Quality
from satselect.schemas.what_if import Question, TriedTask, WhatIfAnswer
from satselect.store.models import User

router = Router(tags=["what if"])


@router.post("/api/v1/selections", response=WhatIfAnswer, openapi_extra={**json_body(Question), "responses": {404: {}}})
def post_selection(request: HttpRequest) -> WhatIfAnswer:
    """Selects among the given tasks, or among them and a fleet's buffer, and stores nothing."""
    user = caller_of(request, *EVERYONE)
    refuse_conditions(request)
    asked = question_of(request)
    with question(places(), user.id, candidates=len(asked.tasks) * max(len(asked.satellites or ()), 1)):
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
    if user.role not in OPERATORS:  # a few questions would tell a customer what others offer
        raise PermissionDenied
    try:
        return select_with(question.fleet, question.tasks, by=user, at=timezone.now(), time_limit_s=time_limit_s)
    except InvalidError as error:
        raise error.below("tasks") from None


def _answer(question: Question, outlook: Outlook) -> WhatIfAnswer:
    selection = outlook.selection
    tried = [_tried(question, place, outlook.chosen) for place in range(len(question.tasks))]
    return WhatIfAnswer.model_construct(
        status=Quality(selection.status),
        profit=outlook.profit,
        objective=selection.profit,
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


def _tried(question: Question, place: int, chosen: Mapping[int, str | None]) -> TriedTask:
    task = question.tasks[place]
    return TriedTask.model_construct(
        place=place, name=task.name, resources=task.resources, profit=task.profit, satellite=chosen.get(place)
    )
