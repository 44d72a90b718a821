"""A fleet that plans, to look at: two satellites with cameras, a disk, passes that drain it, and something out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from satselect.application.planning.iterate import iterate
from satselect.application.tasks.submission import Submission
from satselect.application.tasks.submit import submit
from satselect.schemas.planning.plans import NewTimedTask
from satselect.store.defaults import LOCAL
from satselect.store.models import Assignment, Fleet, Iteration, Outage, Pass, Resource, Satellite, Supply, Task, User
from satselect.store.queries.uses import tell_uses
from tests.planners import planner

SLUG = "orbit"
RESOURCES = (
    ("camera", "renewable", 1, 120),
    ("radio", "renewable", 2, 0),
    ("disk", "reservoir", 8, 0),
    ("manoeuvres", "budget", 12, 0),
)


@dataclass(frozen=True, slots=True)
class Orbit:
    """The fleet, at the time of its plan."""

    fleet: Fleet
    now: datetime

    def at(self, minutes: float) -> datetime:
        return self.now + timedelta(minutes=minutes)

    def satellite(self, slug: str) -> Satellite:
        return self.fleet.satellites.get(slug=slug)

    def planned(self, name: str) -> Assignment:
        return Assignment.objects.get(task__name=name, is_live=True)

    def task(self, name: str) -> Task:
        task = Task.objects.get(name=name)
        tell_uses([task])
        return task

    def timed(
        self, name: str, *spots: tuple[float, float], profit: float = 1, satellite: str = "sat-1", **fields: object
    ) -> NewTimedTask:
        """A task with opportunities, from and until so many minutes from now."""
        given = [
            {"satellite": satellite, "from": self.at(start).isoformat(), "until": self.at(end).isoformat()}
            for start, end in spots
        ]
        sent = {"name": name, "resources": ["camera"], "profit": profit, "opportunities": given} | fields
        return NewTimedTask.model_validate(sent)

    def send(self, *tasks: NewTimedTask, who: User | None = None) -> None:
        who = who or User.objects.get(username=LOCAL)
        submit(Submission(fleet=SLUG, account_id=who.account_id, user_id=who.id, tasks=tasks, digest=""), at=self.now)

    def run(self, at: datetime | None = None) -> Iteration:
        return iterate(planner(20), self.fleet.id, at=at or self.now)


def make_orbit(*, satellites: Sequence[str] = ("sat-1", "sat-2"), now: datetime | None = None) -> Orbit:
    """The fleet without a task: it plans four hours ahead, and ten minutes of that are frozen."""
    fleet = Fleet.objects.create(slug=SLUG, name="Orbit", horizon_s=14_400, frozen_s=600, settle_s=None)
    for slug in satellites:
        satellite = Satellite.objects.create(fleet=fleet, slug=slug, name=slug)
        for name, kind, capacity, turnaround_s in RESOURCES:
            resource, _ = Resource.objects.get_or_create(
                fleet=fleet, name=name, kind=kind, turnaround_s=turnaround_s, is_declared=True
            )
            Supply.objects.create(resource=resource, satellite=satellite, capacity=capacity)
    fleet.refresh_from_db()
    return Orbit(fleet, now or timezone.now().replace(microsecond=0))


def make_planned(orbit: Orbit) -> Orbit:
    """`holder` is planned, `loser` waits as that holds the camera, `flexible` could move; and there is all the rest."""
    station = {"station": "north", "drains": {"disk": 6}}
    Pass.objects.create(
        fleet=orbit.fleet, satellite=orbit.satellite("sat-1"), starts=orbit.at(100), ends=orbit.at(112), **station
    )
    Outage.objects.create(
        fleet=orbit.fleet, satellite=orbit.satellite("sat-2"), starts=orbit.at(150), ends=orbit.at(190), words="update"
    )
    orbit.send(
        orbit.timed("holder", (30, 40), profit=5, resources={"camera": 1, "disk": 3}),
        orbit.timed("loser", (35, 45), profit=2),
        orbit.timed("flexible", (60, 90), profit=4, duration=600, resources={"camera": 1, "disk": 4}),
        orbit.timed("beside", (32, 52), profit=3, resources={"radio": 1}),
        orbit.timed("other", (20, 35), profit=6, satellite="sat-2", resources={"camera": 1, "manoeuvres": 4}),
    )
    orbit.run()
    orbit.fleet.refresh_from_db()
    return orbit
