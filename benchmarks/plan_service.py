"""A fleet that plans in time, with a large buffer: an iteration on what is kept beside one that reads and plans afresh.

Usage: python -m benchmarks.plan_service URL [--tasks N] [--horizon N] [--rounds N]

Fills an empty database, unless it is filled: tasks over a month, of which about so many have an opportunity in the
first day, which is the horizon. Then five tasks come at a time, and the fleet plans. Processor seconds of the process.
"""

import argparse
import resource
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from time import process_time
from typing import Any

from satselect.cli.service.setup import set_up

SATELLITES = 100
DAY_S = 86_400
AT_ONCE = 10_000
START = datetime(2026, 12, 1, tzinfo=UTC)
FLEET = "large"
NEW = 5


def main() -> None:
    """Prints what iterations took, and the memory that the process had at most."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--tasks", type=int, default=1_000_000)
    parser.add_argument("--horizon", type=int, default=30_000, help="opportunities in the horizon, about")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--limit", type=float, default=20.0, help="seconds that the engine may plan")
    given = parser.parse_args()
    set_up(given.url)
    if not _is_filled():
        fill(given.tasks, given.horizon)
        print(f"filled in {process_time():.0f} s")
        return
    measure(given.rounds, given.limit)


def _is_filled() -> bool:
    from satselect.store.models import Fleet

    return Fleet.objects.filter(slug=FLEET).exists()


def fill(tasks: int, horizon: int) -> None:
    """A fleet with a camera on each satellite, and so many tasks in its buffer, without any iteration."""
    from satselect.application.access.accounts import find_user
    from satselect.application.act import Act
    from satselect.application.fleets.fleets import create_fleet, create_satellite
    from satselect.application.fleets.supplies import add_resource
    from satselect.application.tasks.submit import submit
    from satselect.store.defaults import LOCAL

    act = Act(find_user(LOCAL), START - timedelta(days=1))
    wanted = {"slug": FLEET, "name": FLEET, "horizon_s": DAY_S, "frozen_s": 600, "settle_s": None}
    fleet = create_fleet(wanted, act)
    for number in range(SATELLITES):
        satellite = create_satellite(fleet, {"name": f"sat-{number}", "slug": f"sat-{number}"}, act)
        add_resource(satellite, "camera", 1, act, turnaround_s=30)
    days = max(tasks * 1.2 / horizon, 1.0)
    made = some_tasks(Random(1), days)
    for first in range(0, tasks, AT_ONCE):
        some = [next(made) for _ in range(min(AT_ONCE, tasks - first))]
        submit(_submission(some), at=START - timedelta(days=1))


def some_tasks(rng: Random, days: float) -> Iterator[Any]:
    """Tasks of one or two opportunities of one to two minutes, evenly over so many days."""
    from satselect.schemas.opportunities import NewOpportunity
    from satselect.schemas.planning.plans import NewTimedTask

    number = 0
    while True:
        number += 1
        base, spots = rng.uniform(900, days * DAY_S), []
        for _ in range(1 if rng.random() < 0.8 else 2):
            start = START + timedelta(seconds=round(base + rng.uniform(0, 21_600), 3))
            end = start + timedelta(seconds=rng.randint(60, 120))
            satellite = f"sat-{rng.randrange(SATELLITES)}"
            spots.append(NewOpportunity.model_construct(satellite=satellite, starts=start, ends=end, details={}))
        yield NewTimedTask.model_construct(
            name=f"task {number}", resources={"camera": 1}, profit=float(rng.randint(1, 1000)), opportunities=spots
        )


def _submission(tasks: list[Any]) -> Any:  # noqa: ANN401 - imported once the service is set up
    from satselect.application.access.accounts import find_user
    from satselect.application.tasks.submission import Submission
    from satselect.store.defaults import LOCAL

    local = find_user(LOCAL)
    return Submission(fleet=FLEET, account_id=local.account_id, user_id=local.id, tasks=tasks, digest="")


def measure(rounds: int, limit_s: float) -> None:
    """Iterations afresh, and on what is kept after five more tasks."""
    from satselect.application.planning.iterate import iterate
    from satselect.application.tasks.submit import submit
    from satselect.engine.warm import get_ready_to_plan
    from satselect.store.models import Fleet, Iteration
    from satselect.web.runtime import runtime

    get_ready_to_plan()
    planner = runtime().planner
    fleet = Fleet.objects.get(slug=FLEET)
    at, seconds = START, dict[str, list[float]](cold=[], warm=[])
    new = some_tasks(Random(fleet.seq), 1.0)
    for turn in range(rounds + 1):
        is_cold = turn in (0, rounds)
        if is_cold:
            planner.clear()
        at += timedelta(seconds=1)
        submit(_submission([next(new) for _ in range(NEW)]), at=at)
        begun = process_time()
        made = iterate(planner, fleet.id, at=at)
        took = process_time() - begun
        seconds["cold" if is_cold else "warm"].append(took)
        print(
            f"{'cold' if is_cold else 'warm'} {took:.3f} s, engine {made.duration_s:.3f} s by the clock, {made.status},"
            f" gap {made.gap}, {made.scheduled} scheduled",
            flush=True,
        )
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"cold {median(seconds['cold']):.3f} s, warm {median(seconds['warm']):.3f} s, memory {peak_mb:.0f} MB")
    print(Iteration.objects.filter(fleet=fleet).count(), "iterations")


if __name__ == "__main__":
    main()
