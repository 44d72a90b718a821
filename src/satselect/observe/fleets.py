"""What fleets are called, for logs and metrics, which learn only their ids."""

from functools import lru_cache

from django.db import DatabaseError

from satselect.store.models import Fleet

OTHER = "(other)"
"""No slug has brackets."""
MOST_LABELS = 100
"""Of a metric: operators make fleets, and each costs every time series again."""


def fleet_name(fleet_id: int) -> str:
    """The fleet's slug, asked for once: it never changes."""
    try:
        return _slug(fleet_id)
    except (DatabaseError, Fleet.DoesNotExist):
        return OTHER


# Only answers are kept: what failed is asked again.
@lru_cache(maxsize=10_000)
def _slug(fleet_id: int) -> str:
    return Fleet.objects.values_list("slug", flat=True).get(id=fleet_id)


class FleetLabels:
    """The label of each fleet: its slug for those seen first, and one for all the rest."""

    def __init__(self, most: int = MOST_LABELS) -> None:
        self._most = most
        self._labels: dict[int, str] = {}

    def label(self, fleet_id: int) -> str:
        """What the fleet's time series are labelled with."""
        if fleet_id in self._labels:
            return self._labels[fleet_id]
        if len(self._labels) >= self._most or (name := fleet_name(fleet_id)) == OTHER:
            return OTHER
        self._labels[fleet_id] = name
        return name
