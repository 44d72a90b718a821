"""Random worlds in time beside a model of their own: nothing overlaps, what is frozen stays, nothing is lost."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from satselect.application.errors import ConflictError
from satselect.application.planning.buffer.load import situation_of
from satselect.application.planning.horizon.formulation import formulated
from satselect.application.planning.horizon.plan_ahead import planned
from satselect.application.planning.horizon.scene import read_scene
from satselect.application.planning.iterate import iterate
from satselect.application.tasks.change import Report, cancel, complete, fail
from satselect.schemas.planning.plans import NewTimedTask
from satselect.store.models import (
    Assignment,
    Event,
    Fleet,
    Opportunity,
    Outage,
    Pass,
    Resource,
    Satellite,
    Supply,
    Task,
    User,
)
from satselect.store.queries.uses import uses_of
from tests.application.buffers import NOW, buffer
from tests.longer import more
from tests.oracle_in_time import check_plans
from tests.planners import planner

pytestmark = pytest.mark.usefixtures("database")

SATELLITES = ("sat-1", "sat-2")
TURNAROUND_S, DISK = 90, 3
SLEW = {"detail": "roll", "rate": 0.25, "settle_s": 7.5}
MODES = {
    "detail": "mode",
    "seconds": {
        "strip": {"spot": 120, "scan": 45.5},
        "spot": {"strip": 90, "spot": 20, "scan": 60},
        "scan": {"strip": 30, "spot": 100},
    },
}


class World:
    """A fleet, and what has been done with it. Its plans fall apart into many groups if no task needs disk or fuel."""

    def __init__(self, seed: int, *, is_loose: bool = False, transition: dict[str, Any] | None = None) -> None:
        self.is_loose, self.transition = is_loose, transition
        self.rng, self.now, self.names = Random(seed), NOW, 0
        frozen_s = self.rng.choice([0, 300, 900])
        self.fleet = Fleet.objects.create(slug="orbit", name="Orbit", horizon_s=7200, frozen_s=frozen_s, step_s=60)
        self.frozen = timedelta(seconds=frozen_s)
        rows = (("camera", "renewable", TURNAROUND_S, 1), ("disk", "reservoir", 0, DISK), ("fuel", "budget", 0, 6))
        for name, kind, turnaround_s, capacity in rows:
            resource = Resource.objects.create(fleet=self.fleet, name=name, kind=kind, turnaround_s=turnaround_s)
            for slug in SATELLITES:
                satellite, _ = Satellite.objects.get_or_create(fleet=self.fleet, slug=slug, name=slug)
                Supply.objects.create(resource=resource, satellite=satellite, capacity=capacity, level_at=NOW)
        Resource.objects.filter(name="camera").update(transition=transition)
        self.user = User.objects.get(username="local")

    def later(self, minutes: float) -> datetime:
        return self.now + timedelta(minutes=minutes)

    def submit(self) -> None:
        tasks = []
        most, longest = (10, 5) if self.is_loose else (4, 12)
        for _ in range(self.rng.randint(1, most)):
            spots = []
            for _ in range(self.rng.randint(1, 3)):
                start = self.later(self.rng.randint(0, 150))
                end = start + timedelta(minutes=self.rng.randint(1, longest))
                slug = self.rng.choice(SATELLITES)
                spot = {"satellite": slug, "from": start.isoformat(), "until": end.isoformat()}
                spots.append(spot | ({"details": self.details()} if self.transition else {}))
            uses = {"camera": 1} | {
                name: 1 for name in ("disk", "fuel") if self.rng.random() < (0 if self.is_loose else 0.4)
            }
            self.names += 1
            sent = {"name": f"t{self.names}", "resources": uses, "profit": self.rng.randint(1, 30), "max_attempts": 2}
            duration = {"duration": self.rng.choice([30, 60])} if self.rng.random() < 0.6 else {}
            spots = list({(one["satellite"], one["from"], one["until"]): one for one in spots}.values())
            tasks.append(NewTimedTask.model_validate(sent | duration | {"opportunities": spots}))
        buffer(*tasks, at=self.now, fleet="orbit")

    def details(self) -> dict[str, Any]:
        return {"roll": self.rng.randint(-40, 40), "mode": self.rng.choice(["strip", "spot", "scan"])}

    def add_pass(self) -> None:
        satellite = Satellite.objects.get(slug=self.rng.choice(SATELLITES))
        start = self.later(self.rng.randint(5, 90))
        when = {"starts": start, "ends": start + timedelta(minutes=5)}
        Pass.objects.create(fleet=self.fleet, satellite=satellite, station="north", drains={"disk": 2}, **when)
        self.moved_on()

    def break_down(self) -> None:
        satellite = Satellite.objects.get(slug=self.rng.choice(SATELLITES))
        start = self.later(self.rng.randint(20, 90))
        Outage.objects.create(fleet=self.fleet, satellite=satellite, starts=start, ends=start + timedelta(minutes=15))
        self.moved_on()

    def moved_on(self) -> None:
        fleet = Fleet.objects.get(id=self.fleet.id)
        Fleet.objects.filter(id=fleet.id).update(version=fleet.version + 1)

    def report(self) -> None:
        some = list(Task.objects.filter(status__in=("scheduled", "buffered")).order_by("id"))
        if not some:
            return
        task = self.rng.choice(some)
        what = self.rng.choice([cancel, complete, fail])
        try:
            what(task, Report(self.user, self.now))
        except ConflictError:
            assert task.status == "buffered"

    def iterate(self) -> None:
        before = {one.task_id: one for one in self.live()}
        fresh = planned(formulated(read_scene(situation_of(self.fleet.id, self.now))), time_limit_s=20)
        made = iterate(planner(20), self.fleet.id, at=self.now)
        assert (made.status, fresh.status) == ("optimal", "optimal")
        if fresh.step is None and made.settings["step_s"] is None:
            assert made.objective == pytest.approx(fresh.objective), "what is kept earns what a fresh plan earns"
        after = {one.task_id: one for one in self.live()}
        for id, one in before.items():
            assert one.starts is not None
            if one.starts < self.now + self.frozen:
                assert after[id] == one, "what is frozen stays"
            if id not in after:
                assert Task.objects.get(id=id).status in {"buffered", "expired"}
        for id, one in after.items():
            assert one.starts is not None
            if id not in before or before[id] != one:
                assert one.starts >= self.now + self.frozen, "nothing new is put into the frozen part"
        self.check()

    def live(self) -> list[Assignment]:
        some = Assignment.objects.filter(is_live=True, task__status="scheduled")
        return list(some.select_related("task", "satellite", "opportunity").order_by("starts"))

    def check(self) -> None:
        """Replays everything that runs or ran, satellite by satellite."""
        self.check_counters()
        ran = Assignment.objects.filter(is_live=True, task__status__in=("scheduled", "completed"))
        for slug in SATELLITES:
            mine = list(ran.filter(satellite__slug=slug).select_related("task", "opportunity").order_by("starts"))
            busy, last = NOW - timedelta(days=1), None
            for one in mine:
                assert one.starts
                assert one.ends
                assert one.opportunity
                assert one.opportunity.starts <= one.starts <= one.ends <= one.opportunity.ends
                if one.task.duration_ms is not None:
                    assert one.ends - one.starts == timedelta(milliseconds=one.task.duration_ms)
                assert one.starts >= busy, "turnaround is over"
                if last is not None and self.transition:
                    assert one.starts - busy >= turning(self.transition, last.opportunity, one.opportunity)
                last = one
                busy = ended(one) + timedelta(seconds=TURNAROUND_S)
            self.check_disk(slug, mine)
            within = [one for one in mine if one.task.status == "scheduled" and one.ends and one.ends > self.now]
            assert sum(uses_of([one.task_id])[one.task_id].get("fuel", 0) for one in within) <= 6

    def check_disk(self, slug: str, mine: list[Assignment]) -> None:
        """Event by event: room is taken from a start, and a pass takes away what had ended when it began."""
        writing = [one for one in mine if "disk" in uses_of([one.task_id])[one.task_id]]
        turns = [(one.starts, 3, 0, 0) for one in writing if one.starts]
        turns += [(ended(one), 1, 0, 0) for one in writing]
        for number, contact in enumerate(Pass.objects.filter(satellite__slug=slug).order_by("starts")):
            turns += [(contact.starts, 2, number, 0), (contact.ends, 0, number, contact.drains["disk"])]
        taken, written, at_start = 0, 0, dict[int, int]()
        for _, kind, number, units in sorted(turns):
            drained = min(units, at_start[number], written) if kind == 0 else 0
            taken += (kind == 3) - drained
            written += (kind == 1) - drained
            at_start[number] = written if kind == 2 else at_start.get(number, 0)
            assert 0 <= written <= taken <= DISK

    def check_counters(self) -> None:
        fleet = Fleet.objects.get(id=self.fleet.id)
        assert fleet.buffered == Task.objects.filter(fleet=fleet, status="buffered").count()
        numbers = list(Event.objects.filter(fleet=fleet).order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, fleet.event_number + 1))
        assert Task.objects.filter(fleet=fleet).count() == self.names, "no task is lost"
        scheduled = Task.objects.filter(fleet=fleet, status="scheduled")
        assert Assignment.objects.filter(is_live=True, task__in=scheduled).count() == scheduled.count()


def turning(transition: dict[str, Any], before: Opportunity | None, after: Opportunity | None) -> timedelta:
    """As long as that takes, in a plan a part of a millisecond more."""
    assert before
    assert after
    name = transition["detail"]
    one, other = before.details[name], after.details[name]
    if "rate" in transition:
        return timedelta(seconds=transition["settle_s"] + abs(one - other) / transition["rate"])
    return timedelta(seconds=transition["seconds"][one].get(other, 0))


def ended(one: Assignment) -> datetime:
    """A report of its completion ends it while it runs."""
    assert one.starts
    assert one.ends
    is_early = one.task.status == "completed" and one.ended and one.starts < one.ended < one.ends
    return one.ended if is_early and one.ended else one.ends


@pytest.mark.in_turn("seed")
@pytest.mark.parametrize("is_loose", [False, True])
@pytest.mark.parametrize("seed", [*range(3), *more(range(3, 36))])
def test_a_world_in_time(seed: int, is_loose: bool) -> None:
    world = World(seed, is_loose=is_loose, transition=(None, SLEW, MODES)[seed % 3])
    for _ in range(14):
        others = [world.report] * 3 if is_loose else [world.add_pass, world.break_down, world.report]
        step = world.rng.choice([world.submit, world.submit, *others])
        step()
        world.iterate()
        world.now += timedelta(seconds=world.rng.choice([0, 1, 60, 600, 600 if is_loose else 1500]))
    check_plans(Fleet.objects.get(slug="orbit"))
