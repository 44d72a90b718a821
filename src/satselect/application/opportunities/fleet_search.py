"""When satellites of a fleet can take a target, by their elements: worked out and told, nothing is stored."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from satselect.application.opportunities.places import conditions_of, place_of, points_of
from satselect.application.opportunities.sights import look
from satselect.schemas.planning.searches import Unsearched
from satselect.schemas.planning.targets import NewTarget
from satselect.schemas.reading.faults import Fault, InvalidError, pointer_of
from satselect.store.models import ElementSet, Fleet, Satellite
from satselect.store.queries.orbits.targets import current_elements_of

if TYPE_CHECKING:
    from satselect.application.opportunities.places import Place
    from satselect.orbits import Elements, Geometry, Opportunity

MOST_WORK = 60_000
"""Satellites times days times points of one search: some four seconds of a processor."""

_WAY = 20
"""To know where a satellite is takes as long as to look at so many points."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for.

    Attributes:
        target: the place and the conditions.
        starts: of the interval, aware.
        ends: of it, later.
        satellites: by their slugs; None for all of the fleet.
    """

    target: NewTarget
    starts: datetime
    ends: datetime
    satellites: Sequence[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One opportunity.

    Attributes:
        satellite: whose it is.
        elements: from which it was worked out.
        sight: times, best angles and part of the target.
        middle: the geometry in the middle of it, of the point in the middle of the part.
    """

    satellite: Satellite
    elements: ElementSet
    sight: "Opportunity"
    middle: "Geometry"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why nothing can be said of a satellite."""

    satellite: Satellite
    reason: Unsearched
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a search found.

    Attributes:
        parts: how many parts the target has.
        count: how many opportunities there are.
        first: the first of them, by start, as many as were asked for.
        failures: satellites of which nothing can be said, by their slugs.
    """

    parts: int
    count: int
    first: Sequence[Found]
    failures: Sequence[Failure]


@dataclass(frozen=True, slots=True)
class _Seen:
    row: Satellite
    elements_row: ElementSet
    elements: "Elements"
    sight: "Opportunity"


def search_opportunities(fleet: Fleet, search: Search, *, most: int) -> Findings:
    """The opportunities of each satellite that has elements.

    Args:
        fleet: whose satellites are asked.
        search: what is looked for.
        most: so many are told at most, the first ones.

    Raises:
        InvalidError: the target is no place, the fleet has no such satellite, or it is too much work.
        NoOrbitsError: the extra `orbits` is not installed.
    """
    # The target first: how much work it is depends on its points.
    place = place_of(search.target, "target")
    satellites = _satellites(fleet, search.satellites)
    _check_work(search, len(satellites), points_of(place))
    current = current_elements_of(one.id for one in satellites)
    conditions = conditions_of(search.target.conditions)
    seen: list[_Seen] = []
    failures = []
    # One by one: a search of several satellites would fail as a whole with the first that fails.
    for satellite in satellites:
        row = current.get(satellite.id)
        looked = look(row, [place], (search.starts, search.ends), conditions)
        if looked.unknown:
            failures.append(Failure(satellite=satellite, reason=looked.unknown.reason, words=looked.unknown.words))
        elif row and looked.elements:
            seen += [_Seen(satellite, row, looked.elements, one) for one in looked.sights]
    seen.sort(key=lambda one: (one.sight.start, one.row.slug, one.sight.part))
    return Findings(
        parts=len(place.parts()), count=len(seen), first=list(_with_middles(seen[:most], place)), failures=failures
    )


def _satellites(fleet: Fleet, wanted: Sequence[str] | None) -> list[Satellite]:
    rows = {row.slug: row for row in fleet.satellites.order_by("slug")}
    if wanted is None:
        return list(rows.values())
    faults = [
        Fault("the fleet has no such satellite", pointer_of("satellites", place))
        for place, slug in enumerate(wanted)
        if slug not in rows
    ]
    if faults:
        raise InvalidError(faults)
    return [rows[slug] for slug in sorted(wanted)]


def _check_work(search: Search, satellites: int, points: int) -> None:
    days = (search.ends - search.starts) / _DAY
    # A search of an hour has a revolution before and after it, so it takes hardly less than one of a day.
    work = satellites * max(days, 1.0) * (points + _WAY)
    if work > MOST_WORK:
        of = f"{satellites} satellites, {days:.4g} days and {points} points are too much for one search"
        most = f"satellites times days times points, and {_WAY} points more, may be {MOST_WORK}"
        raise InvalidError([Fault(f"{of}: {most}, not {work:.0f}")])
    _check_span(search)


def _check_span(search: Search) -> None:
    from satselect.orbits import LeapSecondError, TimeError
    from satselect.orbits.times import Span

    try:
        Span.of(search.starts, search.ends)
    except LeapSecondError as error:
        raise InvalidError([Fault(str(error), pointer_of("until"))]) from None
    except TimeError as error:
        raise InvalidError([Fault(error.why, pointer_of("until"))]) from None


def _with_middles(seen: Sequence[_Seen], place: "Place") -> Iterator[Found]:
    from satselect.orbits import geometries

    spots = [part[len(part) // 2] for part in place.parts()]
    by_satellite: dict[int, list[_Seen]] = {}
    for one in seen:
        by_satellite.setdefault(one.row.id, []).append(one)
    # By satellite, so that each is propagated once for all of its opportunities.
    middles: dict[int, Geometry] = {}
    for some in by_satellite.values():
        looks = [(spots[one.sight.part], one.sight.start + one.sight.length / 2) for one in some]
        middles |= {id(one): middle for one, middle in zip(some, geometries(some[0].elements, looks), strict=True)}
    for one in seen:
        yield Found(satellite=one.row, elements=one.elements_row, sight=one.sight, middle=middles[id(one)])
