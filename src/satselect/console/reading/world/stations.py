"""The stations of a fleet on the map: where they are, and how far around them satellites are in sight."""

from collections.abc import Sequence

from satselect.schemas.planning.stations import MOST_STATIONS
from satselect.store.models import Fleet, Station


def read_stations(fleet: Fleet) -> Sequence[Station]:
    """All of them, by name."""
    return list(Station.objects.filter(fleet=fleet).order_by("name", "id")[:MOST_STATIONS])
