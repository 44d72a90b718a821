"""The resources of satellites, and those that the satellites of a fleet share. The same calls for both."""

from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status

from satselect.api.openapi.documentation import CONFLICT, conditional, json_body
from satselect.application.access.rights import Right
from satselect.application.access.visibility import visible_resources
from satselect.application.act import Act
from satselect.application.fleets.supplies import add_resource, edit_supply, remove_resource
from satselect.application.planning.horizon.levels import level_at
from satselect.schemas.fields.folding import folded
from satselect.schemas.fleets import (
    NEW_RESOURCE,
    RESOURCE_PATCH,
    NewResource,
    ResourceAnswer,
    ResourceList,
    ResourcePatch,
)
from satselect.schemas.horizons import Kind
from satselect.schemas.transitions import Transition
from satselect.store.models import Fleet, Satellite, Supply, User
from satselect.store.queries.supplies import timed_supply
from satselect.web.callers import caller_of, fleet_for
from satselect.web.conditions import condition_of, refuse_conditions, tagged
from satselect.web.lookups import look_up
from satselect.web.requests import body_of

router = Router(tags=["fleets"])

_SHARED = "/api/v1/fleets/{fleet}/resources"
_OWN = "/api/v1/fleets/{fleet}/satellites/{satellite}/resources"
_MADE = {**json_body(NewResource), **CONFLICT}
_PATCHED = conditional(json_body(ResourcePatch))


@router.get(_SHARED, response=ResourceList)
def list_shared_resources(request: HttpRequest, fleet: str) -> ResourceList:
    """The resources that the satellites of a fleet share."""
    return _listed(request, fleet, None)


@router.get(_OWN, response=ResourceList)
def list_resources(request: HttpRequest, fleet: str, satellite: str) -> ResourceList:
    """The resources of a satellite."""
    return _listed(request, fleet, satellite)


@router.post(_SHARED, response={201: ResourceAnswer}, openapi_extra=_MADE)
def post_shared_resource(request: HttpRequest, fleet: str) -> Status[ResourceAnswer]:
    """Gives the satellites of a fleet a resource to share."""
    return _made(request, fleet, None)


@router.post(_OWN, response={201: ResourceAnswer}, openapi_extra=_MADE)
def post_resource(request: HttpRequest, fleet: str, satellite: str) -> Status[ResourceAnswer]:
    """Gives a satellite a resource."""
    return _made(request, fleet, satellite)


# As a path, for names of resources may have slashes.
@router.get(f"{_SHARED}/{{path:resource}}", response=ResourceAnswer)
def get_shared_resource(request: HttpRequest, fleet: str, resource: str) -> ResourceAnswer:
    """One resource that the satellites of a fleet share."""
    return _got(request, fleet, None, resource)


@router.get(f"{_OWN}/{{path:resource}}", response=ResourceAnswer)
def get_resource(request: HttpRequest, fleet: str, satellite: str, resource: str) -> ResourceAnswer:
    """One resource of a satellite."""
    return _got(request, fleet, satellite, resource)


@router.patch(f"{_SHARED}/{{path:resource}}", response=ResourceAnswer, openapi_extra=_PATCHED)
def patch_shared_resource(request: HttpRequest, fleet: str, resource: str) -> ResourceAnswer:
    """Changes how much of a resource the satellites share, from the next iteration on."""
    return _changed(request, fleet, None, resource)


@router.patch(f"{_OWN}/{{path:resource}}", response=ResourceAnswer, openapi_extra=_PATCHED)
def patch_resource(request: HttpRequest, fleet: str, satellite: str, resource: str) -> ResourceAnswer:
    """Changes how much of a resource a satellite has, from the next iteration on."""
    return _changed(request, fleet, satellite, resource)


@router.delete(f"{_SHARED}/{{path:resource}}", response={204: None}, openapi_extra=conditional(CONFLICT))
def delete_shared_resource(request: HttpRequest, fleet: str, resource: str) -> HttpResponse:
    """Takes a shared resource away that no task needs."""
    return _removed(request, fleet, None, resource)


@router.delete(f"{_OWN}/{{path:resource}}", response={204: None}, openapi_extra=conditional(CONFLICT))
def delete_resource(request: HttpRequest, fleet: str, satellite: str, resource: str) -> HttpResponse:
    """Takes a resource away from a satellite where no task needs it."""
    return _removed(request, fleet, satellite, resource)


def _listed(request: HttpRequest, fleet: str, satellite: str | None) -> ResourceList:
    user = caller_of(request, Right.READ)
    supplies = _supplies(user, _owner(user, fleet, satellite)).order_by("resource__name")
    return ResourceList.model_construct(items=[_shown(supply) for supply in supplies])


def _got(request: HttpRequest, fleet: str, satellite: str | None, resource: str) -> ResourceAnswer:
    return tagged(request, _shown(_found(caller_of(request, Right.READ), fleet, satellite, resource)))


def _made(request: HttpRequest, fleet: str, satellite: str | None) -> Status[ResourceAnswer]:
    user = caller_of(request, Right.OPERATE)
    refuse_conditions(request)
    owner, sent = _owner(user, fleet, satellite), body_of(request, NEW_RESOURCE)
    how = {
        name: getattr(sent, name)
        for name in ("kind", "turnaround_s", "level", "transition")
        if name in sent.model_fields_set
    }
    supply = add_resource(owner, sent.name, sent.capacity, Act(user, timezone.now()), **how)
    return Status(HTTPStatus.CREATED, tagged(request, _shown(supply)))


def _changed(request: HttpRequest, fleet: str, satellite: str | None, resource: str) -> ResourceAnswer:
    user = caller_of(request, Right.OPERATE)
    supply = _found(user, fleet, satellite, resource)
    condition = condition_of(request, lambda: _shown(_found(user, fleet, satellite, resource)))
    patch = body_of(request, RESOURCE_PATCH)
    sent = {name: getattr(patch, name) for name in patch.model_fields_set}
    edit_supply(supply, sent, Act(user, timezone.now(), condition))
    return tagged(request, _shown(supply))


def _removed(request: HttpRequest, fleet: str, satellite: str | None, resource: str) -> HttpResponse:
    user = caller_of(request, Right.OPERATE)
    supply = _found(user, fleet, satellite, resource)
    condition = condition_of(request, lambda: _shown(_found(user, fleet, satellite, resource)))
    remove_resource(supply, Act(user, timezone.now(), condition))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _found(user: User, fleet: str, satellite: str | None, resource: str) -> Supply:
    supplies = _supplies(user, _owner(user, fleet, satellite))
    # Exactly so first: an earlier release may have left look-alikes.
    exact = supplies.filter(resource__name=resource).first()
    return exact or look_up(supplies, "resource", resource__name=folded(resource))


def _owner(user: User, fleet: str, satellite: str | None) -> Satellite | Fleet:
    owner = fleet_for(user, fleet)
    return owner if satellite is None else look_up(owner.satellites, "satellite", slug=satellite)


def _supplies(user: User, owner: Satellite | Fleet) -> QuerySet[Supply]:
    satellite, fleet = (owner, owner.fleet) if isinstance(owner, Satellite) else (None, owner)
    known = visible_resources(user, fleet)
    return Supply.objects.select_related("resource").filter(resource__in=known, satellite=satellite)


def _shown(supply: Supply) -> ResourceAnswer:
    return ResourceAnswer.model_construct(name=supply.resource.name, capacity=supply.capacity, **_of_plans(supply))


def _of_plans(supply: Supply) -> dict[str, Any]:
    """How it comes back, where that is said: a fleet that does not plan in time has no use for it."""
    resource = supply.resource
    facts: dict[str, Any] = {}
    if resource.kind != Kind.RENEWABLE or resource.turnaround_s or resource.transition is not None:
        facts["kind"] = Kind(resource.kind)
    if resource.turnaround_s:
        facts["turnaround_s"] = resource.turnaround_s
    if resource.transition is not None:
        facts["transition"] = Transition.model_validate(resource.transition)
    if resource.kind == Kind.RESERVOIR:
        facts["level"] = level_at(timed_supply(supply), resource.fleet_id, timezone.now())
    return facts
