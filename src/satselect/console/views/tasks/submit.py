"""Submit tasks: from a form, as JSON or from a file, with a look at what would be selected before."""

import json
from collections.abc import Sequence
from http import HTTPStatus
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from satselect.application.access.rights import Right
from satselect.application.access.visibility import visible_resources, visible_tasks
from satselect.application.errors import BusyError, KeyReusedError, QuotaError
from satselect.application.explanation.what_if import select_with
from satselect.application.tasks.quotas import quota_of
from satselect.application.tasks.submission import Submission
from satselect.console.files import COLUMNS, read_file
from satselect.console.forms import SOON, by_field, document_of, fields_of, said, task_of, with_deadline
from satselect.console.pages import show, show_answer
from satselect.console.people import fleet_of, page
from satselect.console.query_params import identifier
from satselect.schemas.planning.plans import read_any_tasks
from satselect.schemas.reading.faults import Fault, InputError
from satselect.schemas.submission.fingerprints import fingerprint_of
from satselect.schemas.tasks import NewTask
from satselect.store.models import Fleet, Iteration, User
from satselect.store.queries.uses import tell_uses
from satselect.web.runtime import runtime

MOST_NAMES = 40
"""Resources and satellites to choose among."""


@require_http_methods(["GET", "HEAD", "POST"])
@page(Right.SUBMIT)
def show_submit(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """The form; what was sent is submitted, or tried out, or comes back with what is wrong with it."""
    fleet = fleet_of(user, slug)
    if request.method != "POST":
        return _shown(request, user, fleet, fields=_cloned(request, user))
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
@page(Right.OPERATE)
def show_what_if(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """What an iteration would select if these tasks were submitted now, and whom they would displace."""
    fleet = fleet_of(user, slug)
    facts: dict[str, object] = {}
    try:
        tasks = _tasks(request)
        outlook = select_with(
            slug,
            tasks,
            by=user,
            at=timezone.now(),
            time_limit_s=settings.SATSELECT_TIME_LIMIT_S,
            most_candidates=settings.SATSELECT_LIMITS.candidates,
        )
        facts = {"outlook": outlook, "tried": [(task, place in outlook.chosen) for place, task in enumerate(tasks)]}
    except InputError as error:
        facts = {"list": [str(fault) for fault in error.faults], "id": "outlook-faults"}
    except BusyError:
        facts = {"list": ["The fleet is too busy to try it out; submitting works."], "id": "outlook-faults"}
    return show_answer(request, "console/parts/outlook.html", user, fleet, **facts)


def _is_json(request: HttpRequest) -> bool:
    return request.POST.get("way") == "json"


def _tasks(request: HttpRequest) -> list[NewTask]:
    limits = settings.SATSELECT_LIMITS
    if file := request.FILES.get("file"):
        return read_file(file.name or "", file.read(), limits)
    if _is_json(request):
        return list(read_any_tasks(_document(request).encode(errors="surrogatepass"), limits))
    return [task_of(_fields(request))]


def _document(request: HttpRequest) -> str:
    return request.POST.get("document", "")


def _fields(request: HttpRequest) -> dict[str, str]:
    return with_deadline({name: str(value) for name, value in request.POST.items()}, at=timezone.now())


def _cloned(request: HttpRequest, user: User) -> dict[str, str]:
    """What the form holds at first: nothing, or what another task of theirs was, but for its own id."""
    id = identifier(request.GET.get("clone", ""))
    task = visible_tasks(user).filter(id=id).first() if id else None
    if task is None:
        return {}
    tell_uses([task])
    of_another = ("has_many", "has_target")  # times that no form holds are not copied
    return {name: text for name, text in fields_of(task).items() if name not in of_another} | {"reference": ""}


def _example(names: Sequence[str]) -> str:
    """Two tasks that the fleet could take."""
    first, second = ([*names[:2], *names[:1]] or ["camera", "disk"])[:2]
    return (
        f'[\n  {{"name": "image of the coast", "resources": [{json.dumps(first)}], "profit": 7.5}},\n'
        f'  {{"name": "clean up", "resources": {{{json.dumps(second)}: 1}}, "profit": 0.4}}\n]'
    )


def _submitted(user: User, fleet: Fleet, request: HttpRequest, tasks: Sequence[NewTask]) -> Iteration | None:
    submission = Submission(
        fleet=fleet.slug,
        account_id=user.account_id,
        user_id=user.id,
        tasks=tasks,
        digest=fingerprint_of(f"console {fleet.slug}", tasks),
        quota=quota_of(user, usual=settings.SATSELECT_BUFFERED_LIMIT),
        most_candidates=settings.SATSELECT_LIMITS.candidates,
        idempotency_key=_key(request.POST.get("key", "")),
    )
    return runtime().settler.submit(submission, None).iteration


def _key(sent: str) -> str:
    """A page that is sent twice, by two clicks or by going back, submits once."""
    try:
        # The account's keys are for pages and programs alike: the word in front keeps the two apart.
        return f"console {UUID(sent)}"
    except ValueError:
        return f"console {uuid4()}"


def _shown(
    request: HttpRequest,
    user: User,
    fleet: Fleet,
    *,
    faults: Sequence[Fault] = (),
    fields: dict[str, str] | None = None,
) -> HttpResponse:
    is_json = _is_json(request)
    names = list(visible_resources(user, fleet).order_by("name").values_list("name", flat=True)[:MOST_NAMES])
    fields = ({} if is_json else request.POST.dict()) if fields is None else fields
    return show(
        request,
        "console/submit.html",
        user,
        fleet,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
        tab="submit",
        key=uuid4(),
        fields=fields,
        faults={} if is_json else by_field(faults, document=document_of(fields)),
        soon=SOON,
        takes_target=fleet.horizon_s is not None,
        document=_document(request) if is_json else _example(names),
        document_faults=_with_words(faults, request) if is_json else (),
        columns=", ".join(COLUMNS),
        resources=names,
        satellites=list(fleet.satellites.order_by("id").values_list("slug", flat=True)[:MOST_NAMES]),
    )


def _with_words(faults: Sequence[Fault], request: HttpRequest) -> list[tuple[str, str]]:
    try:
        document = None if request.FILES else json.loads(_document(request))
    except ValueError:
        document = None
    return [(fault.pointer, said(fault, document)) for fault in faults]
