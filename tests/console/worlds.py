"""A small world to look at: a fleet with iterations behind it and tasks that wait, of two customers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from satselect.application.access.passwords import set_password
from satselect.application.act import Act
from satselect.application.planning.iterate import iterate
from satselect.application.tasks.change import Report, cancel, complete, fail
from satselect.application.tasks.submission import Submission
from satselect.application.tasks.submit import submit
from satselect.schemas.tasks import NewTask
from satselect.store.defaults import DEFAULT_FLEET
from satselect.store.models import Fleet, Iteration, Task, User
from tests.application.buffers import task
from tests.people import user
from tests.planners import planner

LONG = "a name of two hundred characters, as some customers like them, " * 3 + "and so on!!"
PASSWORD = "correct horse battery"


@dataclass
class World:
    """Who and what is there.

    `won` completed, `lost` failed and waits again, `gone` was cancelled; `coast` and `free` are scheduled since the
    last iteration, in which `night`, `late` and `rival` waited; `new` came after it.
    """

    people: dict[str, User]
    now: datetime

    def task(self, name: str) -> Task:
        return Task.objects.get(name=name)

    @property
    def last(self) -> Iteration:
        return Iteration.objects.order_by("-version")[0]


def make_world(*, signing_in: Iterable[str] = ("anna", "bert", "eva", "olga", "adam")) -> World:
    """The world, in which some have a password: its hash takes most of a second, on purpose."""
    people = {
        "anna": user("anna", "customer"),
        "bert": user("bert", "customer"),
        "eva": user("eva", "executor", fleets=[DEFAULT_FLEET]),
        "olga": user("olga", "operator"),
        "adam": user("adam", "admin"),
    }
    world = World(people, timezone.now())
    for name in signing_in:
        set_password(people[name], PASSWORD, Act(people[name], world.now))
    _first(world)
    _second(world)
    return world


def send(who: User, *tasks: NewTask, at: datetime) -> None:
    submit(Submission(fleet=DEFAULT_FLEET, account_id=who.account_id, user_id=who.id, tasks=tasks, digest=""), at=at)


def run(at: datetime) -> Iteration:
    return iterate(planner(10), Fleet.objects.get(slug=DEFAULT_FLEET).id, at=at)


def _first(world: World) -> None:
    at = world.now - timedelta(minutes=10)
    send(
        world.people["anna"],
        task("won", "camera", "disk", profit=9.5),
        task("lost", "radar", profit=4, max_attempts=2),
        task("gone", "proc", profit=3),
        at=at,
    )
    run(at)
    report = Report(world.people["olga"], at + timedelta(minutes=1), words="clouds")
    complete(world.task("won"), report)
    fail(world.task("lost"), report)
    cancel(world.task("gone"), report)


def _second(world: World) -> None:
    at = world.now - timedelta(minutes=5)
    soon = world.now + timedelta(hours=2)
    send(world.people["anna"], task("coast", "camera", "radar", profit=12, reference="c-1"), task("free"), at=at)
    send(world.people["anna"], task("night", "camera", profit=2), task(LONG, "camera", profit=1.5), at=at)
    send(
        world.people["bert"],
        task("rival", "camera", "disk", profit=8, deadline=soon),
        task("late", "radar", profit=1, not_before=soon),
        at=at,
    )
    run(at)
    send(world.people["anna"], task("new", "disk", profit=1), at=world.now)
