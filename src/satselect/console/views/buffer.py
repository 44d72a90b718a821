"""The buffer of a fleet: what waits, in pages, and why."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from satselect.console.pages import show
from satselect.console.people import fleet_of, page
from satselect.console.reading.buffered import Wanted, read_buffered
from satselect.console.reading.reasons import rows_for
from satselect.console.reading.sorts import FOR_CUSTOMERS, SORTS, Sort
from satselect.console.wishes import one_of, text
from satselect.scheduling.explanation.explain import last_iteration
from satselect.scheduling.visible import OPERATORS, SUBMITTERS
from satselect.store.models import Fleet, User


@page(*SUBMITTERS)
def show_buffer(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """A page of the buffer."""
    fleet, at = fleet_of(user, slug), timezone.now()
    sorts = sorts_for(user)
    wanted = wanted_of(request, sorts)
    tasks, following = read_buffered(user, fleet, wanted)
    return show(
        request,
        "console/buffer.html",
        user,
        fleet,
        tab="buffer",
        rows=rows_for(user, tasks, last_iteration(fleet.id), at=at),
        wanted=wanted,
        sorts=sorts.items(),
        resources=_resources(user, fleet),
        next_page=following and "?" + urlencode(wanted.address() | {"after": following}),
        query="?" + urlencode(wanted.address()),
    )


def sorts_for(user: User) -> dict[str, Sort]:
    """The orders that have an index."""
    return SORTS if user.role in OPERATORS else FOR_CUSTOMERS


def wanted_of(request: HttpRequest, sorts: dict[str, Sort]) -> Wanted:
    """Which part of the buffer the address asks for."""
    resource = text(request, "resource") if "profit" in sorts else ""
    sort = "profit" if resource else one_of(request, "sort", tuple(sorts))
    return Wanted(sort, name=text(request, "name"), resource=resource, after=text(request, "after"))


def _resources(user: User, fleet: Fleet) -> Sequence[str]:
    """Names to choose among."""
    if user.role not in OPERATORS:
        return ()
    return list(fleet.resources.order_by("name").values_list("name", flat=True)[:200])
