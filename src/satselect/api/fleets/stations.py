"""The stations of a fleet."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status
from pydantic import TypeAdapter

from satselect.api.openapi.documentation import CONFLICT, NO_ORBITS, conditional, json_body
from satselect.application.access.rights import Right
from satselect.application.act import Act
from satselect.application.conditions import Condition
from satselect.application.errors import ChangedError, MissingError
from satselect.application.fleets.stations import delete_station, put_station
from satselect.schemas.fleets import Slug
from satselect.schemas.planning.searches import UnsearchedSatellite
from satselect.schemas.planning.stations import NEW_STATION, NewStation, StationAnswer, StationList
from satselect.schemas.reading.validation import validate
from satselect.store.models import Fleet, Station
from satselect.web.callers import caller_of, fleet_for
from satselect.web.conditions import condition_of, tagged
from satselect.web.lookups import look_up
from satselect.web.requests import body_of

router = Router(tags=["fleets"])

_STATIONS = "/api/v1/fleets/{fleet}/stations"
_STATION = f"{_STATIONS}/{{station}}"
_SLUG: TypeAdapter[str] = TypeAdapter(Slug)


@router.get(_STATIONS, response=StationList)
def list_stations(request: HttpRequest, fleet: str) -> StationList:
    """The stations of a fleet, by the word that addresses use."""
    found = fleet_for(caller_of(request, Right.READ), fleet)
    slugs = _slugs(found)
    rows = found.stations.select_related("fleet").order_by("slug")
    return StationList.model_construct(items=[_shown(row, slugs) for row in rows])


@router.get(_STATION, response=StationAnswer)
def get_station(request: HttpRequest, fleet: str, station: str) -> StationAnswer:
    """One station."""
    found = fleet_for(caller_of(request, Right.READ), fleet)
    return tagged(request, _current(found, station))


@router.put(
    _STATION,
    response={200: StationAnswer, 201: StationAnswer},
    openapi_extra=conditional(
        {**json_body(NewStation), "responses": {**CONFLICT["responses"], **NO_ORBITS["responses"]}}
    ),
)
def put_station_of(request: HttpRequest, fleet: str, station: str) -> Status[StationAnswer]:
    """Gives a fleet a station, or another place and other rates to one. Its passes are worked out anew."""
    user = caller_of(request, Right.OPERATE)
    found, slug = fleet_for(user, fleet), validate(_SLUG, station)
    act = Act(user, timezone.now(), _condition(request, found, slug))
    row, is_new = put_station(found, slug, body_of(request, NEW_STATION), act)
    status = HTTPStatus.CREATED if is_new else HTTPStatus.OK
    return Status(status, tagged(request, _shown(row, _slugs(found))))


@router.delete(_STATION, response={204: None}, openapi_extra=conditional())
def remove_station(request: HttpRequest, fleet: str, station: str) -> HttpResponse:
    """Takes a station away, and the passes over it that were worked out and have not begun."""
    user = caller_of(request, Right.OPERATE)
    found = fleet_for(user, fleet)
    condition = condition_of(request, lambda: _current(found, station))
    delete_station(_found(found, station), Act(user, timezone.now(), condition))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _condition(request: HttpRequest, fleet: Fleet, station: str) -> Condition:
    """What the request demands of the station, which there may not be yet."""
    of_current = condition_of(request, lambda: _current(fleet, station))

    def check() -> None:
        try:
            of_current()
        except MissingError:
            if "If-Match" in request.headers:
                raise ChangedError("there is no such station yet, which no tag can match; nothing was done") from None

    return check


def _found(fleet: Fleet, station: str) -> Station:
    return look_up(fleet.stations.select_related("fleet"), "station", slug=station)


def _current(fleet: Fleet, station: str) -> StationAnswer:
    return _shown(_found(fleet, station), _slugs(fleet))


def _slugs(fleet: Fleet) -> dict[int, str]:
    return dict(fleet.satellites.values_list("id", "slug"))


def _shown(row: Station, slugs: Mapping[int, str]) -> StationAnswer:
    return StationAnswer.model_construct(
        station=row.slug,
        fleet=row.fleet.slug,
        name=row.name,
        latitude=row.latitude,
        longitude=row.longitude,
        height_m=row.height_m,
        minimum_elevation=row.minimum_elevation,
        minimum_length=row.minimum_length_s,
        drains_per_s=row.drains_per_s,
        satellites=row.satellites,
        searched_until=row.searched_until,
        unsearched=list(_unsearched(row, slugs)),
    )


def _unsearched(row: Station, slugs: Mapping[int, str]) -> Iterator[UnsearchedSatellite]:
    for id, state in sorted(row.searched.items(), key=lambda item: slugs.get(int(item[0]), "")):
        if "reason" in state and int(id) in slugs:
            yield UnsearchedSatellite(satellite=slugs[int(id)], reason=state["reason"], detail=state["detail"])
