"""What is out of service."""

from http import HTTPStatus
from operator import attrgetter
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Status

from satselect.api.openapi.documentation import conditional, json_body
from satselect.application.access.rights import Right
from satselect.application.access.visibility import visible_resources
from satselect.application.act import Act
from satselect.application.errors import MissingError
from satselect.application.fleets.outages import OutageTimes, add_outage, delete_outage, edit_outage
from satselect.schemas.planning.outages import (
    NEW_OUTAGE,
    OUTAGE_PATCH,
    NewOutage,
    OutageAnswer,
    OutagePage,
    OutagePatch,
)
from satselect.store.models import Outage, User
from satselect.web.callers import caller_of, fleet_for
from satselect.web.conditions import condition_of, refuse_conditions, tagged
from satselect.web.lookups import look_up
from satselect.web.paging import Page, page_of
from satselect.web.requests import body_of

router = Router(tags=["fleets"])

_OUTAGES = "/api/v1/fleets/{fleet}/outages"
_COLUMNS = {"until": "ends"}


@router.get(_OUTAGES, response=OutagePage, by_alias=True)
def list_outages(request: HttpRequest, fleet: str, wanted: Query[Page]) -> OutagePage:
    """The outages of a fleet, newest first, those that are over too."""
    user = caller_of(request, Right.READ)
    outages = _of(user, fleet).order_by("-id")
    if wanted.cursor is not None:
        outages = outages.filter(id__lt=wanted.cursor)
    shown, following = page_of(request, outages, wanted.limit, attrgetter("id"))
    return OutagePage.model_construct(items=[_shown(outage) for outage in shown], next=following)


@router.post(_OUTAGES, response={201: OutageAnswer}, by_alias=True, openapi_extra=json_body(NewOutage))
def post_outage(request: HttpRequest, fleet: str) -> Status[OutageAnswer]:
    """Says that a satellite, or a resource, is out of service. Iterations meanwhile do without it."""
    user, at = caller_of(request, Right.OPERATE), timezone.now()
    refuse_conditions(request)
    found, sent = fleet_for(user, fleet), body_of(request, NEW_OUTAGE)
    window = OutageTimes(sent.starts or at, sent.until, sent.words or "")
    made = add_outage(found, sent.satellite, sent.resource, window, Act(user, at))
    return Status(HTTPStatus.CREATED, tagged(request, _shown(made)))


@router.get(f"{_OUTAGES}/{{int:outage}}", response=OutageAnswer, by_alias=True)
def get_outage(request: HttpRequest, fleet: str, outage: int) -> OutageAnswer:
    """One outage."""
    return tagged(request, _shown(_found(caller_of(request, Right.READ), fleet, outage)))


@router.patch(
    f"{_OUTAGES}/{{int:outage}}",
    response=OutageAnswer,
    by_alias=True,
    openapi_extra=conditional(json_body(OutagePatch)),
)
def patch_outage(request: HttpRequest, fleet: str, outage: int) -> OutageAnswer:
    """Ends an outage, or says anew when it is and why."""
    user = caller_of(request, Right.OPERATE)
    found, patch = _found(user, fleet, outage), body_of(request, OUTAGE_PATCH)
    sent = {_COLUMNS.get(name, name): getattr(patch, name) for name in patch.model_fields_set}
    edit_outage(found, sent, _act(request, user, fleet, outage))
    return tagged(request, _shown(_found(user, fleet, outage)))


@router.delete(f"{_OUTAGES}/{{int:outage}}", response={204: None}, openapi_extra=conditional())
def remove_outage(request: HttpRequest, fleet: str, outage: int) -> HttpResponse:
    """Takes back that something is out of service."""
    user = caller_of(request, Right.OPERATE)
    delete_outage(_found(user, fleet, outage), _act(request, user, fleet, outage))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _act(request: HttpRequest, user: User, fleet: str, outage: int) -> Act:
    return Act(user, timezone.now(), condition_of(request, lambda: _shown(_found(user, fleet, outage))))


def _of(user: User, fleet: str) -> QuerySet[Outage]:
    found = fleet_for(user, fleet)
    known = Q(supply=None) | Q(supply__resource__in=visible_resources(user, found))
    return found.outages.filter(known).select_related("fleet", "satellite", "supply__satellite", "supply__resource")


def _found(user: User, fleet: str, outage: int) -> Outage:
    if outage >= 2**63:  # no database has a number for it
        raise MissingError("outage", outage)
    return look_up(_of(user, fleet), "outage", id=outage)


def _shown(outage: Outage) -> OutageAnswer:
    satellite = outage.satellite or (outage.supply.satellite if outage.supply else None)
    facts: dict[str, Any] = {
        "id": outage.id,
        "fleet": outage.fleet.slug,
        "satellite": satellite.slug if satellite else None,
        "resource": outage.supply.resource.name if outage.supply else None,
        "from": outage.starts,
        "until": outage.ends,
        "words": outage.words,
    }
    return OutageAnswer.model_construct(**facts)
