"""The plan of a fleet on a true time axis."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from satselect.application.access.rights import Right, may
from satselect.application.explanation.reasons.speech import units
from satselect.console.drawing.axis import Axis
from satselect.console.drawing.marks import Addresses, pass_html, task_html
from satselect.console.drawing.plan import Scenery, draw_plan
from satselect.console.pages import show, show_part
from satselect.console.people import fleet_of, page
from satselect.console.query_params import whole_number
from satselect.console.reading.iterations.lanes import read_lanes
from satselect.console.reading.iterations.then import Recorded
from satselect.console.reading.plan.bands import Bands, read_bands
from satselect.console.reading.plan.levels import read_levels
from satselect.console.reading.plan.planned import PlannedThere, read_planned
from satselect.console.reading.plan.window import (
    DAY_S,
    HOUR_S,
    LEAST_S,
    MOST_S,
    Window,
    following,
    usual_span_s,
    within,
)
from satselect.schemas.fields.moments import moment_of
from satselect.store.models import Fleet, Resource, User
from satselect.store.queries.buffer.demands import demands_of

MOST_LISTED = 100
"""Planned tasks, and passes, in the tables beside the picture."""
SPANS = (("1 h", HOUR_S), ("6 h", 6 * HOUR_S), ("1 d", DAY_S), ("1 w", 7 * DAY_S), ("1 mo", MOST_S))


@page(Right.READ)
def show_plan(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """The page of a plan, live if it follows the clock; only the picture where a script asks for it."""
    fleet, at = fleet_of(user, slug), timezone.now()
    if fleet.horizon_s is None:
        return redirect("console:fleet", slug)
    facts = _facts(user, fleet, window_of(request, fleet, at), at)
    if request.headers.get("HX-Request"):
        return show_part(request, "console/parts/plan.html", user, fleet, now=at, **facts)
    return show(request, "console/plan.html", user, fleet, tab="plan", **facts)


def window_of(request: HttpRequest, fleet: Fleet, at: datetime) -> Window:
    """What the address asks for: `from` a moment, in UTC where it has no zone, for a `span` of seconds."""
    span_s = whole_number(request, "span") or usual_span_s(fleet.horizon_s or 0)
    span_s = min(max(span_s, LEAST_S), MOST_S)
    starts = _moment(request.GET.get("from", ""))
    return following(at, span_s) if starts is None else Window(starts, span_s, follows=False)


def _moment(text: str) -> datetime | None:
    """What browsers write has no zone, and seconds only if there are some."""
    try:
        # Links say the zone; a browser's field has none, and is in UTC here.
        if len(text) > len("2026-12-01T10:31:05"):
            return within(moment_of(text))
        local = datetime.fromisoformat(text)
        return within(local.replace(tzinfo=UTC)) if local.tzinfo is None else None
    except ValueError:
        return None


def _facts(user: User, fleet: Fleet, window: Window, at: datetime) -> dict[str, Any]:
    there, bands = read_planned(user, fleet, window, at=at), read_bands(user, fleet, window)
    levels = read_levels(user, fleet, window, at=at)
    names = dict(fleet.satellites.values_list("id", "name"))
    # What iterations recorded has no say: a plan is of what there is now.
    lanes = read_lanes(user, fleet, levels.levels, names, Recorded([], {}, {}))
    uses, listed = _uses(fleet, there), there.slots[:MOST_LISTED]
    scene = Scenery(
        lanes.groups,
        there,
        bands,
        levels.levels,
        uses,
        at,
        at + timedelta(seconds=fleet.frozen_s),
        at + timedelta(seconds=fleet.horizon_s or 0),
    )
    drawn = draw_plan(scene, Axis(window))
    addresses = Addresses.for_who(fleet.slug, may_ask=may(user, Right.SUBMIT))
    return {
        "plan": drawn,
        "drawn": [(group, pass_html(group, addresses), task_html(group, addresses)) for group in drawn.groups],
        "has_turns": bool(bands.turns),
        "window": window,
        "earlier": window.moved(-0.5),
        "later": window.moved(0.5),
        "spans": [(words, window.zoomed(span_s), span_s == window.span_s) for words, span_s in SPANS],
        "slots": [(slot, names.get(slot.satellite_id, ""), uses.get(slot.task.signature_id, "")) for slot in listed],
        "slots_more": max(len(there.slots) - MOST_LISTED, 0) + there.slots_left_out,
        "passes": bands.passes[:MOST_LISTED],
        "passes_more": max(len(bands.passes) - MOST_LISTED, 0) + bands.passes_left_out,
        "left_out": _left_out(there, bands, lanes.left_out, is_complete=levels.is_complete),
    }


def _uses(fleet: Fleet, there: PlannedThere) -> dict[int, str]:
    """Signature to what its tasks use, in words."""
    signatures = {slot.task.signature_id for slot in there.slots} | {one.task.signature_id for one in there.chances}
    demands = demands_of(sorted(signatures))
    names = dict(Resource.objects.filter(fleet=fleet).values_list("id", "name"))
    return {
        id: units({names[resource]: amount for resource, amount in demand.amounts.items() if resource in names})
        for id, demand in demands.items()
    }


def _left_out(there: PlannedThere, bands: Bands, lanes: int, *, is_complete: bool) -> list[str]:
    """What the picture has no room for, in words."""
    words = [
        _counted(count, *names)
        for count, *names in (
            (there.slots_left_out, "planned task", "planned tasks"),
            (bands.passes_left_out, "pass", "passes"),
            (bands.outages_left_out, "outage", "outages"),
            (lanes, "lane", "lanes"),
        )
        if count
    ]
    if there.has_more_chances:
        of_all = f" of {there.opportunities:,} that begin then for all tasks" if there.opportunities else ""
        words.append(f"opportunities beyond the {len(there.chances):,} worth most{of_all}")
    if not is_complete:
        words.append("how much of each resource is used")
    return words


def _counted(count: int, one: str, more: str) -> str:
    return f"{count:,} more {one if count == 1 else more}"
