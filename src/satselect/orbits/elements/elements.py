"""Orbital elements: what SGP4 needs to know of a satellite."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from numbers import Integral, Real

from satselect.orbits.errors import ElementsError
from satselect.orbits.times import utc

MOST_DIGITS = 9  # catalogues have run out of five, and CCSDS messages have nine
_MU = 398_600.8  # km3/s2, of WGS 72, which the elements are made for
_DAY_S = 86_400.0
_BOUNDS = {
    "mean_motion": (0.0, 20.0),  # at the equator's height it would be 17
    "eccentricity": (0.0, 1.0),
    "inclination": (0.0, 180.0),
    "raan": (-360.0, 360.0),
    "argument_of_perigee": (-360.0, 360.0),
    "mean_anomaly": (-360.0, 360.0),
    "bstar": (-10.0, 10.0),
    "mean_motion_dot": (-100.0, 100.0),
    "mean_motion_ddot": (-100.0, 100.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Elements:
    """Mean elements of a satellite in the sense of SGP4: frame TEME, times UTC.

    Args:
        number: in the catalogue, up to nine digits, a whole number or text; None for what has none.
        name: what people call it; by default its number.
        epoch: the time that they are for, aware.
        mean_motion: revolutions per day.
        eccentricity: from 0 to below 1.
        inclination: degrees, like all angles.
        raan: right ascension of the ascending node.
        argument_of_perigee: from the node.
        mean_anomaly: at the epoch.
        bstar: the drag term, per Earth radius.
        mean_motion_dot: half its first derivative; catalogues tell it, SGP4 does not use it.
        mean_motion_ddot: a sixth of its second derivative, likewise.
        designator: international, such as 1998-067A.
        read_at: when they were read, aware.

    Raises:
        ElementsError: names the field that is wrong, and its value.
        TimeError: a time has no offset.
    """

    number: int | None = None
    name: str = ""
    epoch: datetime
    mean_motion: float
    eccentricity: float
    inclination: float
    raan: float
    argument_of_perigee: float
    mean_anomaly: float
    bstar: float = 0.0
    mean_motion_dot: float = 0.0
    mean_motion_ddot: float = 0.0
    designator: str = ""
    read_at: datetime | None = field(default=None, compare=False)  # says nothing about the satellite

    def __post_init__(self) -> None:
        number = catalogue_number(self.number)
        name = self.name
        if not isinstance(name, str) or not (name.strip() or number is not None):
            raise ElementsError(field="name", value=name, why="must be text that is not blank where there is no number")
        object.__setattr__(self, "number", number)
        object.__setattr__(self, "name", name.strip() or str(number))
        object.__setattr__(self, "epoch", utc(self.epoch, "epoch"))
        if self.read_at is not None:
            object.__setattr__(self, "read_at", utc(self.read_at, "read_at"))
        for of, (least, most) in _BOUNDS.items():
            object.__setattr__(self, of, _number(getattr(self, of), of, least, most, self.name))
        if self.mean_motion == 0:
            raise ElementsError(field="mean_motion", value=0.0, why="must be above 0", where=self.name)
        if self.eccentricity >= 1:
            raise ElementsError(field="eccentricity", value=1.0, why="must be below 1", where=self.name)

    @property
    def key(self) -> int | str:
        """What tells the satellite from others: its number, or where it has none its name."""
        return self.name if self.number is None else self.number

    @property
    def axis_km(self) -> float:
        """Half the long axis of the orbit."""
        return float((_MU / (self.mean_motion * 2 * math.pi / _DAY_S) ** 2) ** (1 / 3))

    @property
    def period(self) -> timedelta:
        """The time of one revolution."""
        return timedelta(days=1 / self.mean_motion)

    @property
    def perigee_rate(self) -> float:
        """How fast it goes around the Earth at its lowest, radians per second."""
        mean = self.mean_motion * 2 * math.pi / _DAY_S
        # Equal areas in equal times: n √(1 - e²) / (1 - e)² where the distance is least.
        return float(mean * math.sqrt(1 + self.eccentricity) / (1 - self.eccentricity) ** 1.5)


def catalogue_number(given: object) -> int | None:
    """The number, if it is one of up to nine digits; None for None.

    Raises:
        ElementsError: it is something else.
    """
    if given is None:
        return None
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) <= MOST_DIGITS:
        return int(given)
    if isinstance(given, Integral) and not isinstance(given, bool) and 0 <= int(given) < 10**MOST_DIGITS:
        return int(given)
    raise ElementsError(field="number", value=given, why=f"is not a catalogue number of up to {MOST_DIGITS} digits")


def newest(elements: Iterable[Elements]) -> list[Elements]:
    """Of each satellite the elements of the latest epoch, in the order in which satellites first appear."""
    latest: dict[int | str, Elements] = {}
    for one in elements:
        if one.key not in latest or latest[one.key].epoch < one.epoch:
            latest[one.key] = one
    return list(latest.values())


def _number(value: object, of: str, least: float, most: float, where: str) -> float:
    if not isinstance(value, Real) or isinstance(value, bool):
        raise ElementsError(field=of, value=value, why="is not a number", where=where)
    number = float(value)
    if not least <= number <= most:  # nor what is no number at all
        raise ElementsError(field=of, value=value, why=f"must be from {least:g} to {most:g}", where=where)
    return number
