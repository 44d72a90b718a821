"""Elements that were sent for a satellite: read, and checked for what a search would refuse."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

from satselect.application.opportunities.library import needing_orbits
from satselect.schemas.fields.labels import Label
from satselect.schemas.reading.faults import Fault, InvalidError
from satselect.schemas.reading.validation import validate

if TYPE_CHECKING:
    from satselect.orbits import Elements

_SOURCE = "/source"
_MOMENT = timedelta(seconds=1)
_LABEL: TypeAdapter[str] = TypeAdapter(Label)


def elements_in(source: str, *, at: datetime) -> "Elements":
    """The only elements in a text, if the satellite can be found by them at that time.

    Raises:
        InvalidError: they can't be read, are of several satellites, are too old, or the satellite has decayed.
        NoOrbitsError: the extra `orbits` is not installed.
    """
    with needing_orbits():
        from satselect.orbits import OrbitError, ground_track, read_elements
    try:
        found = read_elements(source, read_at=at)
        if len(found) > 1:
            raise _invalid(f"holds {len(found)} sets of elements; a satellite is given one")
        _check_name(found[0].name)
        # Where it is now nobody asks: elements that a search would refuse are refused here (decision 0134).
        ground_track(found[0], at, at + _MOMENT)
    except OrbitError as error:
        raise _invalid(str(error)) from None
    return found[0]


def _check_name(name: str) -> None:
    try:
        validate(_LABEL, name)
    except InvalidError as error:
        raise _invalid(f"the name of the satellite {error.faults[0].detail}") from None


def _invalid(why: str) -> InvalidError:
    return InvalidError([Fault(why, _SOURCE)])
