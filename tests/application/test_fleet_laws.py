"""Whatever happens to a fleet of several satellites: what must always hold, checked from the database."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db.models import QuerySet

import satselect
from satselect.application.access.visibility import status_at
from satselect.application.fleets.fleets import edit_fleet
from satselect.application.fleets.outages import OutageTimes, add_outage
from satselect.application.fleets.supplies import set_capacity
from satselect.application.planning.buffer.buffer_cache import BufferCache
from satselect.application.planning.iterate import iterate
from satselect.application.tasks.change import Report, cancel, complete, fail
from satselect.application.tasks.edit import edit
from satselect.schemas.tasks import NewTask, Status
from satselect.store.models import (
    Assignment,
    Fleet,
    Iteration,
    Outage,
    Resource,
    ResourceUse,
    Satellite,
    Supply,
    Task,
    User,
)
from satselect.store.queries.uses import uses_of
from satselect.web.runtime import runtime
from tests.application.buffers import NOW, buffer, task
from tests.application.constellations import act, constellation
from tests.planners import planner

pytestmark = pytest.mark.usefixtures("database")

SHARED = {"antenna": 2, "relay": 1}
OWN = {
    "a": {"camera": 1, "disk": 3},
    "b": {"camera": 1, "disk": 2, "radar": 1},
    "c": {"camera": 2, "radar": 1},
}


class World:
    """A fleet with two processes, each with what it keeps of the buffer, and all that may happen to it."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.at = NOW
        self.shelves = [runtime().planner.buffers, BufferCache()]
        self.fleet = constellation(OWN, SHARED)

    def step(self) -> None:
        self.at += timedelta(seconds=self.rng.randint(0, 20))
        weights = {
            self.submit: 8,
            self.iterate: 8,
            self.report: 3,
            self.edit: 2,
            self.change_capacity: 1,
            self.restart: 1,
            self.change_rate: 1,
            self.let_time_pass: 1,
            self.change_release: 1,
            self.say_outage: 2,
        }
        self.rng.choices(list(weights), weights=list(weights.values()))[0]()

    def submit(self) -> None:
        buffer(*[self.new_task() for _ in range(self.rng.randint(0, 8))], at=self.at, fleet=self.fleet.slug)

    def new_task(self) -> NewTask:
        satellite = self.rng.choice(list(OWN))  # one that can run it
        names = [*OWN[satellite], *SHARED]
        return task(
            "some",
            *self.rng.sample(names, self.rng.randint(0, 3)),
            profit=self.rng.choice([self.rng.randint(0, 9), round(self.rng.random(), 3)]),
            satellites=self.rng.choice([None, [satellite], list({satellite, "b"}), list(OWN)]),
            not_before=self.rng.choice([None, None, self.at + timedelta(seconds=15)]),
            deadline=self.rng.choice([None, None, self.at + timedelta(seconds=60)]),
            max_attempts=self.rng.randint(1, 2),
        )

    def iterate(self) -> None:
        before = held_now(self.fleet)
        expected = fresh(self.fleet.id, self.at, before)
        iteration = iterate(planner(10, buffers=self.rng.choice(self.shelves)), self.fleet.id, at=self.at)
        assert (iteration.status, iteration.objective) == ("optimal", expected.profit)
        assert iteration.profit == pytest.approx(sum(each.profit for each in chosen_in(iteration)))
        check_uses(iteration, before)

    def report(self) -> None:
        report = Report(User.objects.get(), self.at, follow=runtime().planner.buffers.follow)
        for each in self.some(Status.SCHEDULED):
            self.rng.choice([fail, complete, cancel])(each, report)
        for each in self.some(Status.BUFFERED):
            cancel(each, report)

    def edit(self) -> None:
        for each in self.some(Status.BUFFERED):
            edit(
                each,
                {"satellites": None, "profit": self.rng.randint(0, 9)},
                Report(User.objects.get(), self.at, follow=runtime().planner.buffers.follow),
            )

    def some(self, status: Status) -> list[Task]:
        some = Task.objects.filter(status=status).order_by("batch_seq", "position")
        tasks = [each for each in some if status_at(each, self.at) == status]
        return self.rng.sample(tasks, min(len(tasks), 2))

    def change_capacity(self) -> None:
        supply = self.rng.choice(list(Supply.objects.select_related("resource").order_by("id")))
        most = SHARED.get(supply.resource.name) or OWN[str(supply.satellite)][supply.resource.name]
        set_capacity(supply, self.rng.randint(1, most + 1), act())

    def change_rate(self) -> None:
        edit_fleet(self.fleet, {"ageing_per_hour": self.rng.choice([0.0, 0.5, 13.7])}, act())

    def change_release(self) -> None:
        edit_fleet(self.fleet, {"release": self.rng.choice(["iteration", "completion"])}, act())

    def say_outage(self) -> None:
        satellite = self.rng.choice([None, *OWN])
        resource = self.rng.choice([None, *OWN[satellite]] if satellite else list(SHARED))
        starts = self.at + timedelta(seconds=self.rng.randint(-10, 30))
        ends = starts + timedelta(seconds=self.rng.randint(1, 60))
        add_outage(self.fleet, satellite, resource, OutageTimes(starts, ends), act())

    def let_time_pass(self) -> None:
        self.at += timedelta(minutes=self.rng.randint(0, 90))

    def restart(self) -> None:
        self.rng.choice(self.shelves).clear()


def fresh(fleet_id: int, at: datetime, held: Mapping[int, int]) -> satselect.Selection:
    """What the engine selects from all that is in the buffer and all that there is."""
    owned: dict[str, dict[str, int]] = {slug: {} for slug in OWN}
    shared: dict[str, int] = {}
    supplies_out, satellites_out = out_now(at)
    for supply in Supply.objects.filter(resource__fleet=fleet_id).select_related("resource", "satellite"):
        where = owned[supply.satellite.slug] if supply.satellite else shared
        is_out = supply.id in supplies_out or supply.satellite_id in satellites_out
        where[supply.resource.name] = 0 if is_out else max(supply.capacity - held.get(supply.id, 0), 0)
    tasks = [
        satselect.Task(
            str(each.id),
            uses_of([each.id])[each.id],
            profit=with_age(each, at),
            satellites=each.satellites,
        )
        for each in Task.objects.filter(fleet=fleet_id, status="buffered")
        .select_related("fleet")
        .order_by("batch_seq", "position")
        if (each.not_before or at) <= at <= (each.deadline or at)
    ]
    in_service = set(OWN) - set(Satellite.objects.filter(id__in=satellites_out).values_list("slug", flat=True))
    # A satellite that is out takes not even tasks that use nothing.
    able = [one for one in tasks if in_service.intersection(one.satellites or OWN)]
    tasks = [
        satselect.Task(
            one.name,
            one.resources,
            profit=one.profit,
            satellites=[slug for slug in one.satellites or OWN if slug in in_service],
        )
        for one in able
    ]
    return satselect.select(tasks, capacities=shared, satellites={slug: owned[slug] for slug in in_service})


def out_now(at: datetime) -> tuple[set[int], set[int]]:
    """The supplies and the satellites that are out of service."""
    now = [each for each in Outage.objects.all() if each.starts <= at and (each.ends is None or at < each.ends)]
    return {each.supply_id for each in now if each.supply_id}, {each.satellite_id for each in now if each.satellite_id}


def with_age(each: Task, at: datetime) -> float:
    """The profit, and what its fleet adds to it for each hundredth of an hour."""
    start = datetime(2000, 1, 1, tzinfo=UTC)
    waited = (at - start) // timedelta(seconds=36) - (each.created - start) // timedelta(seconds=36)
    return float(Decimal(repr(each.profit)) + Decimal(repr(each.fleet.ageing_per_hour)) * waited / 100)


def chosen_in(iteration: Iteration) -> list[Task]:
    return list(Task.objects.filter(assignments__iteration=iteration))


def check_uses(iteration: Iteration, held: Mapping[int, int]) -> None:
    """Nothing above its capacity, added up from the tasks and their satellites, not from sums that the code wrote."""
    assignments = Assignment.objects.filter(iteration=iteration)
    used = units_of(assignments)
    for assignment in assignments.select_related("task", "satellite"):
        assert assignment.task.satellites is None or assignment.satellite.slug in assignment.task.satellites
    written = ResourceUse.objects.filter(iteration=iteration, used__gt=0).values_list("supply", "used")
    assert dict(written) == dict(used)
    for supply, units in used.items():
        assert units + held.get(supply, 0) <= Supply.objects.get(id=supply).capacity


def held_now(fleet: Fleet) -> Mapping[int, int]:
    """What scheduled tasks hold, if the fleet releases at completion."""
    fleet.refresh_from_db()
    if fleet.release == "iteration":
        return {}
    return units_of(Assignment.objects.filter(is_live=True, task__status=Status.SCHEDULED))


def units_of(assignments: QuerySet[Assignment]) -> Counter[int]:
    used: Counter[int] = Counter()
    for assignment in assignments.select_related("task", "satellite"):
        for name, amount in uses_of([assignment.task_id])[assignment.task_id].items():
            resource = Resource.objects.get(fleet=assignment.task.fleet_id, name=name)
            owner = None if resource.is_shared else assignment.satellite
            used[Supply.objects.get(resource=resource, satellite=owner).id] += amount
    return used


def check_tasks(fleet: Fleet) -> None:
    """Each is assigned once while it is live, and counted once while it is buffered."""
    live = Counter(Assignment.objects.filter(is_live=True).values_list("task", flat=True))
    running = Task.objects.filter(status__in=[Status.SCHEDULED, Status.COMPLETED])
    assert live == Counter(running.values_list("id", flat=True))
    fleet.refresh_from_db()
    assert fleet.buffered == Task.objects.filter(status="buffered").count()


@pytest.mark.in_turn("seed")
@pytest.mark.parametrize("seed", range(8))
def test_an_iteration_of_a_fleet_fits_and_earns_what_a_fresh_selection_earns(seed: int) -> None:
    world = World(seed)
    for _ in range(40):
        world.step()
    world.iterate()
    check_tasks(world.fleet)
