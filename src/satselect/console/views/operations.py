"""What operators look after: batches that are stuck, events, the audit, deliveries."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from satselect.application.access.rights import Right
from satselect.application.access.visibility import visible_batches
from satselect.application.act import Act
from satselect.application.dispatch.dead_letters import requeue
from satselect.application.errors import ConflictError
from satselect.console.pages import show
from satselect.console.people import fleet_of, page
from satselect.console.reading.operations import read_operations
from satselect.store.models import Fleet, User
from satselect.web.runtime import runtime


@page(Right.OPERATE)
def show_operations(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """The page of a fleet's health."""
    return _shown(request, user, fleet_of(user, slug))


@require_POST
@page(Right.OPERATE)
def post_requeue(request: HttpRequest, user: User, batch_id: UUID) -> HttpResponse:
    """A batch that was given up is tried again."""
    batch = get_object_or_404(visible_batches(user).select_related("fleet"), id=batch_id)
    try:
        requeue(batch, Act(user, timezone.now()))
    except ConflictError as error:
        return _shown(request, user, batch.fleet, fault=f"Nothing was done: {error}.")
    # At once: whoever asked for it waits for the page that says what became of it.
    runtime().settler.settle(batch)
    return redirect("console:operations", batch.fleet.slug)


def _shown(request: HttpRequest, user: User, fleet: Fleet, *, fault: str = "") -> HttpResponse:
    return show(
        request,
        "console/operations.html",
        user,
        fleet,
        status=HTTPStatus.PRECONDITION_FAILED if fault else HTTPStatus.OK,
        tab="operations",
        fault=fault,
        found=read_operations(user, fleet),
    )
