"""Plans along timelines: equal to brute force, and proven by prices that other code checks."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from satselect.engine.limits import Limits
from satselect.engine.paths.certificate import Certificate, Step, check_chosen
from satselect.engine.paths.duality import Ascent, Scratch, evaluate
from satselect.engine.paths.fixing import drop
from satselect.engine.paths.lines import lines_of
from satselect.engine.paths.relaxed import relaxed
from satselect.engine.paths.rest import restricted, solve_rest
from satselect.engine.paths.solve import solve_paths
from satselect.engine.paths.state import State, order_by, plan_of
from satselect.engine.paths.stretch import Room
from satselect.engine.paths.windows import search
from satselect.engine.problem.errors import CertificateError
from satselect.engine.problem.rows import Floats, Ints
from satselect.engine.problem.units import to_units
from satselect.engine.relaxation.proof import Proof
from satselect.engine.timeline.form import SharedRows, TimelineProblem
from tests.engine.proofs import check_bound
from tests.engine.timelines import fits, optimum, random_problem

SEEDS = range(240)


@pytest.mark.parametrize("block", range(0, len(SEEDS), 60))
def test_the_best_plan_is_found_and_proven(block: int) -> None:
    for seed in SEEDS[block : block + 60]:
        problem = random_problem(seed)
        answer = solve_paths(problem, Limits())
        assert fits(problem, answer.chosen.tolist()), seed
        assert problem.value[answer.chosen].sum() == answer.bound == optimum(problem), seed
        assert answer.is_optimal, seed


@pytest.mark.parametrize("block", range(0, len(SEEDS), 60))
def test_of_instants_at_one_moment_who_can_be_first_is(block: int) -> None:
    """In the order in which they are given only half of them fit together."""
    met = 0
    for seed in SEEDS[block : block + 60]:
        problem = random_problem(seed, is_one_way=True)
        answer = solve_paths(problem, Limits())
        assert check_chosen(problem, answer.chosen) == answer.bound == optimum(problem), seed
        met += bool(problem.ranks().any())
    assert met > 10


def test_certificates_prove_what_they_say() -> None:
    proven = 0
    for seed in SEEDS:
        problem = random_problem(seed)
        answer = solve_paths(problem, Limits())
        earned = check_chosen(problem, answer.chosen)
        bound = check_bound(problem, answer.certificate, earned)
        assert bound >= optimum(problem), seed
        if answer.proof is Proof.DUALITY:
            assert bound == answer.bound, seed
            proven += 1
    assert proven > len(SEEDS) / 2


@pytest.mark.parametrize("seed", SEEDS[:150])
def test_any_prices_bound_the_best_plan_and_drop_nothing_that_is_in_it(seed: int) -> None:
    problem, rng = random_problem(seed), np.random.default_rng(seed)
    lines = lines_of(problem, np.arange(len(problem)))
    best = optimum(problem)
    ascent = Ascent(lines)
    top = int(problem.value.max(initial=1)) + 1
    for _ in range(5):
        tasks = rng.integers(0, top, len(ascent.prices.tasks))
        rows = rng.integers(0, top, len(ascent.prices.rows))
        assert evaluate(lines, tasks, rows, ascent.scratch) >= best
    ascent.go_on(30, 0)
    assert ascent.bound >= best
    if best == 0:
        return
    is_left, step = drop(lines, ascent.prices, ascent.scratch, best - 1, 1)
    kept = np.isin(np.arange(len(problem)), lines.who[is_left])
    left = replace(problem, value=np.where(kept, problem.value, 0))
    assert optimum(left) == best
    check_bound(problem, Certificate((step,), 1), best)


def test_without_prices_a_line_earns_what_the_certificate_finds() -> None:
    """No more either: a path that forgets a setup would still bound, but not as well as it could."""
    for seed in range(60):
        problem = random_problem(seed)
        lines = lines_of(problem, np.arange(len(problem)))
        none = Ascent(lines).prices
        found = evaluate(lines, none.tasks * 0, none.rows * 0, Ascent(lines).scratch)
        step = Step(none.tasks * 0, none.rows * 0, np.zeros(0, np.int64), 0)
        most = sum(int(problem.value[problem.task == number].max()) for number in np.unique(problem.task))
        assert check_bound(problem, Certificate((step,), 1), 0) == min(found, most), seed


@pytest.mark.parametrize("block", range(0, len(SEEDS), 60))
def test_at_any_prices_lines_earn_what_the_certificate_finds(block: int) -> None:
    """To the unit: amounts count as often as they are, and a path that earns one unit more is a better one."""
    compared = 0
    for seed in SEEDS[block : block + 60]:
        problem, rng = random_problem(seed), np.random.default_rng(seed)
        lines = lines_of(problem, np.arange(len(problem)))
        can_be_filled = np.isin(np.arange(len(problem.rows)), lines.rows)  # the price of no other is looked at
        most = sum(int(problem.value[problem.task == number].max()) for number in np.unique(problem.task))
        top = int(problem.value.max())
        for highest in (2, 4, 1 + top // 4, 1 + top // 2):
            tasks = rng.integers(0, highest, int(problem.task.max()) + 1)
            rows = rng.integers(0, highest, len(problem.rows)) * can_be_filled
            found = evaluate(lines, tasks, rows, Scratch.of(len(problem)))
            step = Step(tasks, rows, np.zeros(0, np.int64), 0)
            assert check_bound(problem, Certificate((step,), 1), 0) == min(found, most), seed
            compared += found < most
    assert compared > 30


def test_prices_too_large_for_numbers_charge_no_more_than_they_are() -> None:
    """What is charged too much would be dropped, though it may be in the best plan."""
    checked = 0
    for seed in range(60):
        problem = random_problem(seed)
        lines = lines_of(problem, np.arange(len(problem)))
        dear = lines._replace(value=np.full(len(problem), 2**61 - 1), room=lines.room * 0)
        most = np.ones(len(lines.room), np.int64)
        np.maximum.at(most, lines.rows, lines.amounts)
        tasks, rows = Ascent(lines).prices.tasks * 0, 2**61 // most + 1024
        scratch = Scratch.of(len(problem))
        evaluate(dear, tasks, rows, scratch)
        for i, gain in enumerate(scratch.reduced.tolist()):
            users = range(dear.shared[i], dear.shared[i + 1])
            cost = sum(int(rows[dear.rows[t]]) * int(dear.amounts[t]) for t in users)
            assert gain >= max(int(dear.value[i]) - cost, -(2**61)), seed
            checked += cost > 2**61
    assert checked > 30


def test_a_step_that_drops_too_much_is_refused() -> None:
    problem = random_problem(1)
    answer = solve_paths(problem, Limits())
    lines = lines_of(problem, np.arange(len(problem)))
    _, step = drop(lines, Ascent(lines).prices, Ascent(lines).scratch, answer.bound - 1, 1)
    with pytest.raises(CertificateError):
        check_bound(problem, Certificate((replace(step, dropped=np.arange(len(problem))),), 1), answer.bound)
    with pytest.raises(CertificateError):
        check_bound(problem, Certificate((replace(step, tasks=step.tasks - 1),), 1), answer.bound)
    with pytest.raises(CertificateError):
        check_bound(problem, Certificate((replace(step, earned=answer.bound + 1),), 1), answer.bound)


def _by_hand(start: list[int], end: list[int], value: list[float], setups: list[Ints | None]) -> TimelineProblem:
    """Candidates of a task and of a kind of their own, all on one timeline."""
    units, each = to_units(np.array(value)), np.arange(len(value))
    here = np.zeros(len(value), np.int64)
    return TimelineProblem(
        here, np.array(start), np.array(end), units.profits, each, each, setups, SharedRows.of([]), units
    )


def _step(problem: TimelineProblem, dropped: list[int], earned: int) -> Step:
    """One without prices."""
    tasks, rows = np.zeros(len(problem), np.int64), np.zeros(0, np.int64)
    return Step(tasks, rows, np.array(dropped, np.int64), earned)


@pytest.mark.parametrize("table", [[[0, 5], [0, 0]], [[0, 0], [5, 0]]])
def test_instants_at_one_moment_that_fit_in_one_order_count_both(table: list[list[int]]) -> None:
    problem = _by_hand([7, 7], [7, 7], [1.0, 2.0], [np.array(table)])
    both = int(problem.value.sum())
    assert check_bound(problem, Certificate((_step(problem, [], 0),), 1), 0) == both
    with pytest.raises(CertificateError):
        check_bound(problem, Certificate((_step(problem, [0], both - 1),), 1), both - 1)


def test_what_is_left_bounds_no_less_than_what_is_earned() -> None:
    """Whatever was dropped may earn as much."""
    problem = _by_hand([0, 4], [5, 9], [5.0, 3.0], [None])
    most = int(problem.value[0])
    steps = _step(problem, [0, 1], most), _step(problem, [], most)
    assert check_bound(problem, Certificate(steps, 1), most) == most


def test_a_step_with_a_price_below_nothing_is_refused() -> None:
    problem = next(one for one in map(random_problem, SEEDS) if len(one.rows))
    none = Ascent(lines_of(problem, np.arange(len(problem)))).prices
    step = Step(none.tasks * 0, none.rows * 0, np.zeros(0, np.int64), 0)
    check_bound(problem, Certificate((step,), 1), 0)
    for wrong in (replace(step, tasks=step.tasks - 1), replace(step, rows=step.rows - 1)):
        with pytest.raises(CertificateError):
            check_bound(problem, Certificate((wrong,), 1), 0)


@pytest.mark.parametrize("seed", SEEDS[:150])
def test_the_search_leaves_plans_that_fit_and_adds_up_what_they_earn(seed: int) -> None:
    problem = random_problem(seed)
    lines = lines_of(problem, np.arange(len(problem)))
    state = plan_of(lines, order_by(lines.value))
    for heat in (10.0 * float(problem.value.max(initial=1)), 0.0):
        search(lines, state, Ascent(lines).prices, Room.of(), heat, 0.99, 50, seed, 1 << 60)
        chosen = lines.who[state.taken]
        assert fits(problem, chosen.tolist())
        assert state.sums[1] == problem.value[chosen].sum()
        assert (state.holder[lines.task[state.taken]] == np.flatnonzero(state.taken)).all()
        assert State.empty(lines).room.sum() >= state.room.sum()


def test_a_plan_is_refused_exactly_where_it_does_not_fit() -> None:
    """Of all pairs, and of all together."""
    refused = 0
    for seed in SEEDS[:50]:
        problem = random_problem(seed, is_one_way=seed % 2 == 0)
        for some in [*combinations(range(len(problem)), 2), range(len(problem))]:
            is_refused = _is_refused(problem, list(some))
            assert is_refused == (not fits(problem, list(some))), seed
            refused += is_refused
    assert refused > 500


def _is_refused(problem: TimelineProblem, chosen: list[int]) -> bool:
    try:
        check_chosen(problem, np.array(chosen, np.int64))
    except CertificateError:
        return True
    return False


@pytest.mark.parametrize("seed", range(40))
def test_the_rest_prices_all_tasks_and_bounds_what_it_can_do(seed: int) -> None:
    """Also where the last tasks have no candidate among them."""
    problem = random_problem(seed)
    who = np.arange((len(problem) + 1) // 2)
    rest = solve_rest(problem, who, Limits(), lambda _chosen: None)
    assert rest.bound == optimum(restricted(problem, who)) == check_chosen(problem, rest.chosen)
    assert len(rest.prices.tasks) == len(rest.is_priced) == problem.task[-1] + 1


@pytest.mark.parametrize("seed", range(60))
def test_the_relaxation_of_cliques_and_cycles_bounds_what_can_be_planned_and_plans_what_fits(seed: int) -> None:
    problem = random_problem(seed)
    found = relaxed(problem, worths_of(problem), Limits())
    if found is None:
        return
    best = optimum(problem)
    assert found.bound >= best >= check_chosen(problem, found.chosen)
    assert found.finished(Limits()).bound >= best
    start = found.start()
    assert len(start.prices.tasks) == len(start.is_priced) == problem.task[-1] + 1
    if found.answer.is_optimal:
        assert found.bound == best == check_chosen(problem, found.chosen)


@pytest.mark.parametrize("seed", range(60))
def test_what_the_relaxation_leaves_open_is_searched_to_the_end(seed: int) -> None:
    """From no plan at all, so that there is something to find."""
    problem = random_problem(seed)
    found = relaxed(problem, worths_of(problem), Limits())
    if found is None:
        return
    nothing = replace(found.answer, columns=np.zeros(0, np.int64), is_optimal=False)
    done = replace(found, answer=nothing).searched(Limits())
    best = optimum(problem)
    assert best == check_chosen(problem, done.chosen)
    assert done.bound == best or not done.answer.is_optimal
    assert found.bound >= done.bound >= best
    assert done.answer.is_optimal == done.part.is_exact


@pytest.mark.parametrize("seed", range(20))
def test_a_plan_that_starts_from_the_relaxation_is_a_best_one(seed: int) -> None:
    problem = random_problem(1000 + seed)
    answer = solve_paths(problem, Limits(), relaxed=relaxed(problem, worths_of(problem), Limits()))
    assert problem.value[answer.chosen].sum() == optimum(problem) == answer.bound
    if answer.proof is Proof.DUALITY:
        assert check_bound(problem, answer.certificate, answer.bound) == answer.bound


def test_no_time_is_needed_for_a_plan_and_a_bound() -> None:
    problem = random_problem(3)
    answer = solve_paths(problem, Limits.within(0))
    assert fits(problem, answer.chosen.tolist())
    assert answer.bound >= optimum(problem)


def worths_of(problem: TimelineProblem) -> Floats:
    return np.array([float(problem.units.worth(value)) for value in problem.value.tolist()])
