"""Two iterations of a fleet beside each other: what came, what went, and what changed for the resources."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from satselect.application.access.visibility import visible_assignments, visible_iterations
from satselect.application.explanation.past import changed_since
from satselect.console.reading.iterations.chosen import Chosen, chosen_among, read_chosen
from satselect.console.reading.iterations.displaced import read_displaced
from satselect.console.reading.tasks.reasons import Row, lost_rows_for
from satselect.store.models import Iteration, ResourceUse, Supply, User
from satselect.store.sql.chunks import in_parts

MOST_SHOWN = 200
MOST_RESOURCES = 200
MOST_CHANGED = 2_000


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

    Of plans in time: what has a place since the earlier one, or another one, and what has none any more.

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
    # By what it recorded itself: the fleet may plan otherwise by now.
    came, went = (_planned if "horizon_s" in after.settings else _selected)(user, before, after)
    displaced = read_displaced(user, after)
    rows = lost_rows_for(user, displaced.tasks, after, displaced.past)
    return Compared(
        came,
        went,
        [(row, row.task.batch_seq <= before.considered_seq) for row in rows],
        _used(before, after),
    )


def _selected(user: User, before: Iteration, after: Iteration) -> tuple[list[Came], list[Chosen]]:
    first, second = (read_chosen(user, one, limit=MOST_SHOWN) for one in (before, after))
    firsts, seconds = ({one.task.id for one in some} for some in (first, second))
    came = [Came(one, "chosen then too" if one.task.id in firsts else _before(one, before)) for one in second]
    return came, [one for one in first if one.task.id not in seconds]


def _planned(user: User, before: Iteration, after: Iteration) -> tuple[list[Came], list[Chosen]]:
    """An iteration gives places to what is new or moves: what stays where it was is in both plans."""
    of_fleet = visible_assignments(user).filter(iteration__fleet=after.fleet_id)
    firsts, seconds = (
        of_fleet.filter(Q(is_live=True) | Q(ended_version__gt=one.version), iteration__version__lte=one.version)
        for one in (before, after)
    )
    given = chosen_among(seconds.filter(iteration__version__gt=before.version), after.version, limit=MOST_SHOWN)
    moved = set(firsts.filter(task__in=[one.task.id for one in given]).values_list("task_id", flat=True))
    came = [Came(one, "planned otherwise" if one.task.id in moved else _before(one, before)) for one in given]
    went = []
    for part in in_parts(sorted(changed_since(before, limit=MOST_CHANGED, until=after.version))):
        still = seconds.filter(task__in=part).values_list("task_id", flat=True)
        gone = firsts.filter(task__in=set(part).difference(still))
        went += chosen_among(gone, before.version, limit=MOST_SHOWN)
    return came, sorted(went, key=lambda one: -one.profit)[:MOST_SHOWN]


def _before(one: Chosen, before: Iteration) -> str:
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
