"""Money is added without rounding, and the unit of a resource changes no answer of the service."""

from fractions import Fraction

import httpx
import pytest

from satselect.application.explanation.marginal_value import one_more_unit
from satselect.application.explanation.what_if import select_with
from satselect.application.planning.iterate import iterate
from satselect.console.reading.iterations.earnings import read_earnings
from satselect.store.models import Fleet, Supply, User
from tests.application.buffers import NOW, buffer, run, task
from tests.databases import AND_OVER_THE_BUS
from tests.planners import forget_buffers, planner

DATABASES = AND_OVER_THE_BUS

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
def test_earnings_of_several_iterations_are_the_sum_of_decimals() -> None:
    profits = [0.1, 0.2, 0.7, 0.1]
    for profit in profits:
        buffer(task("only", "camera", profit=profit))
        run()
    earnings = read_earnings(Fleet.objects.get(), 10)
    assert earnings.earned == earnings.compared == earnings.greedy == exact(profits)


def test_over_http_no_profit_is_above_its_bound(service: httpx.Client) -> None:
    tasks = [{"name": name, "resources": [name], "profit": profit} for name, profit in (("a", 0.1), ("b", 0.2))]
    shown = service.post("/api/v1/selections", json={"tasks": tasks, "fleet": "default"}).json()
    assert (shown["profit"], shown["objective"], shown["bound"]) == (0.3, 0.3, 0.3)
    answer = service.post("/api/tasks/", json=tasks)
    iteration = service.get(answer.headers["Location"]).json()
    assert {iteration[name] for name in ("profit", "objective", "bound", "greedy_profit")} == {0.3}


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
    forget_buffers()  # the capacities were changed behind its back
    last = iterate(planner(10), fleet.id, at=NOW)
    assert (last.profit, last.bound) == (0.9, 0.9)
    # One slot more does not help where the disk is full, nor one unit of the disk.
    assert {one.resource: one.gain for one in one_more_unit(last, budget_s=20)} == {"disk": 0, "slot": 0}
