"""Stations whose passes are to be worked out, and the passes that are there."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from satselect.store.models import Pass, Station


def due_stations(fleet_id: int, *, until: datetime, limit: int) -> list[Station]:
    # NULL where elements or the station changed: then all of it is to be worked out again.
    """Some stations whose passes are not known up to then."""
    found = Station.objects.filter(Q(searched_until=None) | Q(searched_until__lt=until), fleet=fleet_id)
    return list(found.order_by("id")[:limit])


def next_pass_search(fleet_id: int) -> datetime | None:
    """The first time up to which the passes over a station are known; None if that is so of none."""
    found = Station.objects.filter(fleet=fleet_id, searched_until__isnull=False)
    return found.order_by("searched_until").values_list("searched_until", flat=True).first()


def has_stations(fleet_id: int) -> bool:
    """Whether a fleet has passes that are worked out."""
    return Station.objects.filter(fleet=fleet_id).exists()


def is_unsearched_station(fleet_id: int) -> bool:
    """Whether the passes over a station are not worked out, or not of all satellites."""
    return Station.objects.filter(fleet=fleet_id, searched_until=None).exists()


def worked_out(fleet_id: int, stations: Collection[str]) -> QuerySet[Pass]:
    """The passes over these stations that nobody gave."""
    return Pass.objects.filter(fleet=fleet_id, station__in=stations, origin__isnull=False)
