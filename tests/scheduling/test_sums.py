"""Money is added without rounding, and the unit of a resource changes no answer of the service."""

from fractions import Fraction

import pytest

from satselect.scheduling.explanation.one_more import one_more_unit
from satselect.scheduling.explanation.what_if import select_with
from satselect.scheduling.iteration.iterate import iterate
from satselect.scheduling.iteration.kept import SHELF
from satselect.store.models import Fleet, Supply, User
from tests.scheduling.buffers import NOW, buffer, run, task

PROFITS = [[0.1, 0.2], [0.1] * 10, [0.1, 0.7, 0.2], [1e12, 0.1, 0.2], [1.1, 2.2, 3.3]]


def exact(profits: list[float]) -> float:
    """Their sum as decimals, rounded once."""
    return float(sum(Fraction(repr(profit)) for profit in profits))


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("profits", PROFITS)
def test_what_is_earned_is_the_sum_of_decimals(profits: list[float]) -> None:
    tasks = [task(f"task {n}", f"r{n}", profit=profit) for n, profit in enumerate(profits)]
    outlook = select_with("default", tasks, by=User.objects.get(), at=NOW, time_limit_s=10)
    assert outlook.profit == outlook.selection.profit == outlook.selection.bound == exact(profits)
    buffer(*tasks)
    again = select_with("default", [], by=User.objects.get(), at=NOW, time_limit_s=10)
    assert again.profit_without == exact(profits)
    iteration = run()
    assert iteration.profit == iteration.objective == iteration.bound == iteration.greedy_profit == exact(profits)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("unit", [1, 10**9])
def test_one_more_unit_and_what_if_do_not_depend_on_the_unit(unit: int) -> None:
    """Two of 3 + 4 + 5 fit into 9; with 10 nothing better does, nor with one more of the slots."""
    fleet = Fleet.objects.get()
    sizes = {"x": 3, "y": 4, "z": 5}
    buffer(task("maker", "disk", "slot", profit=0.001))
    run()
    Supply.objects.filter(resource__name="disk").update(capacity=9 * unit)
    Supply.objects.filter(resource__name="slot").update(capacity=2)
    tasks = [task(name, profit=size / 10, resources={"disk": size * unit, "slot": 1}) for name, size in sizes.items()]
    outlook = select_with("default", tasks, by=User.objects.get(), at=NOW, time_limit_s=10)
    assert (outlook.profit, outlook.selection.bound, set(outlook.chosen)) == (0.9, 0.9, {1, 2})
    buffer(*tasks)
    SHELF.clear()  # the capacities were changed behind its back
    last = iterate(fleet.id, at=NOW, time_limit_s=10)
    assert (last.profit, last.bound) == (0.9, 0.9)
    # One slot more does not help where the disk is full, nor one unit of the disk.
    assert {one.resource: one.gain for one in one_more_unit(last, budget_s=20)} == {"disk": 0, "slot": 0}
