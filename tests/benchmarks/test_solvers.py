"""The solvers that need nothing else agree with each other, and lies are seen."""

from decimal import Decimal
from itertools import count

import numpy as np
import pytest

from benchmarks.problem import Known, MisfitError, Problem, choices, starts_of, tolerance, worth
from benchmarks.problems import satellite, shared, tiny, with_capacities
from benchmarks.ratios import lies, summarise
from benchmarks.solvers import engine, greedy, highs, subsets
from benchmarks.solvers.answer import Answer
from benchmarks.worker import CLOCKS, Cell, measure

_PAIR = Problem(
    name="pair",
    starts=starts_of([2, 1, 1]),
    resources=np.array([0, 1, 0, 1]),
    amounts=np.array([1, 1, 1, 1]),
    profits=np.array([3.0, 1.6, 1.7]),
    capacities=np.array([1, 1]),
)


def test_greedy_takes_the_largest_profit_first() -> None:
    assert _answer(greedy.by_profit(_PAIR, 1)).chosen.keys() == {0}


def test_greedy_by_share_takes_what_earns_most_for_what_it_uses() -> None:
    assert _answer(greedy.by_share(_PAIR, 1)).chosen.keys() == {1, 2}


@pytest.mark.parametrize("seed", range(20))
def test_the_dynamic_program_earns_what_highs_proves(seed: int) -> None:
    problem = tiny(seed)
    proven = _answer(highs.prepare(problem, 10))
    referee = _answer(subsets.prepare(problem, 10))
    assert proven.status == referee.status == "optimal"
    assert worth(problem, referee.chosen) == worth(problem, proven.chosen) == referee.bound == proven.bound


@pytest.mark.parametrize("problem", [with_capacities(0, 30, 6), satellite(0, 40, 10, is_rounded=False)])
def test_the_engine_earns_what_highs_proves(problem: Problem) -> None:
    proven, ours = _answer(highs.prepare(problem, 10)), _answer(engine.prepare(problem, 10))
    difference = worth(problem, ours.chosen) - worth(problem, proven.chosen)
    assert abs(difference) <= tolerance(problem, len(ours.chosen))


def test_the_dynamic_program_knows_what_it_suits() -> None:
    assert subsets.suits(tiny(0))
    assert not subsets.suits(with_capacities(0, 30, 6))
    assert not subsets.suits(satellite(0, 30, 60))


def test_a_task_that_may_run_on_several_satellites_is_a_candidate_on_each_and_chosen_once() -> None:
    problem = shared(0, 10, 5)
    given = choices(problem)
    assert len(given) == sum(map(len, problem.may_run_on))
    assert given.capacities.tolist() == [1] * (3 * 5 + 10)
    chosen = _answer(highs.prepare(problem, 10)).chosen
    assert worth(problem, chosen) >= worth(problem, _answer(greedy.by_profit(problem, 1)).chosen)


def test_a_selection_that_does_not_fit_is_seen() -> None:
    with pytest.raises(MisfitError, match="resource 0"):
        worth(_PAIR, {0: -1, 1: -1})


def test_a_satellite_that_a_task_may_not_run_on_is_seen() -> None:
    problem = shared(0, 10, 5)
    task = next(i for i, satellites in enumerate(problem.may_run_on) if len(satellites) == 1)
    with pytest.raises(MisfitError, match="may not run"):
        worth(problem, {task: (problem.may_run_on[task][0] + 1) % 3})


def test_profits_are_summed_exactly() -> None:
    problem = Problem(
        name="tenths",
        starts=starts_of([0, 0, 0]),
        resources=np.array([], np.int64),
        amounts=np.array([], np.int64),
        profits=np.array([0.1, 0.1, 0.1]),
        capacities=np.array([1]),
    )
    assert worth(problem, {0: -1, 1: -1, 2: -1}) == Decimal("0.3")


def test_a_short_call_is_measured_often() -> None:
    cell = measure("greedy", tiny(0), 1)
    assert cell.calls > 10
    assert cell.status == "feasible"


def test_times_are_read_from_the_clock_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = count(0, 7)
    monkeypatch.setitem(CLOCKS, "processor", lambda: float(next(ticks)))
    assert measure("greedy", tiny(0), 1, "processor").seconds == 7


def test_a_claimed_optimum_below_a_checked_profit_is_a_lie() -> None:
    cells = {"engine": _cell("engine", "9", 1.0), "highs": _cell("highs", "10", 1.0)}
    assert [lie.split(":")[0] for lie in lies(cells, None, Decimal(0))] == ["engine", "engine"]
    assert lies(cells, None, Decimal(1)) == []


def test_a_claimed_optimum_below_a_published_value_is_a_lie() -> None:
    assert len(lies({"highs": _cell("highs", "10", 1.0)}, Known(Decimal(11), is_optimal=False), Decimal(0))) == 2
    assert len(lies({"highs": _cell("highs", "10", 1.0)}, Known(Decimal(9), is_optimal=True), Decimal(0))) == 1
    assert lies({"highs": _cell("highs", "10", 1.0)}, Known(Decimal(9), is_optimal=False), Decimal(0)) == []


def test_the_ratio_is_against_whoever_proved_first() -> None:
    summary = summarise(
        [
            {
                "engine": _cell("engine", "10", 1.0),
                "highs": _cell("highs", "10", 8.0),
                "cpsat-1": _cell("cpsat-1", "10", 4.0),
            }
        ]
    )
    assert str(summary.ratio) == "4"
    assert summary.general_name == "cpsat-1"


def test_a_ratio_from_a_time_limit_says_so() -> None:
    opened = Cell("highs", status="feasible", profit=Decimal(9), bound=Decimal(11), seconds=60.0)
    assert str(summarise([{"engine": _cell("engine", "10", 1.0), "highs": opened}]).ratio) == ">=60"
    assert summarise([{"engine": opened, "highs": opened}]).ratio is None


def _answer(run: object) -> Answer:
    assert callable(run)
    answer = run()
    assert isinstance(answer, Answer)
    return answer


def _cell(solver: str, profit: str, seconds: float) -> Cell:
    return Cell(solver, status="optimal", profit=Decimal(profit), bound=Decimal(profit), tasks=1, seconds=seconds)
