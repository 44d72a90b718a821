"""Under which conditions a target can be taken, or a satellite be heard."""

import math
from dataclasses import dataclass
from datetime import timedelta
from numbers import Real
from typing import Literal, get_args

from satselect.orbits.errors import ConditionError

Side = Literal["left", "right"]
Light = Literal["full", "some", "none"]

_RANGES = {
    "minimum_elevation": (-90.0, 90.0),
    "maximum_elevation": (-90.0, 90.0),
    "minimum_off_nadir": (0.0, 180.0),
    "maximum_off_nadir": (0.0, 180.0),
    "minimum_sun_elevation": (-90.0, 90.0),
    "maximum_sun_elevation": (-90.0, 90.0),
    "minimum_range_km": (0.0, 1e6),
    "maximum_range_km": (0.0, 1e6),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What has to hold, all at once; None where it does not matter. Angles are degrees, without refraction.

    Args:
        minimum_elevation: of the satellite above the horizon of the place. A station's own one counts, too.
        maximum_elevation: likewise; antennas lose what is too near to the zenith.
        minimum_off_nadir: at the satellite, between the Earth's centre and the place.
        maximum_off_nadir: likewise.
        minimum_sun_elevation: of the Sun's centre above the horizon of the place.
        maximum_sun_elevation: likewise.
        minimum_range_km: between satellite and place.
        maximum_range_km: likewise.
        side: on which the place lies of the satellite's way over the Earth.
        sunlight: on the satellite: all of the Sun is seen from it, or some, or none. Some is all, too.
        minimum_length: of what remains when the search has cut it.

    Raises:
        ConditionError: names the field that is wrong.
    """

    minimum_elevation: float = 0.0
    maximum_elevation: float | None = None
    minimum_off_nadir: float | None = None
    maximum_off_nadir: float | None = None
    minimum_sun_elevation: float | None = None
    maximum_sun_elevation: float | None = None
    minimum_range_km: float | None = None
    maximum_range_km: float | None = None
    side: Side | None = None
    sunlight: Light | None = None
    minimum_length: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        for field, (least, most) in _RANGES.items():
            value = getattr(self, field)
            if value is None and field != "minimum_elevation":
                continue
            if not isinstance(value, Real) or isinstance(value, bool):
                raise ConditionError(field=field, value=value, why="is not a number")
            if not (math.isfinite(value) and least <= float(value) <= most):
                raise ConditionError(field=field, value=value, why=f"must be from {least:g} to {most:g}")
        for what in ("elevation", "off_nadir", "sun_elevation", "range_km"):
            low, high = getattr(self, f"minimum_{what}"), getattr(self, f"maximum_{what}")
            if low is not None and high is not None and low > high:
                raise ConditionError(field=f"maximum_{what}", value=high, why=f"is less than the minimum, {low:g}")
        for field, known in (("side", get_args(Side)), ("sunlight", get_args(Light))):
            if getattr(self, field) not in (None, *known):
                raise ConditionError(field=field, value=getattr(self, field), why=f"is none of {', '.join(known)}")
        if not isinstance(self.minimum_length, timedelta) or self.minimum_length < timedelta(0):
            raise ConditionError(field="minimum_length", value=self.minimum_length, why="is not a length of time")
