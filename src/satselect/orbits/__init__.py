"""Orbits: when satellites see stations and targets. Pure: no files, no network.

`finding` is the front door: `passes`, `opportunities`, `covered`. `reading` takes elements of any form, `places` are
targets and stations, `conditions` what has to hold. Below, `search` goes through satellites: `track` propagates,
`signals` are the quantities that conditions are about, `crossings` finds their zeros, `details` says more about what
was found, `views` holds it. `eclipses`, `geometry`, `sky`, `icalendar`
and `geojson` stand beside.
"""

from satselect.orbits.earth.earth import EarthOrientation
from satselect.orbits.earth.files import read_earth
from satselect.orbits.eclipses import Eclipse, eclipses
from satselect.orbits.elements.elements import Elements, newest
from satselect.orbits.elements.reading import read_elements
from satselect.orbits.errors import (
    ConditionError,
    DecayedError,
    EarthFileError,
    ElementsError,
    InvalidOrbitError,
    LeapSecondError,
    OrbitError,
    PlaceError,
    StaleElementsError,
    TimeError,
)
from satselect.orbits.events.conditions import Conditions
from satselect.orbits.finding import covered, opportunities, passes
from satselect.orbits.geometry import Geometry, geometries
from satselect.orbits.icalendar import calendar
from satselect.orbits.places.geojson import stations_in, targets_in
from satselect.orbits.places.places import Line, Point, Polygon, Station
from satselect.orbits.sky import Below, Look, ground_columns, ground_track, sky_picture, sky_svg, sky_track
from satselect.orbits.views import Opportunity, Pass, Sights

__all__ = [
    "Below",
    "ConditionError",
    "Conditions",
    "DecayedError",
    "EarthFileError",
    "EarthOrientation",
    "Eclipse",
    "Elements",
    "ElementsError",
    "Geometry",
    "InvalidOrbitError",
    "LeapSecondError",
    "Line",
    "Look",
    "Opportunity",
    "OrbitError",
    "Pass",
    "PlaceError",
    "Point",
    "Polygon",
    "Sights",
    "StaleElementsError",
    "Station",
    "TimeError",
    "calendar",
    "covered",
    "eclipses",
    "geometries",
    "ground_columns",
    "ground_track",
    "newest",
    "opportunities",
    "passes",
    "read_earth",
    "read_elements",
    "sky_picture",
    "sky_svg",
    "sky_track",
    "stations_in",
    "targets_in",
]
