"""Who is next to a place, among many of which few are taken."""

import random

import numpy as np

from satselect.engine.paths.lines import lines_of
from satselect.engine.paths.state import order_by, plan_of
from satselect.engine.problem.rows import Ints
from satselect.engine.problem.units import to_units
from satselect.engine.timeline.form import SharedRows, TimelineProblem


def problem_of(line: Ints, start: Ints, end: Ints, value: Ints) -> TimelineProblem:
    """Each candidate a task of its own."""
    own, units = np.arange(len(line)), to_units(value.astype(np.float64))
    setups = [None] * (int(line.max()) + 1)
    return TimelineProblem(line, start, end, units.profits, own, own, setups, SharedRows.of([]), units)


def test_who_takes_the_most_first_takes_what_overlaps_nothing() -> None:
    """On two lines of 3,000 places, as asking for all that is taken says."""
    rng = random.Random(1)
    drawn = [
        (rng.randrange(2), start := rng.randrange(90000), start + rng.choice([9, 300, 9_000])) for _ in range(6000)
    ]
    line, start, end = np.array(drawn).T
    value = np.array(rng.sample(range(1, 10_000), len(line)))
    lines = lines_of(problem_of(line, start, end, value), np.arange(len(line)))
    state = plan_of(lines, order_by(lines.value))
    taken: list[int] = []
    for i in np.argsort(-value).tolist():
        if all(line[i] != line[j] or end[i] <= start[j] or end[j] <= start[i] for j in taken):
            taken.append(i)
    assert sorted(lines.who[state.taken].tolist()) == sorted(taken)
    assert len(taken) > 100
    assert state.held.tolist() == np.bincount(np.flatnonzero(state.taken) >> 8, minlength=len(state.held)).tolist()


def test_a_neighbour_far_away_is_found_in_a_few_steps() -> None:
    """Of 20,000 places one fits; to look at each between would take 200 million steps."""
    n = 20_000
    start = np.arange(n)
    lines = lines_of(problem_of(np.zeros(n, np.int64), start, start + n, np.arange(1, n + 1)), np.arange(n))
    for order in (np.arange(n), np.arange(n)[::-1].copy()):
        state = plan_of(lines, order)
        assert state.taken.sum() == 1
        assert state.sums[2] < 700 * n
