"""Fleets: lists and single ones, and their changes."""

from http import HTTPStatus
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status

from satselect.api.openapi.documentation import CONFLICT, conditional, json_body
from satselect.application.access.rights import Right, sees_all
from satselect.application.access.visibility import visible_fleets
from satselect.application.act import Act
from satselect.application.fleets.fleets import create_fleet, delete_fleet, edit_fleet
from satselect.schemas.fleets import FLEET_PATCH, NEW_FLEET, FleetAnswer, FleetList, FleetPatch, NewFleet, Release
from satselect.schemas.horizons import Replan
from satselect.store.models import Fleet, Satellite, User
from satselect.web.callers import caller_of, fleet_for
from satselect.web.conditions import condition_of, refuse_conditions, tagged
from satselect.web.requests import body_of

router = Router(tags=["fleets"])


@router.get("/api/v1/fleets", response=FleetList)
def list_fleets(request: HttpRequest) -> FleetList:
    """The fleets that the caller has to do with: all, or for executors those whose tasks they run."""
    user = caller_of(request, Right.READ)
    satellites = Prefetch("satellites", Satellite.objects.order_by("slug"))
    fleets = visible_fleets(user).order_by("slug").prefetch_related(satellites)
    return FleetList.model_construct(items=[_shown(fleet, user) for fleet in fleets])


@router.post("/api/v1/fleets", response={201: FleetAnswer}, openapi_extra={**json_body(NewFleet), **CONFLICT})
def post_fleet(request: HttpRequest) -> Status[FleetAnswer]:
    """Makes a fleet. It has no satellite yet: a closed one takes tasks from its first one on, an open one makes it."""
    user = caller_of(request, Right.OPERATE)
    refuse_conditions(request)
    sent = body_of(request, NEW_FLEET).model_dump()
    fleet = create_fleet({"slug": sent.pop("fleet"), **sent}, Act(user, timezone.now()))
    return Status(HTTPStatus.CREATED, tagged(request, _shown(fleet, user)))


@router.get("/api/v1/fleets/{fleet}", response=FleetAnswer)
def get_fleet(request: HttpRequest, fleet: str) -> FleetAnswer:
    """One fleet."""
    user = caller_of(request, Right.READ)
    return tagged(request, _shown(fleet_for(user, fleet), user))


@router.patch("/api/v1/fleets/{fleet}", response=FleetAnswer, openapi_extra=conditional(json_body(FleetPatch)))
def patch_fleet(request: HttpRequest, fleet: str) -> FleetAnswer:
    """Changes the name or the settings of a fleet, from the next iteration on."""
    user = caller_of(request, Right.OPERATE)
    found = fleet_for(user, fleet)
    patch = body_of(request, FLEET_PATCH)
    sent = {name: getattr(patch, name) for name in patch.model_fields_set}
    edit_fleet(found, sent, _act(request, user, fleet))
    return tagged(request, _shown(found, user))


@router.delete("/api/v1/fleets/{fleet}", response={204: None}, openapi_extra=conditional(CONFLICT))
def remove_fleet(request: HttpRequest, fleet: str) -> HttpResponse:
    """Deletes a fleet that was never used, with its satellites."""
    user = caller_of(request, Right.OPERATE)
    delete_fleet(fleet_for(user, fleet), _act(request, user, fleet))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _act(request: HttpRequest, user: User, fleet: str) -> Act:
    return Act(user, timezone.now(), condition_of(request, lambda: _shown(fleet_for(user, fleet), user)))


def _shown(fleet: Fleet, user: User) -> FleetAnswer:
    return FleetAnswer.model_construct(
        fleet=fleet.slug,
        name=fleet.name,
        is_open=fleet.is_open,
        shows_break_even=fleet.shows_break_even,
        ageing_per_hour=fleet.ageing_per_hour,
        release=Release(fleet.release),
        settle_s=fleet.settle_s,
        iterate_every_s=fleet.iterate_every_s,
        satellites=sorted(satellite.slug for satellite in fleet.satellites.all()),
        buffered=fleet.buffered if sees_all(user) else None,
        **_horizon(fleet),
    )


def _horizon(fleet: Fleet) -> dict[str, Any]:
    """How it plans in time, if it does."""
    if fleet.horizon_s is None:
        return {}
    names = ("horizon_s", "frozen_s", "step_s", "stay")
    return {name: getattr(fleet, name) for name in names} | {"replan": Replan(fleet.replan)}
