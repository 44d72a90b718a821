"""Writes `drained.json`: what 28 iterations over 1,000 tasks select, so that drained buffers are the same everywhere.

python -m benchmarks.drain
"""

import json

import numpy as np

import satselect
from benchmarks.classes import DRAINED, drained_from
from benchmarks.solvers.engine import tasks_of

SEEDS, ITERATIONS = 3, 28
SECONDS = 2.0
"""What an iteration may take: the best selection found by then is as realistic as the optimum."""


def main() -> None:
    """Drains the problem of every seed."""
    DRAINED.write_text(json.dumps([_rounds(seed) for seed in range(SEEDS)], separators=(",", ":")) + "\n")


def _rounds(seed: int) -> list[list[int]]:
    tasks = tasks_of(drained_from(seed))
    left, rounds = np.arange(len(tasks)), []
    for _ in range(ITERATIONS):
        chosen = set(satselect.select([tasks[i] for i in left], time_limit=SECONDS).tasks)
        rounds.append([int(i) for i in left if tasks[i] in chosen])
        left = np.setdiff1d(left, rounds[-1])
    return rounds


if __name__ == "__main__":
    main()
