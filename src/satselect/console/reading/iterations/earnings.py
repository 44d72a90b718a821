"""What the last iterations of a fleet earned, and how much of its resources they used."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum

from satselect.console.reading.iterations.then import read_recorded
from satselect.engine.problem.exact import total
from satselect.store.models import Fleet, Iteration, ResourceUse, Supply

MOST_SUPPLIES = 60


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of a supply was used: a part of what there was when it was in service."""

    satellite: str
    resource: str
    share: float

    @property
    def width(self) -> int:
        """Of its bar, of 400."""
        return round(400 * self.share)


@dataclass(frozen=True, slots=True)
class Earnings:
    """Iterations, oldest first, and sums over them.

    Attributes:
        objective: of all of them: what they maximised, and what bounds and greedy are about.
        greedy: greedy's objective in those iterations where that is known.
        compared: the objective in the same ones.
        usage: of each supply; empty for fleets that plan in time.
    """

    iterations: Sequence[Iteration]
    earned: float
    objective: float
    compared: float
    greedy: float
    usage: Sequence[Usage]

    @property
    def over_greedy(self) -> float | None:
        """How much more was earned, as a part of greedy's."""
        return self.compared / self.greedy - 1 if self.greedy else None


def read_earnings(fleet: Fleet, count: int) -> Earnings:
    """The last so many iterations."""
    iterations = list(Iteration.objects.filter(fleet=fleet).order_by("-version").defer(*Iteration.WIDE)[:count])[::-1]
    known = [one for one in iterations if one.greedy_profit is not None]
    return Earnings(
        iterations,
        earned=total(one.profit for one in iterations),
        objective=total(one.objective for one in iterations),
        compared=total(one.objective for one in known),
        greedy=total(one.greedy_profit for one in known if one.greedy_profit is not None),
        usage=_usage(fleet, iterations),
    )


def _usage(fleet: Fleet, iterations: Sequence[Iteration]) -> list[Usage]:
    # An iteration that plans in time uses resources from when to when, and not for as long as it is the last one.
    if not iterations or fleet.horizon_s is not None:
        return []
    rows = ResourceUse.objects.filter(iteration__fleet=fleet, iteration__version__gte=iterations[0].version)
    used = dict(rows.order_by().values_list("supply_id").annotate(Sum("used")))
    recorded = read_recorded(iterations)
    supplies = Supply.objects.filter(resource__fleet=fleet).order_by("satellite_id", "id")
    columns = ("id", "satellite_id", "satellite__name", "resource__name", "capacity")
    usage = []
    for id, satellite_id, satellite, resource, capacity in supplies.values_list(*columns)[:MOST_SUPPLIES]:
        there = sum(
            capacity if then is None else then
            for one, then in zip(recorded.iterations, recorded.capacities(id), strict=True)
            if not recorded.is_out(one, satellite_id, id)
        )
        usage.append(Usage(satellite or "shared", resource, used.get(id, 0) / there if there else 0.0))
    return usage
