"""A fleet as it is now: the timeline of its iterations, and the figures above it."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from satselect.application.access.rights import Right, may
from satselect.application.explanation.questions import question
from satselect.console.pages import show, show_answer, show_part
from satselect.console.people import fleet_of, page
from satselect.console.reading.figures import read_figures
from satselect.console.reading.health import read_health
from satselect.console.reading.iterations.idle import read_lasting
from satselect.console.reading.iterations.outcomes import read_outcomes, recent_iterations
from satselect.console.reading.plan.following import read_following
from satselect.console.reading.versions import version_of
from satselect.console.seen import seen_of_outage
from satselect.console.views.fleets.timeline import drawn_timeline
from satselect.store.models import Iteration, User
from satselect.web.runtime import runtime

ONE_MORE_BUDGET_S = 4.0
"""What isn't solved by then is told as an estimate."""
MOST_NEWER = 100
"""So many newer iterations are counted."""


@page(Right.READ)
def show_fleet(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """The page of a fleet, live; with `before` an earlier part of its timeline, which stays as it is."""
    fleet, at = fleet_of(user, slug), timezone.now()
    before = version_of(request, user, fleet, "before")
    outcomes = read_outcomes(user, fleet, before=before)
    return show(
        request,
        "console/fleet.html",
        user,
        fleet,
        tab="timeline",
        **drawn_timeline(request, user, fleet, outcomes),
        has_older=outcomes.has_older,
        figures=read_figures(user, fleet, at=at) if may(user, Right.SUBMIT) else None,
        lasting=[(outage, seen_of_outage(outage)) for outage in read_lasting(user, fleet, at=at)],
        health=read_health(user, fleet, at=at),
        following=read_following(user, fleet, at=at),
        before=before,
        query=f"?before={request.GET['before']}" if before is not None else "",
    )


@page(Right.READ)
def show_timeline(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """The timeline alone, without the parts that the browser has; from `since` to `until` if it keeps its place."""
    fleet = fleet_of(user, slug)
    since, until = (version_of(request, user, fleet, name) for name in ("since", "until"))
    newer = 0
    if since is None or until is None:
        outcomes = read_outcomes(user, fleet)
    else:
        outcomes = read_outcomes(user, fleet, before=until + 1).since(since)  # with the last one
        newer = sum(one.version > until for one in recent_iterations(user, fleet, count=MOST_NEWER))
    facts = drawn_timeline(request, user, fleet, outcomes) | {"newer": newer, "most_newer": MOST_NEWER}
    return show_part(request, "console/parts/timeline.html", user, fleet, **facts)


@page(Right.READ)
def show_figures(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """The figures alone, as they are now."""
    fleet = fleet_of(user, slug)
    figures = read_figures(user, fleet, at=timezone.now())
    return show_part(request, "console/parts/figures.html", user, fleet, figures=figures)


@page(Right.OPERATE)
def show_one_more(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """What one more unit of each resource would have earned in the last iteration: it takes a while."""
    fleet = fleet_of(user, slug)
    last = Iteration.objects.filter(fleet=fleet).order_by("-version").first()
    with question(runtime().places, user.id):
        found = runtime().marginal_values.of(last, at=timezone.now(), budget_s=ONE_MORE_BUDGET_S) if last else []
    most = max((one.gain for one in found if one.gain), default=0.0)
    return show_answer(
        request,
        "console/parts/one_more.html",
        user,
        fleet,
        last=last,
        found=[(one, round(400 * (one.gain or 0) / most) if most else 0) for one in found if one.gain != 0],
        useless=[one for one in found if one.gain == 0],
        has_choice=fleet.satellites.count() > 1,
    )
