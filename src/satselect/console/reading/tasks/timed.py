"""When a task may run, and from when to when it is planned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from satselect.console.formatting import interval, span
from satselect.console.reading.plan.window import HOUR_S, Window
from satselect.store.models import Assignment, Opportunity, Target, Task
from satselect.store.queries.orbits.targets import counting

MOST_SPOTS = 20
BEFORE = timedelta(minutes=20)


@dataclass(frozen=True, slots=True)
class Timed:
    """What a task that asks for an interval shows besides.

    Attributes:
        planned: from when to when; empty if it isn't.
        details: what its opportunity there says besides.
        window: in which its place in the plan can be seen.
        lasts: how long it takes, in words.
        place: what it looks at, as it was sent: GeoJSON; None where its opportunities were sent.
        conditions: under which, as they were sent; without those that ask for nothing.
        spots: its opportunities, by start.
        more: how many more there are.
    """

    planned: str
    details: Mapping[str, Any]
    satellite: str
    is_frozen: bool
    window: Window | None
    lasts: str
    place: Mapping[str, Any] | None
    conditions: Mapping[str, Any]
    spots: Sequence[Opportunity]
    more: int

    @property
    def has_details(self) -> bool:
        """Whether one of those that are shown says something besides."""
        return any(spot.details for spot in self.spots)


def read_timed(task: Task, *, at: datetime) -> Timed | None:
    """The same; None for a task that takes what it uses all the time."""
    if not task.is_timed:
        return None
    found = Opportunity.objects.filter(counting(), task=task)
    spots = found.select_related("satellite").order_by("starts", "position")
    shown = list(spots[: MOST_SPOTS + 1])
    planned = Assignment.objects.filter(task=task, is_live=True, starts__isnull=False)
    live = planned.select_related("satellite", "opportunity").first()
    starts, ends = (live.starts, live.ends) if live else (None, None)
    target = Target.objects.filter(task=task).values_list("sent", flat=True).first() or {}
    return Timed(
        planned=interval(starts, ends) if starts and ends else "",
        details=live.opportunity.details if live and live.opportunity else {},
        satellite=live.satellite.name if live else "",
        is_frozen=starts is not None and starts < at + timedelta(seconds=task.fleet.frozen_s),
        window=Window(starts - BEFORE, HOUR_S, follows=False) if starts else None,
        lasts=span((task.duration_ms or 0) / 1_000),
        place=target.get("geometry"),
        conditions={name: said for name, said in target.get("conditions", {}).items() if said not in (None, 0.0)},
        spots=shown[:MOST_SPOTS],
        more=spots.count() - MOST_SPOTS if len(shown) > MOST_SPOTS else 0,
    )
