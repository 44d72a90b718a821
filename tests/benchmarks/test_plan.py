"""The table of planning in time: several seeds of each problem, and means over those that were proven."""

import numpy as np
import pytest

from benchmarks.plan import Cell, table
from benchmarks.plan_problems import CLASSES


def _cell(planner: str, seed: int, seconds: float, *, profit: float = 100, bound: float = 100) -> Cell:
    return Cell("20x4x1", seed, 600 + seed, planner, seconds, profit, bound, bound == profit)


def test_ratios_are_taken_seed_by_seed_and_to_the_best_that_proves() -> None:
    cells = [
        _cell("engine", 1, 1.0), _cell("highs", 1, 4.0), _cell("cp-sat", 1, 2.0),
        _cell("engine", 2, 1.0), _cell("highs", 2, 8.0), _cell("cp-sat", 2, 1.0, bound=110),
        _cell("engine", 3, 5.0, bound=104), _cell("highs", 3, 3.0), _cell("cp-sat", 3, 3.0),
    ]  # fmt: skip
    row = next(line for line in table("passes", cells) if line.startswith("| 20x4x1"))
    assert row == (
        "| 20x4x1 | 601 to 603 | 1 s; 1 of 3 up to 4 % open, 5 s | 4.58 s | "
        "2.45 s; 1 of 3 up to 10 % open, 1 s | 4 (2 to 8) |"
    )


def test_where_nobody_proves_there_is_no_ratio() -> None:
    lines = list(table("passes", [_cell("engine", 1, 1.0, bound=101), _cell("greedy", 1, 0.1, bound=np.inf)]))
    assert lines[-1] == "| 20x4x1 | 601 | 1 of 1 up to 1 % open, 1 s | 1 of 1 open, 0.1 s | - |"


@pytest.mark.parametrize("name", CLASSES)
def test_each_seed_makes_another_problem_and_the_same_one_each_time(name: str) -> None:
    _, make = CLASSES[name][0]
    one, again, other = make(1), make(1), make(2)
    assert np.array_equal(one.start, again.start)
    assert not np.array_equal(one.start, other.start)
