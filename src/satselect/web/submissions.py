"""What is submitted by a request, and how a batch is answered, whichever edge it came through."""

from collections.abc import Callable, Sequence
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from satselect.application.access.rights import sees_all
from satselect.application.dispatch.lane import Settled
from satselect.application.tasks.quotas import quota_of
from satselect.application.tasks.replays import keep_answer
from satselect.application.tasks.submission import Submission
from satselect.application.tasks.submit import Receipt
from satselect.schemas.submission.fingerprints import fingerprint_of
from satselect.schemas.tasks import NewTask
from satselect.store.models import User
from satselect.web.conditions import refuse_conditions
from satselect.web.framework.parameters import Acceptance
from satselect.web.requests import digest_of, idempotency_key_of, place_of, tasks_of
from satselect.web.runtime import runtime

Read = Callable[[HttpRequest], Sequence[NewTask]]

_LARGE_BYTES = 30_000
"""Reading as much takes some milliseconds: longer than a small request takes in all."""


def submission_of(
    request: HttpRequest, user: User, fleet: str, wanted: Acceptance, read: Read = tasks_of
) -> Submission:
    """What is submitted by the request, whose tasks are read so."""
    refuse_conditions(request)
    if is_large := len(request.body) > _LARGE_BYTES:
        runtime().planner.courtesy.give_way()
    tasks = read(request)
    # Small requests may have come while it was read.
    if is_large:
        runtime().planner.courtesy.give_way()
    return Submission(
        fleet=fleet,
        account_id=user.account_id,
        user_id=user.id,
        tasks=tasks,
        digest=fingerprint_of(place_of(request), tasks),
        earlier_digest=digest_of(request),
        idempotency_key=idempotency_key_of(request),
        quota=quota_of(user, usual=settings.SATSELECT_BUFFERED_LIMIT),
        most_candidates=settings.SATSELECT_LIMITS.candidates,
        accepts_expired=wanted.accept_expired,
    )


def shared_answer(settled: Settled, kind: str, make: Callable[[], str], *, to: User) -> str:
    """The answer, made once for all batches that share an iteration and whose callers may see the same."""
    if settled.answers is None:
        return make()
    return settled.answers.made((kind, None if sees_all(to) else to.account_id), make)


def created(
    receipt: Receipt, location: str, body: str, *, to: User, media_type: str = "application/json"
) -> HttpResponse:
    """The answer to a batch that was stored; to a repetition, the one given before to the same audience."""
    kept = keep_answer(receipt.batch, body, to=to)
    response = HttpResponse(kept, status=HTTPStatus.CREATED, content_type=media_type)
    response["Location"] = location
    return marked(receipt, response)


def marked(receipt: Receipt, response: HttpResponse) -> HttpResponse:
    """The response, which says so if the submission came before."""
    if receipt.is_replay:
        response["Idempotent-Replayed"] = "true"
    return response
