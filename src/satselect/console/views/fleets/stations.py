"""The stations of a fleet among its settings: put, changed and taken away."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST
from pydantic import TypeAdapter

from satselect.application.access.rights import Right
from satselect.application.act import Act
from satselect.application.conditions import unless_changed
from satselect.application.errors import ConflictError
from satselect.application.fleets.stations import delete_station, put_station
from satselect.console.forms import names_of, number_of, rates_in
from satselect.console.people import fleet_of, page
from satselect.console.seen import seen_of_station
from satselect.console.views.fleets.settings import done
from satselect.schemas.fleets import Slug
from satselect.schemas.planning.stations import NEW_STATION
from satselect.schemas.reading.faults import Fault, InvalidError, parts_of
from satselect.schemas.reading.validation import validate
from satselect.store.models import Fleet, Station, User

_SLUG: TypeAdapter[str] = TypeAdapter(Slug)
_NUMBERS = ("latitude", "longitude", "height_m", "minimum_elevation", "minimum_length")
_LABELS = {
    "latitude": "Latitude",
    "longitude": "Longitude",
    "height_m": "Height",
    "minimum_elevation": "From elevation",
    "minimum_length": "Passes of at least",
    "drains_per_s": "Drains in a second",
    "satellites": "Satellites",
    "name": "Name",
}
"""The fields of the form, as it calls them."""


@require_POST
@page(Right.OPERATE)
def post_station(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """Gives the fleet a station, or another place and other rates to one that was shown."""
    fleet = fleet_of(user, slug)

    def put() -> None:
        word, seen = validate(_SLUG, request.POST.get("station", "").strip()), request.POST.get("seen", "")
        # Who saw none wants a new one: it must not move one that somebody else has put.
        if not seen and fleet.stations.filter(slug=word).exists():
            raise ConflictError(f"there is a station {word!r} already: change that one")
        condition = unless_changed("station", lambda: _seen(fleet, word), seen)
        try:
            put_station(fleet, word, validate(NEW_STATION, _sent(request)), Act(user, timezone.now(), condition))
        except InvalidError as error:
            raise InvalidError([_labelled(fault) for fault in error.faults]) from None

    return done(request, user, fleet, put, part="stations")


@require_POST
@page(Right.OPERATE)
def remove_station(request: HttpRequest, user: User, slug: str, station: str) -> HttpResponse:
    """Takes a station away."""
    fleet = fleet_of(user, slug)
    row = get_object_or_404(fleet.stations.select_related("fleet"), slug=station)

    def remove() -> None:
        condition = unless_changed("station", lambda: _seen(fleet, station), request.POST.get("seen", ""))
        delete_station(row, Act(user, timezone.now(), condition))

    return done(request, user, fleet, remove, part="stations")


def _sent(request: HttpRequest) -> dict[str, Any]:
    given = {name: request.POST.get(name, "").strip() for name in (*_NUMBERS, "name", "drains_per_s", "satellites")}
    sent: dict[str, Any] = {name: number_of(given[name]) for name in _NUMBERS if given[name]}
    if given["name"]:
        sent["name"] = given["name"]
    return sent | {"drains_per_s": rates_in(given["drains_per_s"]), "satellites": names_of(given["satellites"]) or None}


def _labelled(fault: Fault) -> Fault:
    """The fault of a field, said with its label rather than with its place in a document nobody sees."""
    field, *within = parts_of(fault.pointer) or [""]
    if field not in _LABELS:
        return fault
    inner = [part for part in within if part and not part.isdigit()]
    return Fault(f"{', '.join([_LABELS[field], *inner])}: {fault.detail}")


def _seen(fleet: Fleet, slug: str) -> str:
    row: Station = get_object_or_404(fleet.stations, slug=slug)
    return seen_of_station(row)
