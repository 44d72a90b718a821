"""What who watches is told."""

from satselect import select
from satselect.engine.result.progress import Progress
from tests.engine.problems import random_problem


def test_incumbent_and_bound_close_in_on_the_optimum() -> None:
    some = random_problem(3, tasks=200, resources=20)
    seen: list[Progress] = []
    selection = select(some.tasks, capacities=some.capacities, on_progress=seen.append)
    assert seen
    assert [now.profit for now in seen] == sorted(now.profit for now in seen)
    bounds = [now.bound for now in seen if now.bound is not None]
    assert bounds == sorted(bounds, reverse=True)
    assert abs(seen[-1].profit - selection.profit) < 1e-9
    assert min(bounds) >= selection.profit - 1e-9
