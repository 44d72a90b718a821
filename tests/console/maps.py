"""A fleet with orbits to look at: satellites with elements, and tasks that look at places, at the edges too."""

import json
from datetime import UTC, timedelta
from typing import Any

from satselect.application.act import Act
from satselect.application.fleets.elements import put_elements
from satselect.application.fleets.stations import put_station
from satselect.schemas.planning.stations import NewStation
from satselect.store.defaults import LOCAL
from satselect.store.models import Task, User
from tests.console.plans import Orbit, make_orbit
from tests.orbits.skies import node_over

PLACES: dict[str, Any] = {
    "Berlin": {"type": "Point", "coordinates": [13.4, 52.52]},
    "Suva": {"type": "Point", "coordinates": [178.4, -18.1]},
    "ice": {"type": "Point", "coordinates": [30.0, 81.0]},
    "coast": {"type": "LineString", "coordinates": [[-75.5, -18.3], [-71.5, -30.0], [-73.7, -40.0]]},
    "strait": {"type": "Polygon", "coordinates": [[[172, 62], [-168, 62], [-168, 67], [172, 67], [172, 62]]]},
}
"""By the names of the tasks that look at them."""


def message(orbit: Orbit, number: int, *, days: float = 0.5, **other: object) -> str:
    """Elements of a satellite in JSON, of so many days ago."""
    epoch = orbit.now - timedelta(days=days)
    facts = {
        "OBJECT_NAME": f"SAT {number}",
        "NORAD_CAT_ID": number,
        "EPOCH": epoch.astimezone(UTC).replace(tzinfo=None).isoformat(),
        "MEAN_MOTION": 15.2,
        "ECCENTRICITY": 0.001,
        "INCLINATION": 97.6,
        "RA_OF_ASC_NODE": node_over(40 * number, epoch),
        "ARG_OF_PERICENTER": 90,
        "MEAN_ANOMALY": 100 * number % 360,
    }
    return json.dumps(facts | other)


def put(orbit: Orbit, slug: str, source: str) -> None:
    put_elements(orbit.satellite(slug), source, Act(User.objects.get(username=LOCAL), orbit.now))


def aim(
    orbit: Orbit, name: str, geometry: dict[str, Any] | None = None, *, who: User | None = None, profit: float = 1
) -> None:
    """Sends a task that looks at a place."""
    place = geometry or PLACES[name]
    shape = {"swath_km": 2_000.0} if place["type"] == "Polygon" else {}
    target = {"geometry": place, "conditions": {"maximum_off_nadir": 60.0}} | shape
    orbit.send(orbit.timed(name, duration=5, target=target, opportunities=None, profit=profit), who=who)


def put_antenna(orbit: Orbit, slug: str, latitude: float, longitude: float, mask: float = 5.0) -> None:
    sent = NewStation(name=slug.title(), latitude=latitude, longitude=longitude, minimum_elevation=mask)
    put_station(orbit.fleet, slug, sent, Act(User.objects.get(username=LOCAL), orbit.now))


def make_map() -> Orbit:
    """Two satellites with elements, one of them old, and one without; two stations; tasks are planned, and wait."""
    orbit = make_orbit(satellites=("sat-1", "sat-2", "sat-3"))
    put(orbit, "sat-1", message(orbit, 1))
    put(orbit, "sat-2", message(orbit, 2, days=9, INCLINATION=63.4, MEAN_MOTION=14.2))
    put_antenna(orbit, "svalbard", 78.2, 15.4)
    put_antenna(orbit, "suva", -18.1, 178.4, mask=10.0)
    for number, name in enumerate(PLACES):
        aim(orbit, name, profit=10 - number)
    orbit.run()
    aim(orbit, "later", {"type": "Point", "coordinates": [151.2, -33.9]})
    orbit.fleet.refresh_from_db()
    return orbit


UNBROKEN = "Wwwwwwwwww" * 20
"""A name of two hundred characters without a blank."""


def make_wide_map() -> Orbit:
    """The same with names as long as they may be, and stations where the map ends."""
    orbit = make_map()
    orbit.fleet.satellites.update(name=UNBROKEN)
    orbit.fleet.stations.update(name=UNBROKEN)
    put_antenna(orbit, "s" * 64, 90.0, 0.0)
    put_antenna(orbit, "south-pole", -90.0, 179.9)
    put_antenna(orbit, "north-east", 89.0, 179.9)
    put_antenna(orbit, "dateline", 0.0, -180.0)
    orbit.run()
    Task.objects.filter(name="Berlin").update(name=UNBROKEN)
    return orbit
