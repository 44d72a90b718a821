"""What the demo that plans flies: orbits, places to look at, and stations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

Json = dict[str, object]

_NOON = datetime(2000, 1, 1, 12, tzinfo=UTC)
_A_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Flyer:
    """A satellite some 690 km up that crosses the equator southwards always at the same local hour, and where on it."""

    name: str
    number: int
    local_hour: float
    degrees: float

    @property
    def slug(self) -> str:
        """How addresses call it."""
        return self.name.lower()

    def elements(self, epoch: datetime) -> Json:
        """An orbit mean-elements message of that time. No satellite flies like this: numbers and orbits are made up."""
        return {
            "OBJECT_NAME": self.name.upper(),
            "OBJECT_ID": f"2000-{self.number % 1_000:03}A",
            "NORAD_CAT_ID": self.number,
            "EPOCH": epoch.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds"),
            "MEAN_MOTION": 14.62,
            "ECCENTRICITY": 0.0011,
            "INCLINATION": 98.2,
            # Where it goes north is half a turn from where it goes south, and midnight, from which hours count, half a
            # turn from the Sun: so the two cancel out.
            "RA_OF_ASC_NODE": round((_mean_sun(epoch) + 15 * self.local_hour) % 360, 4),
            "ARG_OF_PERICENTER": 90.0,
            "MEAN_ANOMALY": self.degrees,
            "BSTAR": 0.00004,
        }


def _mean_sun(epoch: datetime) -> float:
    """Degrees of right ascension."""
    return 280.46 + 0.9856474 * ((epoch - _NOON).total_seconds() / _A_DAY_S)


SATELLITES: Sequence[Flyer] = (Flyer("Alba", 99_101, 10.5, 0.0), Flyer("Brisa", 99_102, 13.5, 150.0))
PLACES: Mapping[str, tuple[float, float]] = {
    "the Ebro delta": (40.72, 0.72),
    "the Camargue": (43.53, 4.5),
    "the Po valley": (45.05, 10.8),
    "Mount Etna": (37.75, 15.0),
    "the Wadden Sea": (53.6, 8.0),
    "Lake Turkana": (3.6, 36.1),
    "Lake Baikal": (53.5, 108.2),
    "the Mekong delta": (10.0, 105.8),
    "the Atacama": (-23.9, -69.1),
    "the Bering Strait": (65.8, -169.0),
}
"""Latitude and longitude, degrees."""
STATIONS: Mapping[str, Json] = {
    "svalbard": {"name": "Svalbard", "latitude": 78.2, "longitude": 15.4, "minimum_elevation": 10.0},
    "punta-arenas": {"name": "Punta Arenas", "latitude": -52.9, "longitude": -70.9, "minimum_elevation": 10.0},
}
