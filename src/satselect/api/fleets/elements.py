"""The orbital elements of satellites."""

from datetime import datetime, timedelta
from operator import attrgetter

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from satselect.api.openapi.documentation import NO_ORBITS, conditional, json_body
from satselect.application.access.rights import Right, sees_name_of
from satselect.application.act import Act
from satselect.application.conditions import Condition
from satselect.application.errors import ChangedError, MissingError
from satselect.application.fleets.elements import current_elements, put_elements
from satselect.schemas.planning.elements import NEW_ELEMENTS, ElementsAnswer, ElementsPage, NewElements
from satselect.store.models import ElementSet, Satellite, User
from satselect.web.callers import caller_of, fleet_for
from satselect.web.conditions import condition_of, tagged
from satselect.web.lookups import look_up
from satselect.web.paging import Page, page_of
from satselect.web.requests import body_of

router = Router(tags=["fleets"])

_ELEMENTS = "/api/v1/fleets/{fleet}/satellites/{satellite}/elements"
_DAY = timedelta(days=1)


@router.get(_ELEMENTS, response=ElementsAnswer)
def get_elements(request: HttpRequest, fleet: str, satellite: str) -> ElementsAnswer:
    """The orbital elements of a satellite that count: those that were put last."""
    user = caller_of(request, Right.READ)
    return tagged(request, _current(user, _found(user, fleet, satellite)))


@router.put(_ELEMENTS, response=ElementsAnswer, openapi_extra=conditional({**json_body(NewElements), **NO_ORBITS}))
def put_elements_of(request: HttpRequest, fleet: str, satellite: str) -> ElementsAnswer:
    """Gives a satellite orbital elements, which count from now on. The ones before stay in its history."""
    user, at = caller_of(request, Right.OPERATE), timezone.now()
    found, sent = _found(user, fleet, satellite), body_of(request, NEW_ELEMENTS)
    row = put_elements(found, sent.source, Act(user, at, _condition(request, user, found)))
    return tagged(request, _shown(row, found, user, at))


@router.get(f"{_ELEMENTS}/history", response=ElementsPage)
def list_elements(request: HttpRequest, fleet: str, satellite: str, wanted: Query[Page]) -> ElementsPage:
    """All orbital elements that a satellite was given, newest first."""
    user, at = caller_of(request, Right.READ), timezone.now()
    found = _found(user, fleet, satellite)
    rows: QuerySet[ElementSet] = found.element_sets.select_related("by").order_by("-id")
    if wanted.cursor is not None:
        rows = rows.filter(id__lt=wanted.cursor)
    shown, following = page_of(request, rows, wanted.limit, attrgetter("id"))
    return ElementsPage.model_construct(items=[_shown(row, found, user, at) for row in shown], next=following)


def _condition(request: HttpRequest, user: User, satellite: Satellite) -> Condition:
    """What the request demands of the elements that count, which there may be none of yet."""
    of_current = condition_of(request, lambda: _current(user, satellite))

    def check() -> None:
        if current_elements(satellite) is not None:
            of_current()
        elif "If-Match" in request.headers:
            raise ChangedError("there are no elements yet, which no tag can match; nothing was done")

    return check


def _found(user: User, fleet: str, satellite: str) -> Satellite:
    return look_up(fleet_for(user, fleet).satellites.select_related("fleet"), "satellite", slug=satellite)


def _current(user: User, satellite: Satellite) -> ElementsAnswer:
    row = current_elements(satellite)
    if row is None:
        raise MissingError("set of elements of", satellite.slug)
    return _shown(row, satellite, user, timezone.now())


def _shown(row: ElementSet, satellite: Satellite, user: User, at: datetime) -> ElementsAnswer:
    return ElementsAnswer.model_construct(
        id=row.id,
        fleet=satellite.fleet.slug,
        satellite=satellite.slug,
        at=row.at,
        by=row.by.username if sees_name_of(user, row.by) else None,
        number=row.number,
        name=row.name,
        epoch=row.epoch,
        age_days=round((at - row.epoch) / _DAY, 2),
        source=row.source,
        sha256=row.digest,
    )
