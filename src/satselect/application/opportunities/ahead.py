"""From when on, and up to when, what a fleet sees is worked out before it plans."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from satselect.store.models import Fleet

FARTHEST = timedelta(days=60)
"""Of a longer horizon no more is worked out: elements of a month ahead reach a month farther at most."""

_LEAST_AHEAD = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Ahead:
    """From now on, at least up to when, and up to when it is worked out.

    Attributes:
        at: now.
        frozen_until: what begins before this does not change any more.
        needed: the end of the horizon.
        until: farther than needed, so that it is worked out now and then, and not in each iteration.
    """

    at: datetime
    frozen_until: datetime
    needed: datetime
    until: datetime

    @classmethod
    def of(cls, fleet_id: int, at: datetime) -> Self | None:
        """Of a fleet, as its horizon is; None if it does not plan in time."""
        horizon_s, frozen_s = Fleet.objects.values_list("horizon_s", "frozen_s").get(id=fleet_id)
        if horizon_s is None:
            return None
        ahead = min(timedelta(seconds=horizon_s), FARTHEST)
        frozen_until = at + timedelta(seconds=frozen_s)
        return cls(at, frozen_until, at + ahead, at + ahead + max(ahead / 4, _LEAST_AHEAD))
