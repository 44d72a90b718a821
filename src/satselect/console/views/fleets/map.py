"""The satellites of a fleet over the Earth, and what its tasks look at."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from satselect.application.access.rights import Right
from satselect.application.errors import NoOrbitsError
from satselect.application.opportunities.sights import Unknown
from satselect.application.opportunities.tracks.ground import Tracked, tracked
from satselect.console.drawing.globe.marks import outlines_html, targets_html
from satselect.console.drawing.globe.world import draw_stations, draw_targets, draw_tracks, drawn_heights, graticule
from satselect.console.pages import show
from satselect.console.people import fleet_of, page
from satselect.console.query_params import text, whole_number
from satselect.console.reading.world.passes import read_passes
from satselect.console.reading.world.stations import read_stations
from satselect.console.reading.world.targets import MOST_TARGETS, read_targets
from satselect.store.models import Fleet, Satellite, User

SPANS = (("100 min", 6_000), ("3 h", 10_800), ("6 h", 21_600), ("12 h", 43_200), ("1 d", 86_400))
"""For how long tracks are drawn; the first of them unless it is asked for, about a revolution of a low orbit."""
MOST_SATELLITES = 20
MOST_OFFERED = 200
MOST_LISTED = 100
"""Tasks in the table beside the picture."""
OLD = timedelta(days=7)
"""Of elements: a warning stands beside those that are older."""
_LEAST_STEP_S = 30  # in which a low satellite goes two degrees around the Earth
_MOST_SPOTS = 600  # of each track: more would be finer than a screen shows


@page(Right.READ)
def show_map(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """The page of the map: all satellites, or the one that the address names, for a `span` of seconds."""
    fleet, at = fleet_of(user, slug), timezone.now()
    asked = whole_number(request, "span")
    span_s = asked if asked in {seconds for _, seconds in SPANS} else SPANS[0][1]
    satellites = list(fleet.satellites.order_by("slug")[:MOST_OFFERED])
    wanted = text(request, "satellite")
    chosen = [one for one in satellites if one.slug == wanted]
    facts = _facts(user, fleet, chosen or satellites, at, timedelta(seconds=span_s))
    facts |= {"satellites": satellites, "chosen": chosen[0] if chosen else None, "span_s": span_s}
    spans = [(words, seconds, seconds == span_s) for words, seconds in SPANS]
    return show(request, "console/map.html", user, fleet, tab="map", spans=spans, **facts)


def _facts(user: User, fleet: Fleet, satellites: list[Satellite], at: datetime, span: timedelta) -> dict[str, Any]:
    shown = satellites[:MOST_SATELLITES]
    try:
        known, failure = tracked(shown, at, span, step=_step(span)), ""
    except NoOrbitsError as error:
        known, failure = [], str(error)
    targets = read_targets(user, fleet, at=at)
    drawn = draw_targets(targets.shown)
    rows, heights = [_row(one, at) for one in known], drawn_heights(known)
    return {
        "tracks": draw_tracks(known),
        "stations": draw_stations(read_stations(fleet), heights),
        "heights": heights,
        "outlines": outlines_html(drawn),
        "marks": targets_html(drawn),
        "graticule": graticule(),
        "targets": drawn[:MOST_LISTED],
        "target_count": len(drawn),
        "targets_more": max(len(drawn) - MOST_LISTED, 0),
        "known": rows,
        "has_old": any(row["is_old"] for row in rows),
        "old_days": OLD.days,
        "failure": failure,
        "passes": read_passes(fleet, satellites, at=at),
        "left_out": _left_out(fleet.satellites.count() if len(satellites) > 1 else 1, targets.count, targets.has_more),
    }


def _step(span: timedelta) -> timedelta:
    return max(span / _MOST_SPOTS, timedelta(seconds=_LEAST_STEP_S))


def _row(one: Tracked, at: datetime) -> dict[str, Any]:
    """A satellite in the table: where it is, or why that is not known."""
    is_old = one.elements is not None and abs(at - one.elements.epoch) > OLD
    if isinstance(one.track, Unknown):
        return {"one": one, "why": one.track.words, "is_old": is_old}
    return {"one": one, "spot": one.track.spots[0], "track": one.track, "is_old": is_old}


def _left_out(satellites: int, targets: int, has_more: bool) -> list[str]:
    """How much of what there is is drawn, where that is not all, in words."""
    words = []
    if satellites > MOST_SATELLITES:
        words.append(f"{MOST_SATELLITES} of {satellites:,} satellites")
    if targets > MOST_TARGETS:
        words.append(f"{MOST_TARGETS:,} of {'more than ' if has_more else ''}{targets:,} targets, those worth most")
    return words
