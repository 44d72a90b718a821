"""How much of each resource the last iterations used, and what a unit was worth: resources down, time across."""

from collections.abc import Sequence
from dataclasses import dataclass

from satselect.console.reading.iterations.compared import price_of
from satselect.store.models import Fleet, Iteration, ResourceUse, Supply

COLUMNS = 48
MOST_ROWS = 80
STEPS = 5
"""Shades, the lightest for next to nothing."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A resource in an iteration.

    Attributes:
        share: of its capacity that was used or held.
        price: of a unit; None if it is not known.
        shade: from 0, by whichever of them is shown.
    """

    used: int
    capacity: int
    share: float
    price: float | None
    shade: int


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A resource, with a cell for each iteration."""

    satellite: str
    resource: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Heat:
    """All of it, iterations oldest first; `most` is the highest price in it."""

    iterations: Sequence[Iteration]
    rows: Sequence[HeatRow]
    most: float
    left_out: int


def read_heat(fleet: Fleet, *, by_price: bool) -> Heat:
    """The last iterations of a fleet."""
    iterations = list(
        Iteration.objects.filter(fleet=fleet)
        .order_by("-version")
        .defer("settings", "capacities", "availability")[:COLUMNS]
    )[::-1]
    supplies = Supply.objects.filter(resource__fleet=fleet).select_related("resource", "satellite")
    shown = list(supplies.order_by("satellite_id", "id")[:MOST_ROWS])
    uses = ResourceUse.objects.filter(iteration__in=iterations, supply__in=shown)
    found = {(use.supply_id, use.iteration_id): use for use in uses}
    prices = {(supply.id, one.id): price_of(supply, one) for supply in shown for one in iterations}
    most = max((price for price in prices.values() if price), default=0.0)
    rows = [
        HeatRow(
            supply.satellite.name if supply.satellite else "shared",
            supply.resource.name,
            [
                _cell(supply, found.get((supply.id, one.id)), prices[supply.id, one.id], most, by_price=by_price)
                for one in iterations
            ],
        )
        for supply in shown
    ]
    return Heat(iterations, rows, most, max(supplies.count() - MOST_ROWS, 0))


def _cell(supply: Supply, use: ResourceUse | None, price: float | None, most: float, *, by_price: bool) -> Cell:
    """Where it wasn't used, nothing is recorded: then what there is now stands for what there was."""
    taken, capacity = (use.used + use.held, use.capacity) if use else (0, supply.capacity)
    share = taken / capacity if capacity else 0.0
    value = (price or 0.0) / most if by_price and most else 0.0 if by_price else share
    # Rounded up: what is used at all must not look unused
    return Cell(taken, capacity, share, price, min(round(value * (STEPS - 1) + 0.49), STEPS - 1) if value > 0 else 0)
