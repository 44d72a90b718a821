"""What lies over the lanes of a plan: passes, what is out of service, and the transitions of resources."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from satselect.application.access.rights import sees_all
from satselect.application.access.visibility import visible_resources
from satselect.console.reading.plan.window import Window
from satselect.store.models import Fleet, Outage, Pass, User
from satselect.store.queries.plans import Turn, turns_within
from satselect.store.queries.supplies import timed_supplies

MOST_PASSES = 1_500
MOST_OUTAGES = 300
MOST_TURNS = 1_000


@dataclass(frozen=True, slots=True)
class Bands:
    """Passes by start, outages, and how many more there are; transitions by start, for who sees all."""

    passes: Sequence[Pass]
    passes_left_out: int
    outages: Sequence[Outage]
    outages_left_out: int
    turns: Sequence[Turn] = ()


def read_bands(user: User, fleet: Fleet, window: Window) -> Bands:
    """Those that overlap the window."""
    passes = Pass.objects.filter(fleet=fleet, ends__gt=window.starts, starts__lt=window.ends)
    shown = list(passes.select_related("satellite").order_by("starts", "id")[: MOST_PASSES + 1])
    # An outage of a resource that others brought would tell that there is one.
    known = Q(supply=None) | Q(supply__resource__in=visible_resources(user, fleet))
    lasting = Q(ends=None) | Q(ends__gt=window.starts)
    outages = Outage.objects.filter(known, lasting, fleet=fleet, starts__lt=window.ends)
    out = list(
        outages.select_related("satellite", "supply__satellite", "supply__resource").order_by("starts", "id")[
            : MOST_OUTAGES + 1
        ]
    )
    return Bands(
        shown[:MOST_PASSES],
        passes.count() - MOST_PASSES if len(shown) > MOST_PASSES else 0,
        out[:MOST_OUTAGES],
        outages.count() - MOST_OUTAGES if len(out) > MOST_OUTAGES else 0,
        # A turn lies between two tasks, and tells a customer when somebody else's begins.
        turns_within(timed_supplies(fleet.id), window.starts, window.ends, most=MOST_TURNS) if sees_all(user) else (),
    )
