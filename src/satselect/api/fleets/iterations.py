"""Iterations: what was selected, and how good it is."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from satselect.api.answers import iteration_answer, iteration_answer_for, iteration_lines
from satselect.api.openapi.documentation import MADE
from satselect.application.access.rights import Right, sees_all
from satselect.application.access.visibility import visible_iterations
from satselect.application.planning.settle import order_iteration
from satselect.application.positions import PATTERN
from satselect.schemas.iterations import IterationAnswer, IterationPage
from satselect.store.models import Fleet, Iteration, User
from satselect.web.callers import caller_of
from satselect.web.conditions import refuse_conditions, tagged
from satselect.web.framework.parameters import ParameterError
from satselect.web.lookups import look_up
from satselect.web.paging import Limit, page_of
from satselect.web.runtime import runtime

router = Router(tags=["iterations"])


class IterationFilter(Schema):
    """Which part of the iterations to show."""

    cursor: Annotated[str, Field(pattern=f"^({PATTERN})$")] | None = None
    limit: Limit = 50


@router.get("/api/v1/iterations/{uuid:iteration_id}", response=IterationAnswer, by_alias=True, url_name="get_iteration")
def get_iteration(request: HttpRequest, iteration_id: UUID) -> IterationAnswer:
    """One iteration."""
    user = caller_of(request, Right.SUBMIT)
    found = look_up(visible_iterations(user).select_related("fleet"), "iteration", id=iteration_id)
    return tagged(request, answer_for(user, found, found.fleet.slug))


@router.get("/api/v1/fleets/{fleet}/iterations", response=IterationPage)
def list_iterations(request: HttpRequest, fleet: str, wanted: Query[IterationFilter]) -> IterationPage:
    """The iterations of a fleet, newest first."""
    user = caller_of(request, Right.SUBMIT)
    fleet_id, sees = _fleet_id(fleet), sees_all(user)
    row = f"iterations of {fleet_id}"  # a version counts what all accounts do
    # By version, the order in which they were made: clocks of several processes differ.
    iterations = visible_iterations(user).filter(fleet=fleet_id).order_by("-version").defer(*Iteration.WIDE)
    if wanted.cursor is not None:
        if (version := runtime().positions.read(wanted.cursor, row, sees_all=sees)) is None:
            raise ParameterError({"cursor": "is none that this call gave"})
        iterations = iterations.filter(version__lt=version)
    shown, following = page_of(
        request, iterations, wanted.limit, lambda last: runtime().positions.told(last.version, row, sees_all=sees)
    )
    lines = iteration_lines(shown, fleet, sees_sums=sees)
    return IterationPage.model_construct(items=lines, next=following)


@router.post("/api/v1/fleets/{fleet}/iterations", response={201: IterationAnswer}, by_alias=True, openapi_extra=MADE)
def post_iteration(request: HttpRequest, fleet: str) -> HttpResponse:
    """Iterates over the buffer of a fleet, without new tasks."""
    user = caller_of(request, Right.OPERATE)
    refuse_conditions(request)
    found = look_up(Fleet.objects, "fleet", slug=fleet)
    iteration = order_iteration(runtime().planner, found, by=user)
    body = answer_for(user, iteration, found.slug).model_dump_json(by_alias=True)
    response = HttpResponse(body, status=HTTPStatus.CREATED, content_type="application/json")
    response["Location"] = reverse("api:get_iteration", args=[iteration.id])
    return response


def answer_for(user: User, iteration: Iteration, fleet: str) -> IterationAnswer:
    """The iteration of that fleet as the user may see it, now."""
    if sees_all(user):
        return iteration_answer(iteration, fleet, at=timezone.now())
    return iteration_answer_for(user.account_id, iteration, fleet, at=timezone.now())


def _fleet_id(slug: str) -> int:
    return look_up(Fleet.objects, "fleet", slug=slug).id
