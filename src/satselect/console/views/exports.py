"""What the pages show, as files."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from satselect.application.access.rights import Right
from satselect.application.explanation.explain import last_iteration
from satselect.console.exports import as_csv, as_json, plain
from satselect.console.people import fleet_of, page
from satselect.console.query_params import one_of
from satselect.console.reading.iterations.earnings import Earnings, read_earnings
from satselect.console.reading.iterations.lanes import Lanes, lanes_for
from satselect.console.reading.iterations.outcomes import Outcomes, read_outcomes
from satselect.console.reading.tables import (
    BUFFER,
    PROFIT,
    TIMELINE,
    buffer_table,
    mct_plan,
    profit_table,
    timeline_table,
)
from satselect.console.reading.tasks.buffered import read_buffered
from satselect.console.reading.tasks.reasons import Row, rows_for
from satselect.console.reading.versions import version_of
from satselect.console.views.fleets.profit import COUNTS
from satselect.console.views.tasks.buffer import sorts_for, wanted_of
from satselect.store.models import User


@page(Right.SUBMIT)
def buffer_csv(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """A page of the buffer."""
    return as_csv(buffer_table(_buffered(request, user, slug)), BUFFER, name=f"{slug}-buffer")


@page(Right.SUBMIT)
def buffer_json(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """A page of the buffer."""
    return as_json(plain(buffer_table(_buffered(request, user, slug))), name=f"{slug}-buffer")


@page(Right.READ)
def timeline_csv(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """A timeline, a row for each task."""
    return as_csv(timeline_table(*_timeline(request, user, slug)), TIMELINE, name=f"{slug}-timeline")


@page(Right.READ)
def timeline_json(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """A timeline, an object for each task."""
    return as_json(plain(timeline_table(*_timeline(request, user, slug))), name=f"{slug}-timeline")


@page(Right.READ)
def timeline_plan(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """A timeline as a plan for Open MCT."""
    return as_json(mct_plan(*_timeline(request, user, slug)), name=f"{slug}-plan")


@page(Right.OPERATE)
def profit_csv(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """Profit over time, a row for each iteration."""
    return as_csv(profit_table(_earnings(request, user, slug)), PROFIT, name=f"{slug}-profit")


@page(Right.OPERATE)
def profit_json(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """Profit over time, with how much of each resource was used."""
    earnings = _earnings(request, user, slug)
    usage = [{"satellite": one.satellite, "resource": one.resource, "share": one.share} for one in earnings.usage]
    return as_json({"iterations": plain(profit_table(earnings)), "used": usage}, name=f"{slug}-profit")


def _buffered(request: HttpRequest, user: User, slug: str) -> list[Row]:
    fleet = fleet_of(user, slug)
    tasks, _ = read_buffered(user, fleet, wanted_of(request, sorts_for(user)))
    return rows_for(user, tasks, last_iteration(fleet.id), at=timezone.now())


def _timeline(request: HttpRequest, user: User, slug: str) -> tuple[Outcomes, Lanes]:
    fleet = fleet_of(user, slug)
    outcomes = read_outcomes(user, fleet, before=version_of(request, user, fleet, "before"))
    return outcomes, lanes_for(user, fleet, outcomes)


def _earnings(request: HttpRequest, user: User, slug: str) -> Earnings:
    return read_earnings(fleet_of(user, slug), int(one_of(request, "last", COUNTS)))
