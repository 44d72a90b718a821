"""What can go wrong with orbits.

SatselectError
└── OrbitError
    ├── InvalidOrbitError (also a ValueError)  what was given is wrong: names the field and its value
    │   ├── ElementsError      orbital elements that can't be read or can't be an orbit
    │   ├── PlaceError         a point, line, polygon or station that isn't on Earth
    │   ├── ConditionError     a condition that nothing can meet, or that is none
    │   ├── TimeError          a time without an offset, a search that ends before it begins
    │   └── EarthFileError     Earth orientation that can't be read, or doesn't reach
    ├── LeapSecondError        the search spans a leap second
    ├── StaleElementsError     elements too old, or too new, for the search
    └── DecayedError           the propagated satellite is in the air, or nowhere
"""

from datetime import datetime, timedelta

from satselect.engine.problem.errors import SatselectError


class OrbitError(SatselectError):
    """Nothing can be said about the orbit."""


class InvalidOrbitError(OrbitError, ValueError):
    """What was given is wrong.

    Attributes:
        field: what is wrong.
        value: what was given for it.
        where: the line, record or name that it belongs to; empty where there is only one.
    """

    def __init__(self, *, field: str, value: object, why: str, where: str = "") -> None:
        shown = "" if value is None else repr(value)  # what is missing has no value
        shown = shown if len(shown) <= 80 else f"{shown[:77]}..."
        words = f"{field}: {shown} {why}" if shown else f"{field} {why}"
        super().__init__(f"{where}: {words}" if where else words)
        self.field, self.value, self.why, self.where = field, value, why, where


class ElementsError(InvalidOrbitError):
    """Orbital elements that can't be read, or can't be an orbit around Earth."""


class PlaceError(InvalidOrbitError):
    """A point, line, polygon or station that isn't on Earth."""


class ConditionError(InvalidOrbitError):
    """A condition that is none, or that nothing can meet."""


class TimeError(InvalidOrbitError):
    """A time without an offset, or a search that ends before it begins."""


class EarthFileError(InvalidOrbitError):
    """Earth orientation that can't be read, or that doesn't reach to the time of the search."""


class LeapSecondError(OrbitError):
    """The search spans a leap second, which no `datetime` can say.

    Attributes:
        after: midnight UTC after the leap second.
    """

    def __init__(self, after: datetime) -> None:
        super().__init__(f"the search spans the leap second before {after:%Y-%m-%dT%H:%M:%SZ}: search on each side")
        self.after = after


class StaleElementsError(OrbitError):
    """The elements are too far from the time of the search to say where the satellite is.

    Attributes:
        satellite: whose elements they are.
        epoch: the time they are for.
        age: the longest distance of the search from it.
        allowed: the longest allowed.
    """

    def __init__(self, satellite: str, epoch: datetime, age: timedelta, allowed: timedelta) -> None:
        days, most = (round(length / timedelta(days=1), 1) for length in (age, allowed))
        super().__init__(
            f"elements of {satellite} are of {epoch:%Y-%m-%d}, {days:g} days from what is asked; {most:g} are allowed"
        )
        self.satellite, self.epoch, self.age, self.allowed = satellite, epoch, age, allowed


class DecayedError(OrbitError):
    """From a time on, the propagated satellite is in the air, or nowhere.

    Attributes:
        satellite: whose elements they are.
        at: the first time found.
    """

    def __init__(self, satellite: str, at: datetime, why: str) -> None:
        super().__init__(f"{satellite} is not in orbit at {at:%Y-%m-%dT%H:%M:%SZ} by its elements: {why}")
        self.satellite, self.at = satellite, at
