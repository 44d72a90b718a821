"""When satellites of a fleet could take a target: searched, without ordering anything."""

from datetime import timedelta

from django.http import HttpRequest
from ninja import Router

from satselect.api.openapi.documentation import NO_ORBITS, json_body
from satselect.application.access.rights import Right
from satselect.application.explanation.questions import question
from satselect.application.opportunities.fleet_search import Found, Search, search_opportunities
from satselect.schemas.planning.searches import (
    NEW_SEARCH,
    FoundOpportunity,
    NewSearch,
    SearchAnswer,
    UnsearchedSatellite,
    ViewGeometry,
)
from satselect.web.callers import caller_of, fleet_for
from satselect.web.conditions import refuse_conditions
from satselect.web.requests import body_of
from satselect.web.runtime import runtime

router = Router(tags=["opportunities"])

_DAY = timedelta(days=1)
_DECIMALS = 3


@router.post(
    "/api/v1/fleets/{fleet}/opportunities/search",
    response=SearchAnswer,
    by_alias=True,
    openapi_extra={**json_body(NewSearch), **NO_ORBITS},
)
def search_for_opportunities(request: HttpRequest, fleet: str) -> SearchAnswer:
    """When satellites of the fleet can take a target, by their elements and under conditions. Nothing is stored."""
    user = caller_of(request, Right.SUBMIT)
    refuse_conditions(request)
    found, sent = fleet_for(user, fleet), body_of(request, NEW_SEARCH)
    search = Search(target=sent.target, starts=sent.starts, ends=sent.ends, satellites=sent.satellites)
    with question(runtime().places, user.id):
        findings = search_opportunities(found, search, most=sent.limit)
    return SearchAnswer.model_construct(
        fleet=found.slug,
        parts=findings.parts,
        found=findings.count,
        items=[_shown(one) for one in findings.first],
        unsearched=[
            UnsearchedSatellite(satellite=one.satellite.slug, reason=one.reason, detail=one.words)
            for one in findings.failures
        ],
    )


def _shown(found: Found) -> FoundOpportunity:
    sight, middle = found.sight, found.middle
    return FoundOpportunity.model_construct(
        satellite=found.satellite.slug,
        part=sight.part,
        starts=sight.start,
        ends=sight.end,
        is_cut=sight.is_cut,
        middle=ViewGeometry.model_construct(
            at=middle.at,
            elevation=round(middle.elevation, _DECIMALS),
            azimuth=round(middle.azimuth, _DECIMALS) % 360,  # rounded up it may be 360
            range_km=round(middle.range_km, _DECIMALS),
            off_nadir=round(middle.off_nadir, _DECIMALS),
            sun_elevation=round(middle.sun_elevation, _DECIMALS),
            sun_azimuth=round(middle.sun_azimuth, _DECIMALS) % 360,
            side=middle.side,
        ),
        maximum_elevation=round(sight.maximum_elevation, _DECIMALS),
        least_off_nadir=round(sight.least_off_nadir, _DECIMALS),
        elements=found.elements.id,
        elements_age_days=round(sight.elements_age / _DAY, 2),
    )
