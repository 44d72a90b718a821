"""Plans beside those of referees: trying everything, and a simulator that replays them."""

import pytest

from satselect import plan
from satselect.engine.planning import solving
from satselect.engine.planning.formulation import candidates
from tests.planning.brute import best
from tests.planning.worlds import Small, replayed, small

_SEEDS = range(100)


def _check(problem: Small, step: float | None = None) -> None:
    found = plan(problem.tasks, step=step, **problem.arguments())
    assert found.status == "optimal"
    assert found.objective == found.bound == pytest.approx(best(problem))
    assert replayed(problem, found) == []


@pytest.mark.parametrize("seed", _SEEDS)
def test_small_plans_earn_what_trying_everything_earns(seed: int) -> None:
    _check(small(seed))


@pytest.mark.parametrize("seed", _SEEDS)
def test_a_grid_that_holds_every_start_earns_as_much(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "_FEW_SPOTS", 0)
    _check(small(seed), step=1)


@pytest.mark.parametrize("seed", range(25))
def test_plans_along_timelines_earn_as_much(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "_PACKED", -1)
    monkeypatch.setattr(solving, "_PACKED_IF_SETUPS", -1)
    _check(small(seed))
