"""The quick endpoint: tasks in, the tasks scheduled out."""

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from satselect.api.answers import quick_answer
from satselect.api.openapi.documentation import QUICK_BODY, SUBMITTED
from satselect.api.tasks.submissions import iteration_address
from satselect.application.access.rights import Right
from satselect.application.access.visibility import account_seen
from satselect.schemas.task_answers import QuickAnswer
from satselect.store.defaults import DEFAULT_FLEET
from satselect.web.callers import caller_of
from satselect.web.framework.parameters import Acceptance
from satselect.web.runtime import runtime
from satselect.web.submissions import created, shared_answer, submission_of

router = Router(tags=["quick"])


def post_tasks(request: HttpRequest, wanted: Query[Acceptance]) -> HttpResponse:
    """Submits a batch to the default fleet, iterates, and answers the tasks scheduled, the most profitable first."""
    user = caller_of(request, Right.SUBMIT)
    settled = runtime().settler.submit_in_any_case(submission_of(request, user, DEFAULT_FLEET, wanted))
    iteration = settled.iteration
    assert iteration is not None, "in any case"  # noqa: S101

    def made() -> str:
        return quick_answer(iteration, account_seen(user)).model_dump_json()

    body = shared_answer(settled, "quick", made, to=user)
    return created(settled.receipt, iteration_address(iteration), body, to=user)


# Both spellings: a redirect from one to the other would turn a POST into a GET.
for path, is_shown in (("/api/tasks/", True), ("/api/tasks", False)):
    router.post(
        path, response={201: QuickAnswer}, openapi_extra={**QUICK_BODY, **SUBMITTED}, include_in_schema=is_shown
    )(post_tasks)
