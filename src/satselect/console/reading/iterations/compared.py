"""Two iterations of a fleet beside each other: what came, what went, and what changed for the resources."""

from collections.abc import Sequence
from dataclasses import dataclass

from satselect.application.access.visibility import visible_iterations
from satselect.console.reading.iterations.chosen import Chosen, read_chosen
from satselect.console.reading.iterations.displaced import read_displaced
from satselect.console.reading.tasks.reasons import Row, lost_rows_for
from satselect.store.models import Iteration, ResourceUse, Supply, User

MOST_SHOWN = 200
MOST_RESOURCES = 200


@dataclass(frozen=True, slots=True)
class Came:
    """A task that the later iteration chose.

    Attributes:
        before: what it was when the earlier one was made, in words.
    """

    chosen: Chosen
    before: str


@dataclass(frozen=True, slots=True)
class Used:
    """A resource in both: units used and the price of one; None where it was not used, or the price not known."""

    satellite: str
    resource: str
    units: tuple[int, int]
    prices: tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Compared:
    """What the later one chose, what only the earlier one chose, and what lost in the later one.

    Attributes:
        lost: with whether the task waited already in the earlier one.
    """

    came: Sequence[Came]
    went: Sequence[Chosen]
    lost: Sequence[tuple[Row, bool]]
    used: Sequence[Used]


def read_neighbours(user: User, iteration: Iteration) -> tuple[Iteration | None, Iteration | None]:
    """The iterations before and after it that exist for the user."""
    others = visible_iterations(user).filter(fleet=iteration.fleet_id).defer(*Iteration.WIDE)
    before = others.filter(version__lt=iteration.version).order_by("-version").first()
    return before, others.filter(version__gt=iteration.version).order_by("version").first()


def read_compared(user: User, before: Iteration, after: Iteration) -> Compared:
    """The later iteration beside the earlier one."""
    first, second = (read_chosen(user, one, limit=MOST_SHOWN) for one in (before, after))
    firsts, seconds = ({one.task.id for one in some} for some in (first, second))
    displaced = read_displaced(user, after)
    rows = lost_rows_for(user, displaced.tasks, after, displaced.past)
    return Compared(
        [Came(one, _before(one, before, was_chosen=one.task.id in firsts)) for one in second],
        [one for one in first if one.task.id not in seconds],
        [(row, row.task.batch_seq <= before.considered_seq) for row in rows],
        _used(before, after),
    )


def _before(one: Chosen, before: Iteration, *, was_chosen: bool) -> str:
    if was_chosen:
        return "chosen then too"
    return "waited then" if one.task.batch_seq <= before.considered_seq else "new since"


def _used(before: Iteration, after: Iteration) -> list[Used]:
    rows = ResourceUse.objects.filter(iteration__in=(before, after))
    rows = rows.select_related("supply__resource", "supply__satellite").order_by("supply__satellite_id", "supply_id")
    found: dict[int, dict[bool, ResourceUse]] = {}
    for row in rows[: 2 * MOST_RESOURCES]:
        found.setdefault(row.supply_id, {})[row.iteration_id == after.id] = row
    return [_pair(both, before, after) for both in found.values()]


def _pair(both: dict[bool, ResourceUse], before: Iteration, after: Iteration) -> Used:
    supply = next(iter(both.values())).supply
    units = both[False].used if False in both else 0, both[True].used if True in both else 0
    prices = price_of(supply, before), price_of(supply, after)
    return Used(supply.satellite.name if supply.satellite else "shared", supply.resource.name, units, prices)


def price_of(supply: Supply, iteration: Iteration) -> float | None:
    """What a unit was worth at the prices of an iteration; its key has the satellite where there is a choice."""
    name = supply.resource.name
    own = iteration.prices.get(f"{supply.satellite.slug}/{name}") if supply.satellite else None
    price = iteration.prices.get(name) if own is None else own
    return None if price is None else float(price)
