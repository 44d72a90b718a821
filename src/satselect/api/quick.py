"""The quick endpoint: tasks in, the tasks scheduled out."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from satselect.api.answers import quick_answer
from satselect.api.callers import caller_of
from satselect.api.documentation import BATCH_BODY, SUBMITTED
from satselect.api.parameters import Acceptance
from satselect.api.submissions import created, submitted
from satselect.scheduling.inbox.settling import settled_in_any_case
from satselect.scheduling.visible import SUBMITTERS, visible_tasks
from satselect.schemas.tasks import QuickAnswer
from satselect.store.defaults import DEFAULT_FLEET

router = Router(tags=["quick"])


def post_tasks(request: HttpRequest, wanted: Query[Acceptance]) -> HttpResponse:
    """Submits a batch to the default fleet, iterates, and answers the tasks scheduled, the most profitable first."""
    user = caller_of(request, *SUBMITTERS)
    receipt = submitted(request, user, DEFAULT_FLEET, wanted)
    iteration = settled_in_any_case(receipt.batch)
    return created(receipt, iteration, quick_answer(visible_tasks(user), iteration).model_dump_json(), to=user)


# Both spellings: a redirect from one to the other would turn a POST into a GET.
for path, is_shown in (("/api/tasks/", True), ("/api/tasks", False)):
    router.post(
        path, response={201: QuickAnswer}, openapi_extra={**BATCH_BODY, **SUBMITTED}, include_in_schema=is_shown
    )(post_tasks)
