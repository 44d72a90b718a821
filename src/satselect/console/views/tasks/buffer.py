"""The buffer of a fleet: what waits, in pages, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from satselect.application.access.rights import Right, sees_all, sees_break_even
from satselect.application.explanation.explain import last_iteration
from satselect.application.explanation.questions import question
from satselect.console.pages import show
from satselect.console.people import fleet_of, page
from satselect.console.query_params import one_of, text
from satselect.console.reading.tasks.buffered import Wanted, read_buffered
from satselect.console.reading.tasks.reasons import Row, break_evens_for, by_reason, rows_for
from satselect.console.reading.tasks.sorts import FOR_CUSTOMERS, SORTS, Sort
from satselect.schemas.explanations import UNKNOWN_WORDS, Unknown
from satselect.store.models import Fleet, Iteration, User
from satselect.web.runtime import runtime


@dataclass(frozen=True, slots=True)
class Worth:
    """From which profit a task would have been selected, how much of it is missing, or why that is not known."""

    needed: float | None
    missing: float | None
    unknown: str


@page(Right.SUBMIT)
def show_buffer(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """A page of the buffer."""
    fleet, at = fleet_of(user, slug), timezone.now()
    sorts = sorts_for(user)
    wanted = wanted_of(request, sorts)
    tasks, following = read_buffered(user, fleet, wanted)
    last = last_iteration(fleet.id)
    rows = rows_for(user, tasks, last, at=at)
    may_know = sees_break_even(user, fleet)
    needed = _needed(user, rows, last) if may_know and "worth" in request.GET else None
    address = "?" + urlencode(wanted.address())
    return show(
        request,
        "console/buffer.html",
        user,
        fleet,
        tab="buffer",
        groups=[(first, [(row, _worth(row, needed)) for row in some]) for first, some in by_reason(rows)],
        may_know=may_know,
        is_known=needed is not None,
        worth=f"{address}&{urlencode({'after': wanted.after, 'worth': 1})}",
        wanted=wanted,
        sorts=sorts.items(),
        resources=_resources(user, fleet),
        next_page=following and "?" + urlencode(wanted.address() | {"after": following}),
        query=address,
    )


def _needed(user: User, rows: Sequence[Row], last: Iteration | None) -> dict[UUID, float | Unknown]:
    """What the tasks of the page would have had to be worth: selected again, all in one question."""
    with question(runtime().places, user.id):
        tasks = [row.task for row in rows]
        return break_evens_for(tasks, last, at=timezone.now(), time_limit_s=settings.SATSELECT_TIME_LIMIT_S)


def _worth(row: Row, needed: Mapping[UUID, float | Unknown] | None) -> Worth | None:
    found = (needed or {}).get(row.task.id)
    if found is None:
        return None
    if isinstance(found, Unknown):
        return Worth(None, None, UNKNOWN_WORDS[found])
    return Worth(found, max(float(Decimal(repr(found)) - Decimal(repr(row.task.profit))), 0.0), "")


def sorts_for(user: User) -> dict[str, Sort]:
    """The orders that have an index."""
    return SORTS if sees_all(user) else FOR_CUSTOMERS


def wanted_of(request: HttpRequest, sorts: dict[str, Sort]) -> Wanted:
    """Which part of the buffer the address asks for."""
    # Who uses a resource is found along the index of profits, and customers have no such order.
    resource = text(request, "resource") if "profit" in sorts else ""
    sort = "profit" if resource else one_of(request, "sort", tuple(sorts))
    return Wanted(sort, name=text(request, "name"), resource=resource, after=text(request, "after"))


def _resources(user: User, fleet: Fleet) -> Sequence[str]:
    """Names to choose among."""
    if not sees_all(user):
        return ()
    return list(fleet.resources.order_by("name").values_list("name", flat=True)[:200])
