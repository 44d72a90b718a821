"""Over which places the satellites of a fleet are, from a time on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from satselect.application.opportunities.library import needing_orbits
from satselect.application.opportunities.sights import MOST_AGE, Unknown, read, unknown_by
from satselect.store.models import ElementSet, Satellite
from satselect.store.queries.orbits.targets import current_elements_of


@dataclass(frozen=True, slots=True)
class GroundTrack:
    """The way of a satellite over the ground.

    Attributes:
        spots: latitude and longitude, degrees, the first of them at the start.
        height_km: above the ellipsoid, at the start.
        period: of a revolution.
    """

    spots: Sequence[tuple[float, float]]
    height_km: float
    period: timedelta


@dataclass(frozen=True, slots=True)
class Tracked:
    """A satellite with the elements that count, and its way, or why nothing is known of that."""

    satellite: Satellite
    elements: ElementSet | None
    track: GroundTrack | Unknown


def tracked(satellites: Sequence[Satellite], at: datetime, length: timedelta, *, step: timedelta) -> list[Tracked]:
    """The satellites in the order given, each with its way from a time on.

    Args:
        satellites: whose ways are asked for.
        at: when they begin.
        length: until when they are told.
        step: from spot to spot, at most.

    Raises:
        NoOrbitsError: the extra `orbits` is not installed.
    """
    current: Mapping[int, ElementSet] = current_elements_of(one.id for one in satellites)
    return [Tracked(one, row := current.get(one.id), _track(row, at, length, step)) for one in satellites]


def _track(row: ElementSet | None, at: datetime, length: timedelta, step: timedelta) -> GroundTrack | Unknown:
    with needing_orbits():
        from satselect.orbits import OrbitError, ground_columns
    elements = read(row)
    if isinstance(elements, Unknown):
        return elements
    try:
        way = ground_columns(elements, at, at + length, step=step, max_age=MOST_AGE)
    except OrbitError as error:
        return unknown_by(error)
    spots = list(zip(way["latitude"].tolist(), way["longitude"].tolist(), strict=True))
    return GroundTrack(spots, float(way["height_km"][0]), elements.period)
