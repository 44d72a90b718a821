"""Days with many contacts of a satellite whose disk takes less than is asked of it: a plan and a bound.

Usage: python -m benchmarks.plan_contacts [--limit SECONDS] [--seeds N]. Each plan in a process of its own.
"""

import argparse
import resource
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from random import Random
from time import process_time
from typing import Any

from satselect import Opportunity, Pass, Resource, TimedTask, plan
from satselect.engine.warm import get_ready_to_plan

_START = datetime(2026, 12, 1, tzinfo=UTC)
_A_DAY = 10  # contacts
_SIZES = ((10, 300), (30, 1000), (70, 2000), (70, 5000), (150, 5000))
_MB = 1024


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=10.0, help="seconds by the clock")
    parser.add_argument("--seeds", type=int, default=1, help="of each size, from 1 on")
    given = parser.parse_args()
    print("| contacts | tasks | seed | plan <= bound | open | processor | memory |\n|--:|--:|--:|---|--:|--:|--:|")
    for contacts, tasks in _SIZES:
        for seed in range(1, given.seeds + 1):
            with get_context("spawn").Pool(1) as pool:
                profit, bound, seconds, memory = pool.apply(_measured, (contacts, tasks, seed, given.limit))
            said = f"{profit:,.0f} <= {bound:,.0f} | {100 * (bound - profit) / profit:.2f} %"
            print(f"| {contacts} | {tasks:,} | {seed} | {said} | {seconds:.1f} s | {memory:.0f} MB |", flush=True)


def _measured(contacts: int, tasks: int, seed: int, limit: float) -> tuple[float, float, float, float]:
    """Profit, bound, seconds of the processor, and megabytes that planning added at most."""
    get_ready_to_plan()
    some, world = made(contacts, tasks, seed)
    begun, before = process_time(), _most_resident()
    found = plan(some, **world, time_limit=limit)
    return found.profit, found.bound, process_time() - begun, _most_resident() - before


def _most_resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MB


def made(contacts: int, tasks: int, seed: int) -> tuple[Sequence[TimedTask], dict[str, Any]]:
    """Tasks of half a minute within two chances of five minutes each, ten contacts a day, and what `plan` takes."""
    random, days = Random(seed), contacts / _A_DAY
    passes = []
    for number in range(contacts):
        start = _START + timedelta(days=(number + 0.8 * random.random()) / _A_DAY)
        drains = {"disk": random.randint(100, 200)}
        passes.append(Pass("sat-1", start, start + timedelta(minutes=8), "Kiruna", drains))
    some = []
    for number in range(tasks):
        starts = [_START + timedelta(days=days * random.random()) for _ in range(2)]
        spots = [Opportunity("sat-1", start, start + timedelta(minutes=5)) for start in starts]
        uses = {"camera": 1, "disk": random.randint(5, 20)}
        some.append(TimedTask(f"{number}", uses, profit=random.randint(1, 100), opportunities=spots, duration=30))
    owned = {"camera": 1, "disk": Resource(300, kind="reservoir")}
    horizon = (_START, _START + timedelta(days=days))
    return some, {"satellites": {"sat-1": owned}, "passes": passes, "horizon": horizon}


if __name__ == "__main__":
    main()
