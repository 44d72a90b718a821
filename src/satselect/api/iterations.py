"""Iterations: what was selected, and how good it is."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router

from satselect.api.answers import iteration_answer, iteration_answer_for
from satselect.api.callers import OPERATORS, SUBMITTERS, caller_of, visible_iterations
from satselect.schemas.iterations import IterationAnswer

router = Router(tags=["iterations"])


@router.get("/api/v1/iterations/{uuid:iteration_id}", response=IterationAnswer, url_name="get_iteration")
def get_iteration(request: HttpRequest, iteration_id: UUID) -> IterationAnswer:
    """One iteration."""
    user = caller_of(request, *SUBMITTERS)
    iteration = get_object_or_404(visible_iterations(user).select_related("fleet"), id=iteration_id)
    if user.role in OPERATORS:
        return iteration_answer(iteration, at=timezone.now())
    return iteration_answer_for(user.account_id, iteration, at=timezone.now())
