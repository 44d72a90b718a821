"""Submit tasks: from a form or as JSON, with a look at what would be selected before."""

from collections.abc import Sequence
from http import HTTPStatus
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from satselect.console.forms import by_field, task_of
from satselect.console.pages import show, show_part
from satselect.console.people import fleet_of, page
from satselect.scheduling.errors import BusyError, KeyReusedError, QuotaError
from satselect.scheduling.explanation.what_if import select_with
from satselect.scheduling.inbox.settling import settled
from satselect.scheduling.submission.quotas import quota_of
from satselect.scheduling.submission.submit import Submission, submit
from satselect.scheduling.visible import OPERATORS, SUBMITTERS, visible_resources
from satselect.schemas.faults import Fault, InputError
from satselect.schemas.fingerprints import fingerprint_of
from satselect.schemas.tasks import NewTask, read_tasks
from satselect.store.models import Fleet, Iteration, User

EXAMPLE = """[
  {"name": "image of the coast", "resources": ["camera", "disk"], "profit": 7.5},
  {"name": "clean the disk", "resources": {"disk": 1}, "profit": 0.4}
]"""


@require_http_methods(["GET", "HEAD", "POST"])
@page(*SUBMITTERS)
def show_submit(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """The form; what was sent is submitted, or tried out, or comes back with what is wrong with it."""
    fleet = fleet_of(user, slug)
    if request.method != "POST":
        return _shown(request, user, fleet)
    try:
        iteration = _submitted(user, fleet, request, _tasks(request))
    except InputError as error:
        return _shown(request, user, fleet, faults=error.faults)
    except KeyReusedError:
        return _shown(request, user, fleet, faults=[Fault("this page was submitted before, with something else in it")])
    except QuotaError as error:
        return _shown(request, user, fleet, faults=[Fault(str(error))])
    if iteration is None:  # accepted, and considered later
        return redirect("console:buffer", slug)
    return redirect("console:iteration", iteration.id)


@require_POST
@page(*OPERATORS)
def show_what_if(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """What an iteration would select if these tasks were submitted now, and whom they would displace."""
    fleet = fleet_of(user, slug)
    facts: dict[str, object] = {}
    try:
        tasks = _tasks(request)
        outlook = select_with(slug, tasks, by=user, at=timezone.now(), time_limit_s=settings.SATSELECT_TIME_LIMIT_S)
        facts = {"outlook": outlook, "tried": [(task, place in outlook.chosen) for place, task in enumerate(tasks)]}
    except InputError as error:
        facts = {"list": [str(fault) for fault in error.faults], "id": "outlook-faults"}
    except BusyError:
        facts = {"list": ["The fleet is too busy to try it out; submitting works."], "id": "outlook-faults"}
    return show_part(request, "console/parts/outlook.html", user, fleet, **facts)


def _is_json(request: HttpRequest) -> bool:
    return request.POST.get("way") == "json"


def _tasks(request: HttpRequest) -> list[NewTask]:
    if _is_json(request):
        return read_tasks(request.POST.get("document", "").encode(errors="surrogatepass"), settings.SATSELECT_LIMITS)
    return [task_of(request.POST.dict())]


def _submitted(user: User, fleet: Fleet, request: HttpRequest, tasks: Sequence[NewTask]) -> Iteration | None:
    submission = Submission(
        fleet=fleet.slug,
        account_id=user.account_id,
        user_id=user.id,
        tasks=tasks,
        digest=fingerprint_of(f"console {fleet.slug}", tasks),
        quota=quota_of(user, usual=settings.SATSELECT_BUFFERED_LIMIT),
        idempotency_key=_key(request.POST.get("key", "")),
    )
    return settled(submit(submission, at=timezone.now()).batch, None)


def _key(sent: str) -> str:
    """A page that is sent twice, by two clicks or by going back, submits once."""
    try:
        return f"console {UUID(sent)}"
    except ValueError:
        return f"console {uuid4()}"


def _shown(request: HttpRequest, user: User, fleet: Fleet, *, faults: Sequence[Fault] = ()) -> HttpResponse:
    is_json = _is_json(request)
    return show(
        request,
        "console/submit.html",
        user,
        fleet,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
        tab="submit",
        key=uuid4(),
        fields={} if is_json else request.POST.dict(),
        faults={} if is_json else by_field(faults),
        document=request.POST.get("document", "") if is_json else EXAMPLE,
        document_faults=faults if is_json else (),
        resources=list(visible_resources(user, fleet).order_by("name").values_list("name", flat=True)[:40]),
    )
