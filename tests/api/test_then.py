"""Random worlds that go on after an iteration: every edge, in every process, tells what the iteration knew.

What it knew is written down as plain values just before it runs, and everything is worked out again from them, by
trying all selections. Worlds take turns on the databases; `WORLDS=200` plays as many.
"""

import os
import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import httpx
import pytest
from django.utils import timezone

from satselect.application.errors import RefusedError
from satselect.application.explanation.explain import explain
from satselect.application.fleets.fleets import create_satellite, edit_fleet
from satselect.application.fleets.outages import OutageTimes, add_outage
from satselect.application.fleets.supplies import set_capacity
from satselect.application.maintenance.housekeeping import expire
from satselect.application.tasks.change import Report, cancel, complete, fail
from satselect.application.tasks.edit import edit
from satselect.cli.main import main
from satselect.client.client import Client
from satselect.schemas.reading.faults import InvalidError
from satselect.schemas.tasks import NewTask
from satselect.store.models import AssignmentResource, Fleet, Outage, Supply, Task, User
from satselect.store.queries.uses import uses_of
from tests.application.buffers import buffer, run
from tests.application.constellations import act, constellation
from tests.databases import AND_OVER_THE_BUS, Database
from tests.planners import forget_buffers

DATABASES = AND_OVER_THE_BUS

WORLDS = int(os.environ.get("WORLDS", "9"))
DAY = timedelta(days=1)
OWN, SHARED = ("camera", "disk"), "antenna"
Key = tuple[str | None, str]


@dataclass
class Then:
    """What an iteration is about to find: by name what each task is, and by supply what is free and what is held."""

    tasks: dict[str, dict[str, Any]]
    satellites: list[str]
    capacity: dict[Key, int]
    free: dict[Key, int]
    out: set[str]
    holders: dict[Key, set[str]]
    placed: dict[str, str]

    def uses(self, name: str, satellite: str) -> dict[Key, int] | None:
        """What a task uses there; None if there is not all of it, or it may not run there."""
        task = self.tasks[name]
        if task["satellites"] and satellite not in task["satellites"]:
            return None
        keys = {((None if use == SHARED else satellite), use): amount for use, amount in task["uses"].items()}
        return keys if keys.keys() <= self.capacity.keys() else None

    def candidates(self, name: str) -> dict[str, dict[Key, int]]:
        places = {satellite: self.uses(name, satellite) for satellite in self.satellites if satellite not in self.out}
        return {satellite: uses for satellite, uses in places.items() if uses is not None}

    def best(self, names: list[str], free: Mapping[Key, int]) -> float:
        """The most that these tasks can earn together."""
        most = 0.0
        for places in product(*[[None, *self.candidates(name)] for name in names]):
            left, earned = dict(free), 0.0
            for name, place in zip(names, places, strict=True):
                for key, amount in self.candidates(name)[place].items() if place else ():
                    left[key] -= amount
                earned += self.tasks[name]["profit"] if place else 0
            if earned > most and min(left.values(), default=0) >= 0:
                most = earned
        return most

    def break_even(self, name: str) -> float | None:
        others = [other for other, task in self.tasks.items() if task["competes"] and other != name]
        beside = [
            self.best(others, {key: units - uses.get(key, 0) for key, units in self.free.items()})
            for uses in self.candidates(name).values()
            if all(self.free[key] >= amount for key, amount in uses.items())
        ]
        return self.best(others, self.free) - max(beside) if beside else None

    def displaced_by(self, name: str) -> dict[str, set[str]]:
        left = dict(self.free)
        holders = {key: set(names) for key, names in self.holders.items()}
        for other, satellite in self.placed.items():
            for key, amount in (self.uses(other, satellite) or {}).items():
                left[key] -= amount
                holders.setdefault(key, set()).add(other)
        needed = {key: amount for uses in self.candidates(name).values() for key, amount in uses.items()}
        return {self.key(key): holders[key] for key, amount in needed.items() if left[key] < amount and key in holders}

    def key(self, key: Key) -> str:
        satellite, use = key
        return use if satellite is None or len(self.satellites) == 1 else f"{satellite}/{use}"

    def reason(self, name: str, now: Task, at: datetime) -> str:
        if now.not_before and now.not_before > at:
            return "not yet"
        if name not in self.tasks or (self.tasks[name]["status"] == "buffered" and not self.tasks[name]["competes"]):
            return "not considered"
        return "failed" if name in self.placed or self.tasks[name]["status"] != "buffered" else "lost"


def snapshot(fleet: Fleet, at: datetime) -> Then:
    """Plain values of all that the fleet is now."""
    tasks = {
        task.name: {
            "profit": task.profit,
            "uses": uses_of([task.id])[task.id],
            "satellites": task.satellites,
            "status": task.status,
            "competes": task.status == "buffered" and (task.not_before is None or task.not_before <= at),
        }
        for task in Task.objects.filter(fleet=fleet)
    }
    outages = Outage.objects.filter(fleet=fleet, starts__lte=at, ends=None)
    out = {one.satellite.slug for one in outages.select_related("satellite") if one.satellite}
    supplies_out = {one.supply_id for one in outages if one.supply_id}
    capacity, free, holders = {}, {}, {}
    for supply in Supply.objects.filter(resource__fleet=fleet).select_related("resource", "satellite"):
        key = supply.satellite.slug if supply.satellite else None, supply.resource.name
        is_out = supply.id in supplies_out or key[0] in out
        capacity[key] = 0 if is_out else supply.capacity
        held = AssignmentResource.objects.filter(supply=supply, assignment__ended=None)
        held = held if fleet.release == "completion" else held.none()
        free[key] = max(capacity[key] - sum(one.amount for one in held), 0)
        if held:
            holders[key] = {one.assignment.task.name for one in held}
    satellites = list(fleet.satellites.values_list("slug", flat=True))
    return Then(tasks, satellites, capacity, free, out, holders, {})


def new_task(name: str, chance: random.Random, at: datetime) -> NewTask:
    uses = {use: chance.choice([1, 1, 2]) for use in chance.sample([*OWN, SHARED], chance.randint(1, 2))}
    not_before = chance.choice([None, None, None, at - DAY, at + DAY])
    return NewTask.model_validate(
        {
            "name": name,
            "resources": uses,
            "profit": chance.randint(1, 30),
            "max_attempts": 3,
            "not_before": not_before and not_before.isoformat(),
            "deadline": chance.choice([None, None, (at + 2 * DAY).isoformat()]),
            "satellites": chance.choice([None, None, None, ["a"]]),
        }
    )


class World:
    """A fleet of its own, in which something happens at each step."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.at = timezone.now()
        self.slug = f"world-{seed}"
        satellites = {slug: dict.fromkeys(OWN, 2) for slug in ("a", "b")[: self.chance.randint(1, 2)]}
        self.fleet = constellation(satellites, {SHARED: 3}, slug=self.slug)
        release = self.chance.choice(["iteration", "completion"])
        edit_fleet(self.fleet, {"settle_s": None, "release": release}, act())
        self.count = 0
        self.submit(self.chance.randint(3, 6))

    def submit(self, count: int) -> None:
        names = [f"t{self.count + number}" for number in range(count)]
        self.count += count
        with suppress(RefusedError, InvalidError):
            buffer(*[new_task(name, self.chance, self.at) for name in names], at=self.at, fleet=self.slug)

    def iterate(self) -> Then:
        then = snapshot(Fleet.objects.get(id=self.fleet.id), self.at)
        made = run(self.at, fleet=self.slug)
        for one in made.assignments.select_related("task", "satellite"):
            then.placed[one.task.name] = one.satellite.slug
        return then

    def some(self, status: str) -> Iterator[Task]:
        tasks = list(Task.objects.filter(fleet=self.fleet, status=status))
        return iter(self.chance.sample(tasks, min(len(tasks), 1)))

    def change(self) -> None:
        self.at += timedelta(milliseconds=1)
        report = Report(User.objects.get(), self.at)
        step: Callable[[Report], object] = self.chance.choice(
            [self._edit, self._edit, self._edit, self._leave, self._report, self._report, self._fleet, self._fleet]
        )
        with suppress(RefusedError, InvalidError):
            step(report)

    def _edit(self, report: Report) -> None:
        wanted = new_task("any", self.chance, self.at)
        for task in self.some("buffered"):
            fields = self.chance.sample(["profit", "resources", "not_before", "deadline", "satellites"], 2)
            edit(task, {name: getattr(wanted, name) for name in fields}, report)

    def _leave(self, report: Report) -> None:
        if self.chance.random() < 0.3:
            expire(at=self.at + 3 * DAY)
        for task in self.some("buffered"):
            cancel(task, report)

    def _report(self, report: Report) -> None:
        for task in self.some("scheduled"):
            self.chance.choice([complete, fail, fail, fail, cancel])(task, report)

    def _fleet(self, report: Report) -> None:
        what = self.chance.randint(0, 4)
        supplies = Supply.objects.filter(resource__fleet=self.fleet).select_related("resource")
        if what < 2:
            set_capacity(self.chance.choice(list(supplies)), self.chance.choice([0, 1, 5]), act())
        elif what == 2:
            satellite, use = self.chance.choice([("a", None), ("a", "disk"), (None, SHARED)])
            add_outage(self.fleet, satellite, use, OutageTimes(self.at - DAY, None), act())
        elif what == 3:
            Outage.objects.filter(fleet=self.fleet).delete()
        else:
            create_satellite(self.fleet, {"name": f"late {self.fleet.satellites.count()}"}, act())


def check(world: World, then: Then, service: httpx.Client, capsys: pytest.CaptureFixture[str]) -> int:
    """Whatever waits is explained alike everywhere, as it was."""
    page = service.get(f"/fleets/{world.slug}/buffer.json", params={"sort": "newest"}).json()
    lines = {line["name"]: line["waits_because"] for line in page}
    tasks = list(Task.objects.filter(fleet=world.fleet, status="buffered"))
    assert lines.keys() == {task.name for task in tasks}
    with Client(str(service.base_url)) as client:
        for task in tasks:
            shown = client.explain(task.id)
            expected = then.reason(task.name, task, timezone.now())
            lost = {"held", "out of service", "never fits", "left over"}
            assert (shown.reason in lost) if expected == "lost" else (shown.reason == expected), (task.name, shown)
            is_lost = expected == "lost"
            assert shown.break_even_profit == (then.break_even(task.name) if is_lost else None), (task.name, shown)
            displaced = {key: {one.name for one in some} for key, some in shown.displaced_by.items()}
            assert displaced == (then.displaced_by(task.name) if is_lost else {}), (task.name, shown)
            for some in shown.displaced_by.values():
                assert all(one.profit == then.tasks[one.name]["profit"] for one in some), shown
            words = [change.words for change in shown.changed_since]
            assert lines[task.name].startswith(shown.why or "?")
            assert not words or f"(changed since: {words[0]}" in lines[task.name]
            assert main(["status", str(task.id), "--url", str(service.base_url)]) == 0
            said = capsys.readouterr().out
            assert f"It waits because {shown.why}." in said
            assert not words or f"Changed since: {'; '.join(words)}." in said
            own = explain(task, at=timezone.now(), time_limit_s=5)  # by the process that iterated
            assert (own.reason, own.why, own.break_even) == (shown.reason, shown.why, shown.break_even_profit)
    return len(tasks)


def test_every_edge_tells_what_the_iteration_knew(
    service: httpx.Client, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    explained, seeds = 0, range(WORLDS)[DATABASES.index(database.kind) :: len(DATABASES)]
    for seed in seeds:
        world = World(seed)
        world.iterate()
        for _ in range(world.chance.randint(0, 4)):
            world.change()
        world.submit(2)
        then = world.iterate()
        for _ in range(world.chance.randint(1, 6)):
            world.change()
        if world.chance.random() < 0.5:
            forget_buffers()  # as after a restart
        if world.fleet.iterations.count() != 2:
            continue  # a service swept a batch of it before this process considered it
        try:
            explained += check(world, then, service, capsys)
        except AssertionError as error:
            raise AssertionError(f"in world {seed}: {error}") from error
    assert explained > len(seeds)
