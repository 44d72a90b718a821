"""The passes that come next."""

from collections.abc import Collection, Sequence
from datetime import datetime

from satselect.store.models import Fleet, Pass, Satellite

MOST_PASSES = 12


def read_passes(fleet: Fleet, satellites: Collection[Satellite], *, at: datetime) -> Sequence[Pass]:
    """Those under way, and the next ones, of these satellites, by start."""
    found = Pass.objects.filter(fleet=fleet, satellite__in=satellites, ends__gt=at)
    return list(found.select_related("satellite").order_by("starts", "id")[:MOST_PASSES])
