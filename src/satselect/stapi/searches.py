"""Searches that are stored: what they are, and what they found."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field, TypeAdapter

from satselect.application.access.rights import Right, sees_break_even
from satselect.application.access.visibility import visible_searches
from satselect.application.errors import MissingError
from satselect.application.ordering.searches.records import SearchStep, found_by, steps_of
from satselect.schemas.ordering.wishes import Wish
from satselect.schemas.reading.validation import validate
from satselect.stapi.addresses import SEARCHES, link, product_path, search_path
from satselect.stapi.answering import Paged, answer, page, row_of, spoken
from satselect.stapi.features import create_order, feature_of
from satselect.stapi.versions.bodies import MOST_LIMIT
from satselect.stapi.versions.v0_1 import (
    GEO,
    JSON,
    OpportunityCollection,
    SearchRecords,
    SearchRecordShape,
    SearchStatuses,
    SearchStatusShape,
)
from satselect.store.models import OpportunitySearch
from satselect.web.callers import caller_of
from satselect.web.lookups import look_up

router = Router(tags=["stapi"])

_WISH: TypeAdapter[Wish] = TypeAdapter(Wish)


class Part(Schema):
    """Which part of what was found."""

    limit: int | None = Field(default=None, description="the first hundred, if it isn't said")
    next: int | None = Field(default=None, ge=1, description="the token of a page")


@router.get(SEARCHES, response=spoken().SearchRecords)
def list_searches(request: HttpRequest, wanted: Query[Paged]) -> HttpResponse:
    """The searches that the caller may see, newest first; each is kept for a day."""
    rows = _searches(request)
    newest = rows.order_by("-id")
    if wanted.next is not None:
        newest = newest.filter(id__lt=row_of(rows, wanted.next))
    shown, links = page(request, list(newest[: wanted.most + 1]), wanted.most, JSON, lambda row: row.id)
    return answer(SearchRecords(search_records=[record_of(request, one) for one in shown], links=links))


@router.get(f"{SEARCHES}/{{uuid:search_id}}", response=spoken().SearchRecordShape)
def get_search(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """One search, with what it is now."""
    return answer(record_of(request, look_up(_searches(request), "search", id=search_id)))


@router.get(f"{SEARCHES}/{{uuid:search_id}}/statuses", response=spoken().SearchStatuses)
def get_search_statuses(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """What the search was, newest first."""
    search = look_up(_searches(request), "search", id=search_id)
    links = [link(request, "self", search_path(search.id, "statuses"))]
    return answer(SearchStatuses(statuses=[_status(step) for step in reversed(steps_of(search))], links=links))


@router.get("/products/{product}/opportunities/{uuid:search_id}", response=spoken().OpportunityCollection)
def get_opportunities(request: HttpRequest, product: str, search_id: UUID, wanted: Query[Part]) -> HttpResponse:
    """What a search found, by start: there once it is completed."""
    user = caller_of(request, Right.READ)
    rows = visible_searches(user).filter(product__slug=product, state=OpportunitySearch.State.COMPLETED)
    search = look_up(rows.select_related("product__fleet"), "opportunity collection", id=search_id)
    offers = found_by(search, is_told_all=sees_break_even(user, search.product.fleet))
    first, most = wanted.next or 0, min(max(MOST_LIMIT if wanted.limit is None else wanted.limit, 1), MOST_LIMIT)
    if first > len(offers):
        raise MissingError("page", first)
    shown, links = page(request, offers[first : first + most + 1], most, GEO, lambda _: first + most)
    wish = validate(_WISH, search.wish)
    links += [
        link(request, "search-record", search_path(search.id)),
        create_order(request, search.product, wish.as_sent()),
    ]
    features = [feature_of(request, search.product, wish, offer) for offer in shown]
    return answer(OpportunityCollection(id=str(search.id), features=features, links=links), GEO)


def record_of(request: HttpRequest, search: OpportunitySearch) -> SearchRecordShape:
    """A search as it is told."""
    product = search.product.slug
    links = [
        link(request, "self", search_path(search.id)),
        link(request, "monitor", search_path(search.id, "statuses")),
        link(request, "product", product_path(product)),
    ]
    if search.state == OpportunitySearch.State.COMPLETED:
        links.append(link(request, "opportunities", product_path(product, f"opportunities/{search.id}"), GEO))
    return SearchRecordShape(
        id=str(search.id),
        product_id=product,
        opportunity_request=search.wish,
        search_parameters=search.wish,
        status=_status(steps_of(search)[-1]),
        links=links,
    )


def _searches(request: HttpRequest) -> QuerySet[OpportunitySearch]:
    rows = visible_searches(caller_of(request, Right.READ))
    return rows.select_related("product").defer("found")  # which may be long


def _status(step: SearchStep) -> SearchStatusShape:
    return SearchStatusShape(timestamp=step.at, status_code=step.code, reason_code=step.reason, reason_text=step.words)
