"""The satellites of a fleet."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status

from satselect.api.openapi.documentation import CONFLICT, conditional, json_body
from satselect.application.access.rights import Right
from satselect.application.act import Act
from satselect.application.fleets.fleets import create_satellite, edit_satellite
from satselect.application.fleets.supplies import delete_satellite
from satselect.schemas.fleets import (
    NEW_SATELLITE,
    SATELLITE_PATCH,
    NewSatellite,
    SatelliteAnswer,
    SatelliteList,
    SatellitePatch,
)
from satselect.store.models import Satellite, User
from satselect.web.callers import caller_of, fleet_for
from satselect.web.conditions import condition_of, refuse_conditions, tagged
from satselect.web.lookups import look_up
from satselect.web.requests import body_of

router = Router(tags=["fleets"])

_SATELLITES = "/api/v1/fleets/{fleet}/satellites"


@router.get(_SATELLITES, response=SatelliteList)
def list_satellites(request: HttpRequest, fleet: str) -> SatelliteList:
    """The satellites of a fleet."""
    user = caller_of(request, Right.READ)
    satellites = fleet_for(user, fleet).satellites.select_related("fleet").order_by("slug")
    return SatelliteList.model_construct(items=[_shown(satellite) for satellite in satellites])


@router.post(_SATELLITES, response={201: SatelliteAnswer}, openapi_extra={**json_body(NewSatellite), **CONFLICT})
def post_satellite(request: HttpRequest, fleet: str) -> Status[SatelliteAnswer]:
    """Adds a satellite to a fleet. It has no resources yet."""
    user = caller_of(request, Right.OPERATE)
    refuse_conditions(request)
    owner, sent = fleet_for(user, fleet), body_of(request, NEW_SATELLITE)
    made = create_satellite(owner, {"slug": sent.satellite, "name": sent.name}, Act(user, timezone.now()))
    return Status(HTTPStatus.CREATED, tagged(request, _shown(made)))


@router.get(f"{_SATELLITES}/{{satellite}}", response=SatelliteAnswer)
def get_satellite(request: HttpRequest, fleet: str, satellite: str) -> SatelliteAnswer:
    """One satellite."""
    return tagged(request, _shown(_found(caller_of(request, Right.READ), fleet, satellite)))


@router.patch(
    f"{_SATELLITES}/{{satellite}}", response=SatelliteAnswer, openapi_extra=conditional(json_body(SatellitePatch))
)
def patch_satellite(request: HttpRequest, fleet: str, satellite: str) -> SatelliteAnswer:
    """Renames a satellite."""
    user = caller_of(request, Right.OPERATE)
    found, patch = _found(user, fleet, satellite), body_of(request, SATELLITE_PATCH)
    edit_satellite(found, patch.model_dump(exclude_unset=True), _act(request, user, fleet, satellite))
    return tagged(request, _shown(found))


@router.delete(f"{_SATELLITES}/{{satellite}}", response={204: None}, openapi_extra=conditional(CONFLICT))
def remove_satellite(request: HttpRequest, fleet: str, satellite: str) -> HttpResponse:
    """Deletes a satellite that was never used, with its resources."""
    user = caller_of(request, Right.OPERATE)
    delete_satellite(_found(user, fleet, satellite), _act(request, user, fleet, satellite))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _act(request: HttpRequest, user: User, fleet: str, satellite: str) -> Act:
    return Act(user, timezone.now(), condition_of(request, lambda: _shown(_found(user, fleet, satellite))))


def _found(user: User, fleet: str, satellite: str) -> Satellite:
    return look_up(fleet_for(user, fleet).satellites, "satellite", slug=satellite)


def _shown(satellite: Satellite) -> SatelliteAnswer:
    return SatelliteAnswer.model_construct(satellite=satellite.slug, name=satellite.name, fleet=satellite.fleet.slug)
