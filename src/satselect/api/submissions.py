"""Submit tasks to a fleet, and what became of the submission."""

from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from ninja import Query, Router

from satselect.api.answers import batch_answer
from satselect.api.callers import caller_of
from satselect.api.conditions import condition_of, refuse_conditions, tagged
from satselect.api.documentation import ACCEPTED, BATCH_BODY, CONFLICT, PREFER, SUBMITTED, conditional
from satselect.api.iterations import answer_for
from satselect.api.parameters import Acceptance
from satselect.api.requests import digest_of, idempotency_key_of, place_of, tasks_of, wait_of
from satselect.scheduling.inbox.inbox import requeue
from satselect.scheduling.inbox.settling import settled
from satselect.scheduling.submission.quotas import quota_of
from satselect.scheduling.submission.replay import keep_answer
from satselect.scheduling.submission.submit import Receipt, Submission, submit
from satselect.scheduling.visible import OPERATORS, SUBMITTERS, visible_batches
from satselect.schemas.batches import BatchAnswer
from satselect.schemas.fingerprints import fingerprint_of
from satselect.schemas.iterations import IterationAnswer
from satselect.store.models import Iteration, User

router = Router(tags=["submissions"])

RETRY_AFTER_S = 1


def submitted(request: HttpRequest, user: User, fleet: str, wanted: Acceptance) -> Receipt:
    """The batch in the request, accepted."""
    refuse_conditions(request)
    tasks = tasks_of(request)
    submission = Submission(
        fleet=fleet,
        account_id=user.account_id,
        user_id=user.id,
        tasks=tasks,
        digest=fingerprint_of(place_of(request), tasks),
        earlier_digest=digest_of(request),
        idempotency_key=idempotency_key_of(request),
        quota=quota_of(user, usual=settings.SATSELECT_BUFFERED_LIMIT),
        accepts_expired=wanted.accept_expired,
    )
    return submit(submission, at=timezone.now())


def created(receipt: Receipt, iteration: Iteration, body: str, *, to: User) -> HttpResponse:
    """The answer to a batch that was considered; to a repetition, the one given before to who may see the same."""
    kept = keep_answer(receipt.batch, body, to=to)
    response = HttpResponse(kept, status=HTTPStatus.CREATED, content_type="application/json")
    response["Location"] = reverse("api:get_iteration", args=[iteration.id])
    return _marked(receipt, response)


@router.post(
    "/api/v1/fleets/{fleet}/tasks",
    response={201: IterationAnswer, 202: BatchAnswer},
    openapi_extra={
        **BATCH_BODY,
        "responses": SUBMITTED["responses"] | ACCEPTED,
        "parameters": [*BATCH_BODY["parameters"], PREFER],
    },
)
def post_fleet_tasks(request: HttpRequest, fleet: str, wanted: Query[Acceptance]) -> HttpResponse:
    """Submits a batch and iterates. Who prefers not to wait gets the batch, and asks for it later."""
    user = caller_of(request, *SUBMITTERS)
    receipt = submitted(request, user, fleet, wanted)
    iteration = settled(receipt.batch, wait_of(request))
    if iteration is None:
        return _accepted(receipt, fleet)
    return created(receipt, iteration, answer_for(user, iteration).model_dump_json(), to=user)


@router.get("/api/v1/batches/{uuid:batch_id}", response=BatchAnswer, url_name="get_batch")
def get_batch(request: HttpRequest, batch_id: UUID) -> BatchAnswer:
    """Whether the batch was considered, and by which iteration."""
    batches = visible_batches(caller_of(request, *SUBMITTERS))
    return tagged(request, batch_answer(get_object_or_404(batches.select_related("fleet"), id=batch_id)))


@router.post("/api/v1/batches/{uuid:batch_id}/requeue", response=BatchAnswer, openapi_extra=conditional(CONFLICT))
def post_requeue(request: HttpRequest, batch_id: UUID) -> BatchAnswer:
    """Tries again with a dead batch, one that was given up after it failed too often."""
    user = caller_of(request, *OPERATORS)
    found = visible_batches(user).select_related("fleet")
    condition = condition_of(request, lambda: batch_answer(get_object_or_404(found.all(), id=batch_id)))
    batch = get_object_or_404(found, id=batch_id)
    requeue(batch, at=timezone.now(), by=user, condition=condition)
    batch.refresh_from_db(fields=["state"])
    return tagged(request, batch_answer(batch))


def _accepted(receipt: Receipt, fleet: str) -> HttpResponse:
    batch = receipt.batch
    batch.refresh_from_db(fields=["state", "iteration"])
    shown = batch_answer(batch, fleet=fleet)
    response = HttpResponse(shown.model_dump_json(), status=HTTPStatus.ACCEPTED, content_type="application/json")
    response["Location"] = reverse("api:get_batch", args=[batch.id])
    response["Retry-After"] = str(RETRY_AFTER_S)
    return _marked(receipt, response)


def _marked(receipt: Receipt, response: HttpResponse) -> HttpResponse:
    if receipt.is_replay:
        response["Idempotent-Replayed"] = "true"
    return response
