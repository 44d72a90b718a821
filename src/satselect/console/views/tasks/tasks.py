"""Tasks of a fleet, or of all: found, filtered, and changed many at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from satselect.application.access.rights import Right, Sight, may, sight_of
from satselect.application.access.visibility import visible_fleets, visible_tasks
from satselect.application.errors import ChangedError, ConflictError
from satselect.application.tasks.change import Report, cancel, complete, fail
from satselect.console.pages import MOST_FLEETS, show
from satselect.console.people import fleet_of, page
from satselect.console.query_params import identifier, one_of, text, whole_number
from satselect.console.reading.tasks.listed import Search, read_listed, statuses_for
from satselect.console.seen import as_seen
from satselect.schemas.reading.faults import InvalidError
from satselect.schemas.reading.validation import validate
from satselect.schemas.submission.changes import REPORT_BODY
from satselect.schemas.tasks import Status
from satselect.store.models import Fleet, Task, User
from satselect.web.runtime import runtime

MOST_AT_ONCE = 200
MOST_TOLD = 5

_CHANGES: dict[str, tuple[Callable[[Task, Report], None], Right, str]] = {
    "complete": (complete, Right.REPORT, "completed"),
    "fail": (fail, Right.REPORT, "reported as failed"),
    "cancel": (cancel, Right.SUBMIT, "cancelled"),
}


@require_http_methods(["GET", "HEAD", "POST"])
@page(Right.READ)
def show_tasks(request: HttpRequest, user: User, slug: str | None = None) -> HttpResponse:
    """A list of tasks; what is sent is done to those that were chosen in it."""
    fleet = fleet_of(user, slug) if slug else None
    if request.method != "POST":
        return _shown(request, user, fleet)
    done = _changed(request, user)
    if done.faults:
        return _shown(request, user, fleet, done)
    # Told by another page, so that who reloads it does nothing twice.
    kept = request.GET.copy()
    kept["did"], kept["count"] = done.verb, str(done.count)
    return redirect(f"{request.path}?{kept.urlencode()}")


@dataclass(slots=True)
class _Done:
    """What came of a change of many tasks."""

    verb: str = ""
    count: int = 0
    faults: list[str] = field(default_factory=list)
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY

    @property
    def note(self) -> str:
        """What was done, as a sentence; nothing if nothing was."""
        _, _, words = _CHANGES.get(self.verb, (None, None, ""))
        return f"{self.count:,} task{'' if self.count == 1 else 's'} {words}." if words and self.count else ""


def _changed(request: HttpRequest, user: User) -> _Done:
    """Each task by itself: those that are not as the page showed them stay as they are."""
    done = _Done(request.POST.get("verb", ""))
    change, right, _ = _CHANGES.get(done.verb, (None, Right.READ, ""))
    chosen = [one.partition("~") for one in request.POST.getlist("task")]
    if change is None or not may(user, right):
        return _refused(done, "This can't be done here.")
    if not chosen or len(chosen) > MOST_AT_ONCE:
        return _refused(done, f"Choose some tasks, at most {MOST_AT_ONCE}.")
    try:
        said = validate(REPORT_BODY, {"words": request.POST.get("words", "").strip() or None})
    except InvalidError as error:
        return _refused(done, str(error.faults[0]))
    tasks = visible_tasks(user).in_bulk([id for text, _, _ in chosen if (id := identifier(text))])
    stale: list[str] = []
    refused: list[str] = []
    for text_id, _, seen in chosen:
        task = tasks.get(identifier(text_id) or UUID(int=0))
        if task is None:
            stale.append("a task that is not there any more")
            continue
        try:
            condition, follow = as_seen(task.id, seen), runtime().planner.buffers.follow
            change(task, Report(user, timezone.now(), condition, words=said.words or "", follow=follow))
            done.count += 1
        except ChangedError:
            stale.append(task.name)
        except ConflictError as error:
            refused.append(f"{task.name}: {error}")
    return _told(done, stale, refused)


def _told(done: _Done, stale: Sequence[str], refused: Sequence[str]) -> _Done:
    if stale:
        done.status = HTTPStatus.PRECONDITION_FAILED
        done.faults.append(f"Changed since you opened the page, so nothing was done: {_some(stale)}.")
    if refused:
        done.faults.append(f"Not possible: {_some(refused)}.")
    return done


def _some(words: Sequence[str]) -> str:
    more = len(words) - MOST_TOLD
    return "; ".join(word[:80] for word in words[:MOST_TOLD]) + (f"; and {more} more" if more > 0 else "")


def _refused(done: _Done, fault: str) -> _Done:
    done.faults.append(fault)
    return done


def _shown(request: HttpRequest, user: User, fleet: Fleet | None, done: _Done | None = None) -> HttpResponse:
    at = timezone.now()
    search = _search(request, user)
    fleets = [fleet] if fleet else list(visible_fleets(user).order_by("slug")[:MOST_FLEETS])
    rows, following = read_listed(user, fleets, search, at=at)
    kept = _address(search)
    done = done or _Done(request.GET.get("did", ""), whole_number(request, "count") or 0)
    return show(
        request,
        "console/tasks.html",
        user,
        fleet,
        status=done.status if done.faults else HTTPStatus.OK,
        tab="tasks",
        note=done.note,
        faults=done.faults,
        rows=rows,
        has_times=any(row.when for row in rows),
        search=search,
        may_order_by_start=_may_order_by_start(search.statuses, search.words),
        chips=[(status.value, status in search.statuses, _toggled(search, status)) for status in statuses_for(user)],
        all_chips="?" + urlencode(_address(Search((), search.words, search.oldest_first)), doseq=True),
        query="?" + urlencode(kept, doseq=True),
        next_page=following and "?" + urlencode(kept | {"after": str(following)}, doseq=True),
        of_all=fleet is None,
    )


def _search(request: HttpRequest, user: User) -> Search:
    known = statuses_for(user)
    asked = tuple(Status(word) for word in request.GET.getlist("status") if word in set(known))
    # Who executes begins with what is to be done, in its order.
    is_todo = sight_of(user) is Sight.EXECUTED and not request.GET.keys() & {"status", "q"}
    statuses, words = (Status.SCHEDULED,) if is_todo else tuple(dict.fromkeys(asked)), text(request, "q")
    orders = ("planned", "newest", "oldest") if is_todo else ("newest", "oldest", "planned")
    order = one_of(request, "order", orders if _may_order_by_start(statuses, words) else ("newest", "oldest"))
    return Search(
        statuses=statuses,
        words=words,
        oldest_first=order == "oldest",
        after=identifier(request.GET.get("after", "")),
        by_start=order == "planned",
    )


def _may_order_by_start(statuses: Sequence[Status], words: str) -> bool:
    """Only what is scheduled has a time."""
    return tuple(statuses) == (Status.SCHEDULED,) and not words


def _address(search: Search) -> dict[str, str | list[str]]:
    """The search as parameters of an address, without where it starts."""
    kept: dict[str, str | list[str]] = {"status": [status.value for status in search.statuses]}
    kept["order"] = "planned" if search.by_start else "oldest" if search.oldest_first else "newest"
    return kept | ({"q": search.words} if search.words else {})


def _toggled(search: Search, status: Status) -> str:
    without = [one for one in search.statuses if one is not status]
    some = without if status in search.statuses else [*search.statuses, status]
    return "?" + urlencode(_address(Search(some, search.words, search.oldest_first)), doseq=True)
