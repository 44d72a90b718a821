"""Submit tasks to a fleet, and what became of the submission."""

from functools import cache
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix, reverse
from django.utils import timezone
from ninja import Query, Router

from satselect.api.answers import batch_answer
from satselect.api.fleets.iterations import answer_for
from satselect.api.openapi.documentation import ACCEPTED, BATCH_BODY, CONFLICT, PREFER, SUBMITTED, conditional
from satselect.application.access.rights import Right
from satselect.application.access.visibility import visible_batches
from satselect.application.act import Act
from satselect.application.dispatch.dead_letters import requeue
from satselect.application.tasks.submit import Receipt
from satselect.schemas.iterations import IterationAnswer
from satselect.schemas.submission.batches import BatchAnswer
from satselect.store.models import Iteration
from satselect.web.callers import caller_of
from satselect.web.conditions import condition_of, tagged
from satselect.web.framework.parameters import Acceptance
from satselect.web.lookups import look_up
from satselect.web.requests import fleet_tasks_of, wait_of
from satselect.web.runtime import runtime
from satselect.web.submissions import created, marked, shared_answer, submission_of

router = Router(tags=["submissions"])

RETRY_AFTER_S = 1


@router.post(
    "/api/v1/fleets/{fleet}/tasks",
    response={201: IterationAnswer, 202: BatchAnswer},
    by_alias=True,
    openapi_extra={
        **BATCH_BODY,
        "responses": SUBMITTED["responses"] | ACCEPTED,
        "parameters": [*BATCH_BODY["parameters"], PREFER],
    },
)
def post_fleet_tasks(request: HttpRequest, fleet: str, wanted: Query[Acceptance]) -> HttpResponse:
    """Submits a batch and iterates. Who prefers not to wait gets the batch, and asks for it later."""
    user = caller_of(request, Right.SUBMIT)
    submission = submission_of(request, user, fleet, wanted, fleet_tasks_of)
    settled = runtime().settler.submit(submission, wait_of(request))
    receipt, iteration = settled.receipt, settled.iteration
    if iteration is None:
        return _accepted(receipt, fleet)
    body = shared_answer(
        settled, "iteration", lambda: answer_for(user, iteration, fleet).model_dump_json(by_alias=True), to=user
    )
    return created(receipt, iteration_address(iteration), body, to=user)


@router.get("/api/v1/batches/{uuid:batch_id}", response=BatchAnswer, url_name="get_batch")
def get_batch(request: HttpRequest, batch_id: UUID) -> BatchAnswer:
    """Whether the batch was considered, and by which iteration."""
    batches = visible_batches(caller_of(request, Right.SUBMIT))
    return tagged(request, batch_answer(look_up(batches.select_related("fleet"), "batch", id=batch_id)))


@router.post("/api/v1/batches/{uuid:batch_id}/requeue", response=BatchAnswer, openapi_extra=conditional(CONFLICT))
def post_requeue(request: HttpRequest, batch_id: UUID) -> BatchAnswer:
    """Tries again with a dead batch, one that was given up after it failed too often."""
    user = caller_of(request, Right.OPERATE)
    found = visible_batches(user).select_related("fleet")
    condition = condition_of(request, lambda: batch_answer(look_up(found.all(), "batch", id=batch_id)))
    batch = look_up(found, "batch", id=batch_id)
    requeue(batch, Act(user, timezone.now(), condition))
    batch.refresh_from_db(fields=["state"])
    return tagged(request, batch_answer(batch))


def _accepted(receipt: Receipt, fleet: str) -> HttpResponse:
    batch = receipt.batch
    # It may be done by now: whoever iterates meanwhile considers it.
    batch.refresh_from_db(fields=["state", "iteration"])
    shown = batch_answer(batch, fleet=fleet)
    response = HttpResponse(shown.model_dump_json(), status=HTTPStatus.ACCEPTED, content_type="application/json")
    response["Location"] = reverse("api:get_batch", args=[batch.id])
    response["Retry-After"] = str(RETRY_AFTER_S)
    return marked(receipt, response)


def iteration_address(iteration: Iteration) -> str:
    """Where the iteration is."""
    return _address_of_any(get_script_prefix()).replace(str(_ANY), str(iteration.id))


@cache
def _address_of_any(prefix: str) -> str:
    """Behind that prefix: to look an address up takes as long as to ask a database."""
    return reverse("api:get_iteration", args=[_ANY])


_ANY = UUID(int=0)
