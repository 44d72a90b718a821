"""What one satellite sees of places by its elements, or why nothing can be said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from satselect.application.opportunities.library import needing_orbits
from satselect.schemas.planning.searches import Unsearched
from satselect.store.models import ElementSet

if TYPE_CHECKING:
    from satselect.application.opportunities.places import Place
    from satselect.orbits import Conditions, Elements, Opportunity, OrbitError

MOST_AGE = timedelta(days=30)
"""Elements farther from a search are not looked at."""

# A revolution beyond what is asked for, within these: what is cut there is known whole (decision 0113).
_LEAST, _MOST = timedelta(minutes=10), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Why nothing can be said of a satellite, or not all that was asked."""

    reason: Unsearched
    words: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What a satellite sees.

    Attributes:
        elements: of the satellite; None where there are none that can be read.
        sights: what it sees, by start.
        unknown: why that is nothing, or not all; None if it is all.
    """

    elements: "Elements | None"
    sights: "Sequence[Opportunity]"
    unknown: Unknown | None = None


def look(
    row: ElementSet | None,
    places: "Sequence[Place]",
    interval: tuple[datetime, datetime],
    conditions: "Conditions",
) -> Looked:
    """What the satellite of these elements sees of places from a time until another.

    Raises:
        NoOrbitsError: the extra `orbits` is not installed.
    """
    with needing_orbits():
        from satselect.orbits import OrbitError, opportunities
    elements = read(row)
    if isinstance(elements, Unknown):
        return Looked(None, (), elements)
    try:
        found = opportunities(elements, places, *interval, conditions=conditions, max_age=MOST_AGE)
    except OrbitError as error:
        return Looked(elements, (), unknown_by(error))
    return Looked(elements, found)


def unknown_by(error: "OrbitError") -> Unknown:
    """What an error in orbits says of a satellite."""
    from satselect.orbits import DecayedError, StaleElementsError

    kinds = ((StaleElementsError, Unsearched.STALE), (DecayedError, Unsearched.DECAYED))
    reason = next((reason for kind, reason in kinds if isinstance(error, kind)), Unsearched.UNREADABLE)
    return Unknown(reason, str(error))


def look_ahead(
    row: ElementSet | None, places: "Sequence[Place]", starts: datetime, until: datetime, conditions: "Conditions"
) -> Looked:
    """What it sees that begins before then, whole: up to a revolution longer, as far as the elements reach."""
    elements = read(row)
    if isinstance(elements, Unknown):
        return Looked(None, (), elements)
    whole = until + min(max(elements.period, _LEAST), _MOST) + conditions.minimum_length
    reach = elements.epoch + MOST_AGE
    # In the second case they don't reach at all, and the search itself says why.
    if reach >= whole or reach <= starts:
        return look(row, places, (starts, whole), conditions)
    looked = look(row, places, (starts, reach), conditions)
    if looked.unknown or reach >= until:
        return looked
    words = f"elements of {elements.name} are of {elements.epoch:%Y-%m-%d}, and reach until {reach:%Y-%m-%dT%H:%MZ}"
    return Looked(elements, looked.sights, Unknown(Unsearched.STALE, words))


def read(row: ElementSet | None) -> "Elements | Unknown":
    """The elements of a row, or why there are none."""
    with needing_orbits():
        from satselect.orbits import InvalidOrbitError, read_elements
    if row is None:
        return Unknown(Unsearched.NO_ELEMENTS, "the satellite has no elements")
    try:
        return read_elements(row.source, read_at=row.at)[0]
    except InvalidOrbitError as error:  # by today's reader, that is
        return Unknown(Unsearched.UNREADABLE, str(error))
