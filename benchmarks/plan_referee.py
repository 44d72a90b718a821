"""Middle-sized plans beside CP-SAT on intervals, in a process of its own: where both prove, both must earn the same.

Usage: python -m benchmarks.plan_referee [--count N] [--first SEED] [--limit SECONDS]. Exits with 1 if one differs.
"""

import argparse
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from benchmarks.plan_problems import agile, budget, mixed, passes, reservoir, strips
from benchmarks.plan_solvers import cpsat_intervals
from satselect.engine.limits import Limits
from satselect.engine.paths.certificate import check_chosen
from satselect.engine.planning.solving import solve_form
from satselect.engine.timeline.form import TimelineProblem
from satselect.engine.warm import get_ready_to_plan

_KINDS: list[Callable[[int], TimelineProblem]] = [
    lambda seed: passes(6, 2, 1, seed, is_full=False),
    lambda seed: passes(8, 3, 1, seed, is_full=True),
    lambda seed: strips(15, 1, seed),
    lambda seed: agile(5, 1, seed),
    lambda seed: budget(3, 2, 1, seed),
    lambda seed: reservoir(40, 3, seed),
    lambda seed: mixed(3, 2, 1, seed),
]


def main() -> int:
    """How many plans differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--limit", type=float, default=20.0)
    given = parser.parse_args()
    get_ready_to_plan()
    wrong = proven = 0
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as rival:
        for seed in range(given.first, given.first + given.count):
            asked = rival.submit(_refereed, seed, given.limit)
            ours, bound = _planned(seed, given.limit)
            theirs, most = asked.result()
            both = ours == bound and theirs == most
            proven += both
            if (both and ours != theirs) or ours > most or theirs > bound:
                wrong += 1
                print(f"{seed}: {ours} <= {bound}, CP-SAT {theirs} <= {most}")
    print(f"{given.count} problems, {proven} proven by both, {wrong} wrong")
    return wrong


def _planned(seed: int, limit: float) -> tuple[int, int]:
    """Units that our plan earns, and that none exceeds."""
    form = _KINDS[seed % len(_KINDS)](seed)
    unit = form.units.worth(1)
    worths = form.value.astype(float) * float(unit)
    found = solve_form(form, worths.round(6), Limits.within(limit))
    return check_chosen(form, found.chosen), int(found.limit / unit)


def _refereed(seed: int, limit: float) -> tuple[int, int]:
    """The same of CP-SAT."""
    form = _KINDS[seed % len(_KINDS)](seed)
    found = cpsat_intervals(form, limit)
    step = form.units.step_of(form.value)
    return check_chosen(form, found.chosen), round(found.bound / step) * step


if __name__ == "__main__":
    sys.exit(min(main(), 1))
