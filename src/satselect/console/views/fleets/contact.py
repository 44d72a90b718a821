"""One pass of a satellite over a station, as the sky of the station shows it."""

from datetime import UTC, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.safestring import mark_safe

from satselect.application.access.rights import Right
from satselect.application.errors import NoOrbitsError
from satselect.application.fleets.elements import current_elements
from satselect.application.opportunities.sights import Unknown
from satselect.application.opportunities.tracks.sky import SkyTrack, sky_track_of
from satselect.console.pages import show
from satselect.console.people import fleet_of, page
from satselect.console.reading.plan.window import within
from satselect.store.models import ElementSet, Pass, Station, User

ROWS = 12
"""Steps of the table, from start to end."""
_SLACK = 0.5
"""Degrees that a satellite may be lower than the station hears: times are cut to whole seconds."""


@page(Right.READ)
def show_pass(request: HttpRequest, user: User, slug: str, pass_id: int) -> HttpResponse:
    """The page of a pass: its times, the way over the sky as a picture and as a table."""
    fleet = fleet_of(user, slug)
    one = get_object_or_404(Pass.objects.select_related("satellite", "origin"), fleet=fleet, id=pass_id)
    station = Station.objects.filter(fleet=fleet, slug=one.station).first() if one.station else None
    elements = one.origin or current_elements(one.satellite)
    facts: dict[str, Any] = _sky(elements, one, station) if station else {"why": _whereabouts(one)}
    if station:
        facts["place"] = station.latitude, station.longitude
    around = within(one.starts - timedelta(minutes=15)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    facts |= {"one": one, "station": station, "elements": elements, "plan_from": around}
    return show(request, "console/pass.html", user, fleet, tab="map", **facts)


def _sky(elements: ElementSet | None, one: Pass, station: Station) -> dict[str, Any]:
    try:
        found = sky_track_of(elements, one, station)
    except NoOrbitsError as error:
        return {"why": str(error)}
    if isinstance(found, Unknown):
        return {"why": found.words}
    return {
        "sky": found,
        "picture": mark_safe(found.picture),  # noqa: S308 - names in it are escaped where it is drawn
        "looks": found.looks[:: max((len(found.looks) - 1) // ROWS, 1)],
        "is_low": _lowest(found) < station.minimum_elevation - _SLACK,
        "length_s": (one.ends - one.starts) / timedelta(seconds=1),
    }


def _lowest(found: SkyTrack) -> float:
    return min(look.elevation for look in found.looks)


def _whereabouts(one: Pass) -> str:
    if one.station is None:
        return "the pass is over no station"
    return f"the fleet has no station {one.station}, so nobody knows where that is"
