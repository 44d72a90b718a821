"""Fleets, and the resources of their satellites."""

from http import HTTPStatus

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router, Status

from satselect.api.callers import EVERYONE, OPERATORS, caller_of
from satselect.api.documentation import CONFLICT, json_body
from satselect.api.requests import body_of
from satselect.scheduling.fleets import Act, add_resource, edit_fleet, remove_resource, set_capacity
from satselect.schemas.fleets import (
    FLEET_PATCH,
    NEW_RESOURCE,
    RESOURCE_PATCH,
    FleetAnswer,
    FleetList,
    FleetPatch,
    NewResource,
    ResourceAnswer,
    ResourceList,
    ResourcePatch,
)
from satselect.store.models import Fleet, Satellite, Supply, User

router = Router(tags=["fleets"])

_RESOURCES = "/api/v1/fleets/{fleet}/satellites/{satellite}/resources"


@router.get("/api/v1/fleets", response=FleetList)
def list_fleets(request: HttpRequest) -> FleetList:
    """All fleets."""
    user = caller_of(request, *EVERYONE)
    satellites = Prefetch("satellites", Satellite.objects.order_by("slug"))
    fleets = Fleet.objects.order_by("slug").prefetch_related(satellites)
    return FleetList.model_construct(items=[_shown(fleet, user) for fleet in fleets])


@router.get("/api/v1/fleets/{fleet}", response=FleetAnswer)
def get_fleet(request: HttpRequest, fleet: str) -> FleetAnswer:
    """One fleet."""
    user = caller_of(request, *EVERYONE)
    return _shown(get_object_or_404(Fleet, slug=fleet), user)


@router.patch("/api/v1/fleets/{fleet}", response=FleetAnswer, openapi_extra=json_body(FleetPatch))
def patch_fleet(request: HttpRequest, fleet: str) -> FleetAnswer:
    """Renames, opens or closes a fleet."""
    user = caller_of(request, *OPERATORS)
    found = get_object_or_404(Fleet, slug=fleet)
    patch = body_of(request, FLEET_PATCH)
    edit_fleet(found, {name: getattr(patch, name) for name in patch.model_fields_set}, Act(user, timezone.now()))
    found.refresh_from_db()
    return _shown(found, user)


@router.get(_RESOURCES, response=ResourceList)
def list_resources(request: HttpRequest, fleet: str, satellite: str) -> ResourceList:
    """The resources of a satellite."""
    caller_of(request, *EVERYONE)
    supplies = _satellite(fleet, satellite).supplies.select_related("resource").order_by("resource__name")
    return ResourceList.model_construct(items=[_resource(supply) for supply in supplies])


@router.post(_RESOURCES, response={201: ResourceAnswer}, openapi_extra={**json_body(NewResource), **CONFLICT})
def post_resource(request: HttpRequest, fleet: str, satellite: str) -> Status[ResourceAnswer]:
    """Gives a satellite a resource."""
    user = caller_of(request, *OPERATORS)
    owner, sent = _satellite(fleet, satellite), body_of(request, NEW_RESOURCE)
    supply = add_resource(owner, sent.name, sent.capacity, Act(user, timezone.now()))
    return Status(HTTPStatus.CREATED, _resource(supply))


@router.patch(f"{_RESOURCES}/{{path:resource}}", response=ResourceAnswer, openapi_extra=json_body(ResourcePatch))
def patch_resource(request: HttpRequest, fleet: str, satellite: str, resource: str) -> ResourceAnswer:
    """Changes how much of a resource a satellite has, from the next iteration on."""
    user = caller_of(request, *OPERATORS)
    supply = _supply(fleet, satellite, resource)
    set_capacity(supply, body_of(request, RESOURCE_PATCH).capacity, Act(user, timezone.now()))
    supply.refresh_from_db(fields=["capacity"])
    return _resource(supply)


@router.delete(f"{_RESOURCES}/{{path:resource}}", response={204: None}, openapi_extra=CONFLICT)
def delete_resource(request: HttpRequest, fleet: str, satellite: str, resource: str) -> HttpResponse:
    """Takes a resource away that no task ever named."""
    user = caller_of(request, *OPERATORS)
    remove_resource(_supply(fleet, satellite, resource), Act(user, timezone.now()))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _satellite(fleet: str, satellite: str) -> Satellite:
    return get_object_or_404(Satellite, fleet__slug=fleet, slug=satellite)


def _supply(fleet: str, satellite: str, resource: str) -> Supply:
    supplies = _satellite(fleet, satellite).supplies.select_related("resource")
    return get_object_or_404(supplies, resource__name=resource)


def _resource(supply: Supply) -> ResourceAnswer:
    return ResourceAnswer.model_construct(name=supply.resource.name, capacity=supply.capacity)


def _shown(fleet: Fleet, user: User) -> FleetAnswer:
    return FleetAnswer.model_construct(
        fleet=fleet.slug,
        name=fleet.name,
        is_open=fleet.is_open,
        shows_break_even=fleet.shows_break_even,
        satellites=sorted(satellite.slug for satellite in fleet.satellites.all()),
        buffered=fleet.buffered if user.role in OPERATORS else None,
    )
