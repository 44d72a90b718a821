"""The passes of a fleet."""

from http import HTTPStatus
from operator import attrgetter

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Status

from satselect.api.openapi.documentation import CONFLICT, conditional, json_body
from satselect.application.access.rights import Right
from satselect.application.act import Act
from satselect.application.errors import MissingError
from satselect.application.fleets.passes import add_passes, delete_pass
from satselect.schemas.planning.passes import NEW_PASSES, NewPasses, PassAnswer, PassList, PassPage
from satselect.store.models import Pass, User
from satselect.web.callers import caller_of, fleet_for
from satselect.web.conditions import condition_of, refuse_conditions, tagged
from satselect.web.lookups import look_up
from satselect.web.paging import Page, page_of
from satselect.web.requests import body_of

router = Router(tags=["plans"])

_PASSES = "/api/v1/fleets/{fleet}/passes"


@router.get(_PASSES, response=PassPage, by_alias=True)
def list_passes(request: HttpRequest, fleet: str, wanted: Query[Page]) -> PassPage:
    """The passes of a fleet, newest first, those that are over too."""
    rows = _of(caller_of(request, Right.READ), fleet).order_by("-id")
    if wanted.cursor is not None:
        rows = rows.filter(id__lt=wanted.cursor)
    shown, following = page_of(request, rows, wanted.limit, attrgetter("id"))
    return PassPage.model_construct(items=[_shown(row) for row in shown], next=following)


@router.post(_PASSES, response={201: PassList}, by_alias=True, openapi_extra=json_body(NewPasses))
def post_passes(request: HttpRequest, fleet: str) -> Status[PassList]:
    """Gives the fleet passes, which the next plan counts with. The same pass, sent again, is there once."""
    user = caller_of(request, Right.OPERATE)
    refuse_conditions(request)
    found, sent = fleet_for(user, fleet), body_of(request, NEW_PASSES)
    made = add_passes(found, sent.passes, Act(user, timezone.now()))
    # Read again with fleet and satellite, which answers tell: one question for all of them.
    rows = _of(user, fleet).in_bulk([row.id for row in made])
    return Status(HTTPStatus.CREATED, PassList.model_construct(items=[_shown(rows[row.id]) for row in made]))


@router.get(f"{_PASSES}/{{int:contact}}", response=PassAnswer, by_alias=True)
def get_pass(request: HttpRequest, fleet: str, contact: int) -> PassAnswer:
    """One pass."""
    return tagged(request, _shown(_found(caller_of(request, Right.READ), fleet, contact)))


@router.delete(f"{_PASSES}/{{int:contact}}", response={204: None}, openapi_extra=conditional(CONFLICT))
def remove_pass(request: HttpRequest, fleet: str, contact: int) -> HttpResponse:
    """Takes a pass away that somebody gave."""
    user = caller_of(request, Right.OPERATE)
    condition = condition_of(request, lambda: _shown(_found(user, fleet, contact)))
    delete_pass(_found(user, fleet, contact), Act(user, timezone.now(), condition))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _of(user: User, fleet: str) -> QuerySet[Pass]:
    return fleet_for(user, fleet).passes.select_related("fleet", "satellite")


def _found(user: User, fleet: str, contact: int) -> Pass:
    if contact >= 2**63:  # no database has a number for it
        raise MissingError("pass", contact)
    return look_up(_of(user, fleet), "pass", id=contact)


def _shown(row: Pass) -> PassAnswer:
    return PassAnswer.model_construct(
        id=row.id,
        fleet=row.fleet.slug,
        satellite=row.satellite.slug,
        starts=row.starts,
        ends=row.ends,
        station=row.station,
        drains=row.drains,
        elements=row.origin_id,
    )
