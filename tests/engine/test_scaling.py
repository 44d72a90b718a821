"""In what unit a resource is counted changes nothing."""

from random import Random

import numpy as np
import pytest

from satselect import Task, select
from satselect.engine.limits import Limits
from satselect.engine.packing.packing import pack
from satselect.engine.packing.part import Part
from satselect.engine.packing.presolve import reduce
from satselect.engine.problem.problem import Problem
from satselect.engine.relaxation.answer import Answer, check
from satselect.engine.relaxation.costs import costs_at, readable
from satselect.engine.relaxation.prices import bound, price
from satselect.engine.relaxation.proof import Proof
from satselect.engine.solve.mip import finish
from tests.engine.referees import brute_force, worth
from tests.engine.scaling import LARGEST, in_other_units, outcome, problem_of, selected

SMALL, LARGER = range(0, 120, 3), [1, 4, 7, 10, 13, 16]


@pytest.mark.parametrize("kind", ["select", "buffer"])
@pytest.mark.parametrize("is_finer", [False, True])
@pytest.mark.parametrize("seed", SMALL)
def test_small_problems_in_other_units_equal_brute_force(seed: int, is_finer: bool, kind: str) -> None:
    some = problem_of(seed)
    other = in_other_units(some, seed, is_finer=is_finer)
    best = selected(other, kind)
    assert outcome(best) == outcome(selected(some, kind))
    assert worth(best.tasks) == brute_force(some.tasks, some.capacities, some.satellites)
    assert best.status == "optimal"


@pytest.mark.parametrize("kind", ["select", "buffer"])
@pytest.mark.parametrize("is_finer", [False, True])
@pytest.mark.parametrize("seed", LARGER)
def test_larger_problems_in_other_units_are_proven_all_the_same(seed: int, is_finer: bool, kind: str) -> None:
    some = problem_of(seed)
    assert outcome(selected(in_other_units(some, seed, is_finer=is_finer), kind)) == outcome(selected(some, kind))


@pytest.mark.parametrize("seed", [1, 4, 7])
def test_explanations_say_the_same_in_other_units(seed: int) -> None:
    some = problem_of(seed)
    few = type(some)(some.tasks[:25], some.capacities, some.satellites)
    other = in_other_units(few, seed)
    one, two = few.select(), other.select()
    for ours, theirs in zip(few.tasks[:8], other.tasks[:8], strict=True):
        before, after = one.explain(ours), two.explain(theirs)
        assert before.break_even == after.break_even
        assert before.price == pytest.approx(after.price, rel=1e-9)
        assert before.displaced_by.keys() == after.displaced_by.keys()


def disks(unit: int, noise: int) -> list[Task]:
    """Forty options over twenty slots that share a disk, in a unit of theirs, less a little noise."""
    rng, less = Random(5), Random(6)
    return [
        Task(
            f"{slot}.{option}",
            {f"slot {slot}": 1, "disk": rng.randint(20, 90) * unit - less.randint(0, noise)},
            profit=rng.randint(10, 90),
        )
        for slot in range(20)
        for option in range(2)
    ]


@pytest.mark.parametrize("noise", [0, 10**7])
def test_a_disk_in_bytes_beside_slots_is_proven(noise: int) -> None:
    gigabytes = select(disks(1, 0), capacities={"disk": 1000})
    in_bytes = select(disks(10**9, noise), capacities={"disk": LARGEST}, time_limit=20)
    assert outcome(in_bytes) == outcome(gigabytes)
    assert in_bytes.status == "optimal"


def test_a_price_far_below_one_unit_of_profit_still_proves() -> None:
    """A million is at stake beside a disk whose bytes earn next to nothing; none of the thousandths may be lost."""
    rng = Random(2)
    large = [Task(f"large {i}", ["camera", "disk"], profit=10**6 + i) for i in range(3)]
    small = [
        Task(f"small {i}", {"disk": rng.randint(10**10, 10**11)}, profit=rng.randint(1, 999) / 1000) for i in range(60)
    ]
    selection = select([*large, *small], capacities={"disk": LARGEST}, time_limit=20)
    assert selection.status == "optimal"
    assert selection.gap == 0


def test_costs_never_pass_what_is_held() -> None:
    rng = np.random.Generator(np.random.PCG64(3))
    for _ in range(300):
        capacities = (10 ** rng.uniform(0, 12, 8)).astype(np.int64)
        profits = rng.uniform(0, 2.0**58, 8) * 10.0 ** rng.uniform(-15, 0, 8)
        y = readable(profits / capacities * rng.uniform(0, 1.5, 8), profits, capacities)
        assert np.array_equal(y, readable(y, profits, capacities))
        cuts = np.sort(rng.integers(0, capacities + 1, (9, 8)), axis=0)
        edges = np.concatenate((np.zeros((1, 8), np.int64), cuts, capacities[None]))
        amounts = (edges[1:] - edges[:-1]).astype(np.int64)
        costs, held = costs_at(y, np.tile(np.arange(8), 10), amounts.ravel(), capacities)
        paid = costs.reshape(10, 8).sum(axis=0)
        assert (paid <= held).all()
        assert (held - paid <= 10).all()
        assert np.allclose(held, y * capacities, rtol=1e-9, atol=1)


@pytest.mark.parametrize("seed", range(20))
def test_what_highs_tolerates_is_no_answer(seed: int) -> None:
    """Sets that pass a capacity by one of 1e12 fit for HiGHS, and must not be taken from it."""
    rng = Random(seed)
    half = LARGEST // 2
    tasks = [Task(str(i), {"disk": half + rng.randint(-2, 2), f"r{i % 4}": 1}, profit=100 + i) for i in range(16)]
    problem = Problem.of(tasks, {"disk": LARGEST})
    (part,) = reduce(pack(problem)).parts
    y = price(part).y
    finished = finish(part, Answer.of(part, np.array([], np.int64), y, bound(part, y), Proof.DUALITY), Limits())
    check(part, finished)
    assert finished.is_optimal
    assert earned(part, finished) == brute_force(tasks, {"disk": LARGEST})


def earned(part: Part, answer: Answer) -> int:
    return answer.profit(part) // part.step
