"""The opportunities of a product at a place within some time: from orbits, or whenever where it needs no sight."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from satselect.application.errors import ConflictError
from satselect.application.opportunities.filters import Filter
from satselect.application.opportunities.product_opportunities import (
    Look,
    TooWideError,
    facts_of,
    looks,
    target_of,
)
from satselect.application.ordering.abilities import able_satellites, faults_with
from satselect.exports.times import MILLISECOND, inward
from satselect.schemas.fields.moments import written
from satselect.schemas.opportunities import LAST, LONGEST
from satselect.schemas.ordering.wishes import Interval, Wish
from satselect.schemas.reading.faults import Fault
from satselect.store.models import Product, Satellite

UNAVAILABLE, INVALID_GEOMETRY = "unavailable", "invalid_geometry"
MOST_AHEAD = timedelta(days=14)
"""Elements tell less and less where a satellite will be: nobody looks farther ahead, unless the horizon is."""

_NUMBERS = {
    "off_nadir": "least, degrees at the satellite between the Earth's centre and the place",
    "roll": "the same with the side: negative to the left of the satellite's way",
    "elevation": "highest, degrees of the satellite above the horizon of the place",
    "sun_elevation": "degrees of the Sun above the horizon of the place",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why there is no opportunity: a code, and words."""

    code: str
    words: str


_UNABLE = Refusal(UNAVAILABLE, "no satellite that could take it then has what the product needs")


@dataclass(frozen=True, slots=True)
class Possible:
    """What there is: opportunities by start within a span, or why there is none."""

    looks: Sequence[Look]
    refusal: Refusal | None = None
    span: tuple[datetime, datetime] | None = None


def queryables_of(product: Product) -> dict[str, dict[str, Any]]:
    """What a filter may ask of its opportunities, each with its JSON Schema."""
    numbers = {} if product.sight is None else _NUMBERS
    return {
        "satellite": {"type": "string", "description": "which takes it"},
        "duration": {"type": "number", "description": "seconds for which it is possible"},
        **{name: {"type": "number", "description": words} for name, words in numbers.items()},
    }


def closed(product: Product, wish: Wish, *, at: datetime) -> Wish:
    """The wish with both ends of its interval: an open one is now, or the end of the horizon of the fleet."""
    sent = wish.datetime
    if sent.starts is not None and sent.ends is not None:
        return wish
    starts = sent.starts or min(at, sent.ends or at)
    lasts = timedelta(seconds=product.fleet.horizon_s or 0)
    ends = sent.ends or max(at, starts) + lasts
    return wish.model_copy(update={"datetime": Interval(f"{written(starts)}/{written(ends)}", starts, ends)})


def read_filter(product: Product, wish: Wish) -> Filter:
    """What the opportunities have to be like.

    Raises:
        InvalidError: the filter is none.
    """
    names = queryables_of(product)
    # Of the right types, by which a comparison of text with a number is found before anything is searched.
    example = {name: "" if schema["type"] == "string" else 0.0 for name, schema in names.items()}
    return Filter(wish.filter, example)


def possible(product: Product, wish: Wish, *, at: datetime) -> Possible:
    """The opportunities of the product that the wish takes.

    Args:
        product: with its fleet, which plans in time.
        wish: when and where, from a time until another.
        at: now.

    Raises:
        InvalidError: the filter is none.
        NoOrbitsError: the extra `orbits` is not installed.
    """
    wanted = read_filter(product, wish)
    if wish.geometry["type"] not in product.geometries:
        return Possible([], Refusal(INVALID_GEOMETRY, f"this product is for: {', '.join(product.geometries)}"))
    # Plans have whole milliseconds: a minute that begins between two of them has no room for a task of a minute.
    starts, ends = inward(*_span(wish, at), MILLISECOND)
    if ends <= at:
        return Possible([], Refusal("no_opportunity", "that time is over"))
    # Elements are for about now: what they say of next month is a guess, and a task is a promise.
    if product.sight is not None:
        ends = min(ends, max(at + MOST_AHEAD, _horizon(product, at)))
    ends = min(ends, LAST - timedelta(days=1))
    if starts >= ends:
        return Possible([], Refusal("no_opportunity", f"opportunities are known until {written(ends)} only"))
    try:
        span = starts, min(ends, starts + LONGEST)
        return _possible(product, wish, span, wanted)
    except TooWideError:
        return Possible([], Refusal(INVALID_GEOMETRY, "the place is wider than what is taken in one go"))


def _possible(product: Product, wish: Wish, span: tuple[datetime, datetime], wanted: Filter) -> Possible:
    slugs = satellites_of(product)
    # Without sight there is nothing to be looked for, and who lacks something may have it by then.
    able = set(slugs) if product.sight is None else able_satellites(product)
    others = [slug for slug in slugs if slug not in able]
    if len(others) == len(slugs):
        others = []  # what the fleet lacks is told of the product
    found = _looks(product, wish, span, [slug for slug in slugs if slug not in others])
    if taken := [look for look in found if wanted.takes(facts_of(look))]:
        return Possible(taken, span=span)
    if any(wanted.takes(facts_of(look)) for look in _looks(product, wish, span, others)):
        return Possible([], _UNABLE)
    words = "no satellite can take it then" if not found else "no opportunity is as the filter wants it"
    return Possible([], Refusal("no_opportunity", words))


def findable(product: Product, wish: Wish, *, at: datetime) -> Possible:
    """The same for who searches: nothing, where each order would be rejected for what the fleet has now.

    Raises:
        ConflictError: the fleet does not plan in time any more.
        InvalidError: as above.
        NoOrbitsError: the extra `orbits` is not installed.
    """
    if product.fleet.horizon_s is None:
        raise ConflictError(f"the fleet of {product.slug!r} does not plan in time any more")
    found = possible(product, wish, at=at)
    if not found.looks:
        return found
    if faults := faults_with(product):
        return Possible([], unavailable(faults[0]))
    able = able_satellites(product)
    # A search is for what can be ordered, and each opportunity is ordered of its own satellite.
    if looks := [look for look in found.looks if look.satellite in able]:
        return replace(found, looks=looks)
    return Possible([], _UNABLE)


def unavailable(fault: Fault) -> Refusal:
    """That the fleet can't do what the product says, as it is now."""
    return Refusal(UNAVAILABLE, f"the fleet can't do what the product says, as it is now: {fault.detail}")


def _span(wish: Wish, at: datetime) -> tuple[datetime, datetime]:
    starts, ends = wish.datetime.starts, wish.datetime.ends
    assert starts is not None and ends is not None, "both are closed"  # noqa: S101, PT018
    return max(starts, at), ends


def _horizon(product: Product, at: datetime) -> datetime:
    return at + timedelta(seconds=product.fleet.horizon_s or 0)


def _looks(product: Product, wish: Wish, span: tuple[datetime, datetime], slugs: Sequence[str]) -> list[Look]:
    least = timedelta(seconds=product.duration_s)
    starts, ends = span
    if starts + least > ends or not slugs:
        return []
    if product.sight is None:
        return [Look(slug, starts, ends, {}, product.details) for slug in slugs]
    target = target_of(wish.geometry, sight=product.sight, least=least)
    seen = looks(product.fleet, target, span, satellites=slugs)
    return [replace(look, details={**look.details, **product.details}) for look in seen]


def satellites_of(product: Product) -> list[str]:
    """The slugs of those that may take it, of those that there are."""
    satellites = Satellite.objects.filter(fleet=product.fleet_id).order_by("slug")
    if product.satellites is not None:
        satellites = satellites.filter(slug__in=product.satellites)
    return list(satellites.values_list("slug", flat=True))
