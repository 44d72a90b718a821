"""A fleet as it is now: the timeline of its iterations, and the figures above it."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from satselect.console.drawing.timeline import Timeline, draw
from satselect.console.pages import show, show_part
from satselect.console.people import fleet_of, page
from satselect.console.reading.figures import read_figures
from satselect.console.reading.lanes import lanes_for
from satselect.console.reading.outcomes import Outcomes, read_outcomes
from satselect.console.reading.versions import told_version, version_of
from satselect.scheduling.events.audiences import audience_of
from satselect.scheduling.events.news import Reader
from satselect.scheduling.explanation.one_more import one_more_unit
from satselect.scheduling.explanation.questions import places, question
from satselect.scheduling.visible import EVERYONE, OPERATORS
from satselect.store.models import Fleet, Iteration, User

ONE_MORE_BUDGET_S = 4.0
"""What isn't solved by then is told as an estimate."""


@page(*EVERYONE)
def show_fleet(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """The page of a fleet, live; with `before` an earlier part of its timeline, which stays as it is."""
    fleet = fleet_of(user, slug)
    before = version_of(request, user, fleet, "before")
    outcomes = read_outcomes(user, fleet, before=before)
    return show(
        request,
        "console/fleet.html",
        user,
        fleet,
        tab="timeline",
        timeline=(timeline := _drawn(user, fleet, outcomes)),
        earlier=told_version(user, fleet, timeline.first_version),
        newest=told_version(user, fleet, timeline.last_version),
        position=Reader(fleet.id, fleet.slug, audience_of(user)).position(fleet.event_number),
        has_older=outcomes.has_older,
        figures=read_figures(user, fleet, at=timezone.now()),
        before=before,
        query=f"?before={request.GET['before']}" if before is not None else "",
    )


@page(*EVERYONE)
def show_timeline(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """The timeline alone, as it is now; iterations later than `seen` slide in."""
    fleet = fleet_of(user, slug)
    seen = version_of(request, user, fleet, "seen")
    timeline = _drawn(user, fleet, read_outcomes(user, fleet), seen=seen)
    newest = told_version(user, fleet, timeline.last_version)
    return show_part(request, "console/parts/timeline.html", user, fleet, timeline=timeline, newest=newest)


@page(*EVERYONE)
def show_figures(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """The figures alone, as they are now."""
    fleet = fleet_of(user, slug)
    figures = read_figures(user, fleet, at=timezone.now())
    return show_part(request, "console/parts/figures.html", user, fleet, figures=figures)


@page(*OPERATORS)
def show_one_more(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """What one more unit of each resource would have earned in the last iteration: it takes a while."""
    fleet = fleet_of(user, slug)
    last = Iteration.objects.filter(fleet=fleet).order_by("-version").first()
    with question(places(), user.id):
        found = one_more_unit(last, budget_s=ONE_MORE_BUDGET_S) if last else []
    most = max((one.gain for one in found if one.gain), default=0.0)
    return show_part(
        request,
        "console/parts/one_more.html",
        user,
        fleet,
        last=last,
        found=[(one, round(400 * (one.gain or 0) / most) if most else 0) for one in found if one.gain != 0],
        useless=[one for one in found if one.gain == 0],
        has_choice=fleet.satellites.count() > 1,
    )


def _drawn(user: User, fleet: Fleet, outcomes: Outcomes, *, seen: int | None = None) -> Timeline:
    return draw(outcomes, lanes_for(user, fleet, outcomes), seen=seen)
