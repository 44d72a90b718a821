"""The quick endpoint: tasks in, the tasks scheduled out."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Router

from satselect.api.answers import quick_answer
from satselect.api.callers import SUBMITTERS, caller_of, visible_tasks
from satselect.api.documentation import BATCH_BODY
from satselect.api.requests import digest_of, idempotency_key_of, tasks_of
from satselect.scheduling.iterate import settle
from satselect.scheduling.replay import keep_answer
from satselect.scheduling.submit import Submission, submit
from satselect.schemas.tasks import QuickAnswer
from satselect.store.defaults import DEFAULT_FLEET

router = Router(tags=["quick"])


def post_tasks(request: HttpRequest) -> HttpResponse:
    """Submits a batch to the default fleet, iterates, and answers the tasks scheduled, the most profitable first."""
    user = caller_of(request, *SUBMITTERS)
    tasks = tasks_of(request)
    submission = Submission(
        fleet=DEFAULT_FLEET,
        account_id=user.account_id,
        user_id=user.id,
        tasks=tasks,
        digest=digest_of(request),
        idempotency_key=idempotency_key_of(request),
    )
    receipt = submit(submission, at=timezone.now())
    iteration = settle(receipt.batch, clock=timezone.now, time_limit_s=settings.SATSELECT_TIME_LIMIT_S)
    body = keep_answer(receipt.batch, quick_answer(visible_tasks(user), iteration).model_dump_json())
    response = HttpResponse(body, status=HTTPStatus.CREATED, content_type="application/json")
    response["Location"] = reverse("api:get_iteration", args=[iteration.id])
    if receipt.is_replay:
        response["Idempotent-Replayed"] = "true"
    return response


# Both spellings: a redirect from one to the other would turn a POST into a GET.
for path, is_shown in (("/api/tasks/", True), ("/api/tasks", False)):
    router.post(path, response={201: QuickAnswer}, openapi_extra=BATCH_BODY, include_in_schema=is_shown)(post_tasks)
