"""Iterations: what was selected, and how good it is."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router

from satselect.api.answers import iteration_answer
from satselect.schemas.iterations import IterationAnswer
from satselect.store.models import Iteration

router = Router(tags=["iterations"])


@router.get("/api/v1/iterations/{uuid:iteration_id}", response=IterationAnswer, url_name="get_iteration")
def get_iteration(request: HttpRequest, iteration_id: UUID) -> IterationAnswer:
    """One iteration."""
    iteration = get_object_or_404(Iteration.objects.select_related("fleet"), id=iteration_id)
    return iteration_answer(iteration, at=timezone.now())
