"""How a satellite goes over the sky of a station during a pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from satselect.application.opportunities.library import needing_orbits
from satselect.application.opportunities.sights import MOST_AGE, Unknown, read, unknown_by
from satselect.store.models import ElementSet, Pass, Station

if TYPE_CHECKING:
    from satselect.orbits import Look

_STEPS = 120
# A satellite that is always in view has contacts as long as a search.
_LONGEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SkyTrack:
    """A way over the sky.

    Attributes:
        looks: where the satellite stands, in equal steps from the start to the end of the pass.
        highest: the look at which it stands highest.
        picture: SVG, the zenith in the middle.
    """

    looks: "Sequence[Look]"
    highest: "Look"
    picture: str


def sky_track_of(row: ElementSet | None, contact: Pass, station: Station) -> SkyTrack | Unknown:
    """The way of the satellite of a pass, by these elements; of a contact of days, the first of them.

    Raises:
        NoOrbitsError: the extra `orbits` is not installed.
    """
    with needing_orbits():
        from satselect.orbits import OrbitError, Point, sky_picture, sky_track
    elements = read(row)
    if isinstance(elements, Unknown):
        return elements
    ends = min(contact.ends, contact.starts + _LONGEST)
    place = Point(station.latitude, station.longitude, station.height_m, name=station.name)
    try:
        looks = sky_track(elements, place, contact.starts, ends, steps=_STEPS, max_age=MOST_AGE)
    except OrbitError as error:
        return unknown_by(error)
    title = f"{contact.satellite.name} over {station.name}, {contact.starts:%Y-%m-%d %H:%M:%S} to {ends:%H:%M:%S} UTC"
    return SkyTrack(looks, max(looks, key=lambda look: look.elevation), sky_picture(title, looks))
