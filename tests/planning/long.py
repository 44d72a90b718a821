"""The long run of the referees, by hand: `python -m tests.planning.long 10000`. Exits with 1 if a plan is wrong."""

import sys

from satselect import plan
from tests.planning.brute import best
from tests.planning.worlds import replayed, small


def main(count: int) -> int:
    """The number of problems that were not planned as they should be."""
    wrong = 0
    for seed in range(count):
        problem = small(seed)
        found, most = plan(problem.tasks, **problem.arguments()), best(problem)
        faults = replayed(problem, found)
        if faults or found.status != "optimal" or abs(found.objective - most) > 1e-6:
            wrong += 1
            print(f"{seed}: {found.objective} of {most}, {found.status}, {faults}")  # noqa: T201
    print(f"{count} problems, {wrong} wrong")  # noqa: T201
    return wrong


if __name__ == "__main__":
    sys.exit(min(main(int(sys.argv[1])), 1))
