"""A week in which tasks arrive while a fleet plans, beside a plan that knew all of them in advance.

Usage: python -m benchmarks.plan_week [--days N] [--an-hour N] [--seed N] [--stay SHARE] [--limit S]

Each hour the tasks of that hour are submitted to a service on SQLite, and the fleet plans a day ahead; what has run by
then is reported. Afterwards `satselect.plan` plans the whole time at once. Once with the usual bonus for what stays,
and once without. Told are what ran, beside the plan in advance and beside its bound, and how many assignments moved.
"""

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from time import process_time
from typing import Any

import satselect
from satselect import Opportunity, Pass, Resource, Slew, TimedTask
from satselect.cli.service.setup import set_up

START = datetime(2026, 12, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
ORBIT = timedelta(minutes=95)
LAND = timedelta(minutes=8)
"""Of each orbit, within which a satellite sees what anybody wants."""
SATELLITES = ("sat-0", "sat-1", "sat-2")
PLANS_AHEAD_S, FROZEN_S = 86_400, 1_800
TURNAROUND_S, RATE, SETTLE_S = 5.0, 1.0, 10.0
DISK, DRAINS, ORBITS_A_PASS = 30, 24, 3
SOONEST, LATEST = timedelta(hours=1), timedelta(hours=48)
URGENT = 0.1
STAY = 0.02


@dataclass(frozen=True, slots=True)
class Wanted:
    """A task, and when it arrives."""

    arrives: datetime
    name: str
    profit: float
    duration_s: int
    units: int
    spots: Sequence[tuple[str, datetime, datetime, float]]


@dataclass(frozen=True, slots=True)
class Week:
    """What happens in it."""

    tasks: Sequence[Wanted]
    passes: Sequence[tuple[str, datetime, datetime]]
    until: datetime


def week_of(seed: int, *, days: int, an_hour: int) -> Week:
    """The same seed gives the same week: tasks by arrival."""
    rng, until = Random(seed), START + timedelta(days=days)
    phases = {name: ORBIT * number / len(SATELLITES) for number, name in enumerate(SATELLITES)}
    passes = []
    for name, phase in phases.items():
        begins = START + phase + ORBIT / 2
        while begins < until + timedelta(days=1):
            passes.append((name, begins, begins + timedelta(minutes=9)))
            begins += ORBIT * ORBITS_A_PASS
    tasks = [_wanted(rng, number, until, phases) for number in range(days * 24 * an_hour)]
    return Week(sorted(tasks, key=lambda one: one.arrives), passes, until)


def _wanted(rng: Random, number: int, until: datetime, phases: dict[str, timedelta]) -> Wanted:
    arrives = START + rng.random() * (until - START)
    is_urgent = rng.random() < URGENT
    soon = arrives + (SOONEST if is_urgent else SOONEST + rng.random() * (LATEST - SOONEST))
    duration_s = rng.randint(20, 60)
    spots = []
    for _ in range(rng.randint(1, 4)):
        name = rng.choice(SATELLITES)
        orbits = int((soon - START - phases[name]) / ORBIT) + rng.randint(1, 4 if is_urgent else 12)
        begins = START + phases[name] + orbits * ORBIT + rng.random() * LAND
        begins -= timedelta(microseconds=begins.microsecond)
        spots.append(
            (name, begins, begins + timedelta(seconds=duration_s + rng.randint(0, 90)), round(rng.uniform(-35, 35), 1))
        )
    profit = rng.uniform(20, 60) if is_urgent else rng.triangular(1, 30, 5)
    spots = sorted({one[:2]: one for one in spots}.values(), key=lambda one: one[1])
    return Wanted(arrives, f"task {number}", round(profit, 2), duration_s, rng.randint(1, 4), spots)


def in_advance(week: Week, limit_s: float) -> satselect.Plan:
    """The plan of whoever knows all of it at the beginning: nothing runs before it arrives, as no spot is earlier."""
    tasks = [
        TimedTask(
            one.name,
            {"camera": 1, "disk": one.units},
            profit=one.profit,
            duration=one.duration_s,
            opportunities=[Opportunity(name, a, b, details={"roll": roll}) for name, a, b, roll in one.spots],
        )
        for one in week.tasks
    ]
    owned = {"camera": Resource(turnaround=TURNAROUND_S), "disk": Resource(DISK, kind="reservoir")}
    return satselect.plan(
        tasks,
        satellites=dict.fromkeys(SATELLITES, owned),
        passes=[Pass(name, a, b, "station", {"disk": DRAINS}) for name, a, b in week.passes if b < week.until],
        horizon=(START, week.until),
        transition={"camera": Slew(RATE, SETTLE_S, "roll")},
        time_limit=limit_s,
    )


@dataclass(frozen=True, slots=True)
class Lived:
    """What came of the week where a fleet lived through it."""

    earned: float
    ran: int
    iterations: int
    proven: int
    moved: int
    went_back: int
    took_s: float


def live(week: Week, stay: float, limit_s: float) -> Lived:
    """The week, hour by hour, in a fleet of its own. What has run is reported at its end."""
    from satselect.application.planning.iterate import iterate
    from satselect.application.tasks.submit import submit
    from satselect.store.models import Assignment, History, Iteration
    from satselect.web.runtime import runtime

    fleet_id, slug = _made(week, stay)
    planner = replace(runtime().planner, time_limit_s=limit_s)
    waiting, at, begun = list(week.tasks), START, process_time()
    while at < week.until:
        at += HOUR
        _report(fleet_id, at)
        arrived = [one for one in waiting if one.arrives <= at]
        waiting = waiting[len(arrived) :]
        if arrived:
            submit(_submission(slug, arrived), at=at)
        iterate(planner, fleet_id, at=at)
    iterations = Iteration.objects.filter(fleet=fleet_id)
    ended = Assignment.objects.filter(task__fleet=fleet_id, is_live=False, frozen_until__isnull=False).count()
    back = History.objects.filter(task__fleet=fleet_id, reason="replanned", after="buffered").count()
    ran = Assignment.objects.filter(task__fleet=fleet_id, is_live=True, ends__lte=week.until)
    profits = list(ran.values_list("task__profit", flat=True))
    return Lived(
        earned=sum(profits),
        ran=len(profits),
        iterations=iterations.count(),
        proven=iterations.filter(status="optimal").count(),
        moved=ended - back,
        went_back=back,
        took_s=process_time() - begun,
    )


def _made(week: Week, stay: float) -> tuple[int, str]:
    """A fleet that values so much what stays, with its passes."""
    from satselect.application.fleets.fleets import create_fleet, create_satellite
    from satselect.application.fleets.supplies import add_resource
    from satselect.schemas.horizons import Kind
    from satselect.schemas.transitions import Transition
    from satselect.store.models import Pass

    act, slug = _act(START), f"week-{round(stay * 100)}"
    wanted = {"slug": slug, "name": slug, "horizon_s": PLANS_AHEAD_S, "frozen_s": FROZEN_S, "settle_s": None}
    fleet = create_fleet({**wanted, "stay": stay}, act)
    turn = Transition(detail="roll", rate=RATE, settle_s=SETTLE_S)
    satellites = {}
    for name in SATELLITES:
        satellites[name] = create_satellite(fleet, {"name": name, "slug": name}, act)
        add_resource(satellites[name], "camera", 1, act, turnaround_s=TURNAROUND_S, transition=turn)
        add_resource(satellites[name], "disk", DISK, act, kind=Kind.RESERVOIR)
    for name, starts, ends in week.passes:
        contact = {"station": "station", "starts": starts, "ends": ends, "drains": {"disk": DRAINS}}
        Pass.objects.create(fleet=fleet, satellite=satellites[name], **contact)
    return fleet.id, slug


def _act(at: datetime) -> Any:  # noqa: ANN401 - imported once the service is set up
    from satselect.application.access.accounts import find_user
    from satselect.application.act import Act
    from satselect.store.defaults import LOCAL

    return Act(find_user(LOCAL), at)


def _submission(slug: str, tasks: Sequence[Wanted]) -> Any:  # noqa: ANN401 - the same
    from satselect.application.tasks.submission import Submission
    from satselect.schemas.opportunities import NewOpportunity
    from satselect.schemas.planning.plans import NewTimedTask

    made = [
        NewTimedTask.model_construct(
            name=one.name,
            resources={"camera": 1, "disk": one.units},
            profit=one.profit,
            duration=float(one.duration_s),
            opportunities=[
                NewOpportunity.model_construct(satellite=name, starts=a, ends=b, details={"roll": roll})
                for name, a, b, roll in one.spots
            ],
        )
        for one in tasks
    ]
    user = _act(START).by
    return Submission(fleet=slug, account_id=user.account_id, user_id=user.id, tasks=made, digest="")


def _report(fleet_id: int, at: datetime) -> None:
    """What has run by then is reported, each when it ended."""
    from satselect.application.tasks.change import Report, complete
    from satselect.store.models import Assignment

    over = Assignment.objects.filter(task__fleet=fleet_id, is_live=True, task__status="scheduled", ends__lte=at)
    for one in over.select_related("task").order_by("ends"):
        complete(one.task, Report(_act(at).by, one.ends or at))


def main() -> None:
    """Prints what was earned, beside what could have been."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--an-hour", type=int, default=12, help="tasks that arrive")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stay", type=float, action="append", help="the bonus for what stays, instead of both")
    parser.add_argument("--limit", type=float, default=5.0, help="seconds that the engine may plan in an iteration")
    parser.add_argument("--limit-in-advance", type=float, default=120.0, help="the same of the plan in advance")
    given = parser.parse_args()
    week = week_of(given.seed, days=given.days, an_hour=given.an_hour)
    spots = sum(len(one.spots) for one in week.tasks)
    print(f"{len(week.tasks)} tasks, {spots} opportunities, {len(week.passes)} passes", flush=True)
    begun = process_time()
    best = in_advance(week, given.limit_in_advance)
    took_s = process_time() - begun
    print(
        f"in advance {best.profit:.2f} <= {best.bound:.2f}, {len(best.assignments)} tasks, {took_s:.0f} s", flush=True
    )
    with tempfile.TemporaryDirectory() as folder:
        set_up(f"sqlite:///{folder}/week.sqlite3")
        for stay in given.stay or (STAY, 0.0):
            _tell(stay, live(week, stay, given.limit), best)


def _tell(stay: float, lived: Lived, best: satselect.Plan) -> None:
    each = lived.iterations
    moved, back = lived.moved / each, lived.went_back / each
    print(
        f"stay {stay:g}: {lived.earned:.2f} by {lived.ran} tasks,"
        f" {lived.earned / best.profit:.2%} of the plan in advance, {lived.earned / best.bound:.2%} of its bound;"
        f" {moved:.2f} moved and {back:.2f} went back an iteration;"
        f" {lived.proven} of {each} proven, {lived.took_s:.0f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
