"""With what is kept of a buffer, an iteration earns what a fresh selection from the whole buffer earns."""

from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from unittest.mock import patch

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

import satselect
from satselect.application.access.visibility import status_at
from satselect.application.availability.availability import Availability
from satselect.application.planning.buffer.buffer_cache import BufferCache
from satselect.application.planning.buffer.fleet_buffer import FleetBuffer
from satselect.application.planning.iterate import iterate
from satselect.application.tasks.change import Report, cancel, fail
from satselect.application.tasks.edit import edit
from satselect.schemas.reading.faults import InvalidError
from satselect.schemas.tasks import NewTask
from satselect.store.models import Fleet, Iteration, Supply, Task, User
from satselect.store.queries.buffer.heads import heads
from satselect.store.queries.uses import uses_of
from satselect.web.runtime import runtime
from tests.application.buffers import NOW, buffer, names, run, task
from tests.planners import planner

pytestmark = pytest.mark.usefixtures("database")

RESOURCES = ["a", "b", "c", "d", "e", "f"]


class World:
    """Two processes, each with what it keeps, and somebody who changes things without either."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.at = NOW
        self.shelves = [runtime().planner.buffers, BufferCache()]

    def step(self) -> None:
        self.at += timedelta(seconds=self.rng.randint(0, 2))
        action = self.rng.choices(
            [
                self.submit,
                self.iterate,
                self.report,
                self.edit,
                self.restart,
                self.cancel,
                self.change_capacity,
                self.set_clock_back,
            ],
            weights=[8, 8, 3, 3, 1, 1, 1, 1],
        )[0]
        action()

    def submit(self) -> None:
        resources = self.resources()
        buffer(*[self.new_task(resources) for _ in range(self.rng.randint(0, 12))], at=self.at)

    def new_task(self, resources: list[str]) -> NewTask:
        soon = [None, None, *(self.at + timedelta(seconds=s) for s in (1, 3))]
        late = [None, None, *(self.at + timedelta(seconds=s) for s in (4, 8))]
        return task(
            "some",
            *self.rng.sample(resources, self.rng.randint(0, min(3, len(resources)))),
            profit=self.rng.randint(0, 9),
            not_before=self.rng.choice(soon),
            deadline=self.rng.choice(late),
            max_attempts=self.rng.randint(1, 3),
        )

    def iterate(self) -> None:
        expected = fresh_profit(self.at)
        shelf = self.rng.choice(self.shelves)
        iteration = iterate(planner(10, buffers=shelf), Fleet.objects.get().id, at=self.at)
        assert iteration.profit == expected
        assert Fleet.objects.get().buffered == Task.objects.filter(status="buffered").count()

    def report(self) -> None:
        for each in self.some("scheduled"):
            fail(each, Report(User.objects.get(), self.at, follow=runtime().planner.buffers.follow))
        for each in self.some("buffered"):
            cancel(each, Report(User.objects.get(), self.at, follow=runtime().planner.buffers.follow))

    def edit(self) -> None:
        for each in self.some("buffered"):
            wanted: dict[str, object] = {"profit": self.rng.randint(0, 9)}
            if self.rng.random() < 0.5:
                wanted["resources"] = {self.rng.choice(self.resources()): 1}
            with suppress(InvalidError):  # what it uses has gone meanwhile
                edit(each, wanted, Report(User.objects.get(), self.at, follow=runtime().planner.buffers.follow))

    def some(self, status: str) -> list[Task]:
        some = Task.objects.filter(status=status).order_by("batch_seq", "position")
        tasks = [each for each in some if status_at(each, self.at) == status]
        return self.rng.sample(tasks, min(len(tasks), 2))

    def resources(self) -> list[str]:
        """Those that there is some of, or that nobody named yet."""
        none = set(Supply.objects.filter(capacity=0).values_list("resource__name", flat=True))
        return [name for name in [*RESOURCES, "spare"] if name not in none]

    def restart(self) -> None:
        self.rng.choice(self.shelves).clear()

    def cancel(self) -> None:
        waiting = Task.objects.filter(status="buffered").order_by("batch_seq", "position")
        ids = list(waiting.values_list("id", flat=True))
        gone = self.rng.sample(ids, min(len(ids), 2))
        Task.objects.filter(id__in=gone).update(status="cancelled")
        Fleet.objects.update(version=F("version") + 1, buffered=F("buffered") - len(gone))

    def change_capacity(self) -> None:
        name = self.rng.choice(RESOURCES)
        Supply.objects.filter(resource__name=name).update(capacity=self.rng.randint(0, 3))
        Fleet.objects.update(version=F("version") + 1)

    def set_clock_back(self) -> None:
        self.at -= timedelta(seconds=5)


def fresh_profit(at: datetime) -> float:
    """What the engine selects from all that is in the buffer."""
    capacities = dict(Supply.objects.values_list("resource__name", "capacity"))
    tasks = [
        satselect.Task(str(each.id), uses_of([each.id])[each.id], profit=each.profit)
        for each in Task.objects.filter(status="buffered")
        if (each.not_before or at) <= at <= (each.deadline or at)
    ]
    return satselect.select(tasks, capacities=capacities).profit


@pytest.mark.in_turn("seed")
@pytest.mark.parametrize("seed", range(12))
def test_an_iteration_earns_what_a_fresh_selection_earns(seed: int) -> None:
    world = World(seed)
    for _ in range(40):
        world.step()
    assert Iteration.objects.exists()


def test_an_edited_profit_counts_though_the_task_was_among_the_best_before() -> None:
    buffer(task("edited", "camera", profit=5), task("rival", "camera", "disk", profit=9))
    assert names(run()) == ["rival"]
    edit(
        Task.objects.get(name="edited"),
        {"profit": 7},
        Report(User.objects.get(), NOW, follow=runtime().planner.buffers.follow),
    )
    assert run(NOW + timedelta(seconds=1)).profit == 7


def test_an_edited_task_changes_places_though_nothing_else_of_it_changed() -> None:
    buffer(
        task("old", "disk", profit=9), task("edited", "camera", profit=5), task("rival", "camera", "disk", profit=20)
    )
    assert names(run()) == ["rival"]
    buffer(task("other", "camera", profit=1))
    edit(
        Task.objects.get(name="edited"),
        {"resources": {"disk": 1}},
        Report(User.objects.get(), NOW, follow=runtime().planner.buffers.follow),
    )
    assert names(run(NOW + timedelta(seconds=1))) == ["old", "other"]


def warm_cost() -> tuple[int, int]:
    """The statements and the tasks that an iteration reads for two new tasks."""
    buffer(task("new", "camera"), task("other", "disk"))
    with (
        CaptureQueriesContext(connection) as queries,
        patch("satselect.application.planning.buffer.load.heads", wraps=heads) as reads,
    ):
        run()
    return len(queries), sum(len(call.args[1]) for call in reads.call_args_list)


def test_a_warm_iteration_reads_the_same_however_large_the_buffer() -> None:
    buffer(task("a", "camera"), task("b", "disk"), task("waits", "camera", "disk", profit=0.1))
    run()
    few = warm_cost()
    buffer(*[task(str(n), "camera", f"y{n}", profit=0.5) for n in range(200)], task("c", "camera"), task("d", "disk"))
    run()
    assert warm_cost() == few


def test_of_equals_the_older_is_scheduled_though_it_came_into_play_later() -> None:
    buffer(task("old", "disk", not_before=NOW + timedelta(seconds=1)))
    buffer(task("young", "disk"), task("rival", "disk", profit=9))
    Supply.objects.update(capacity=1)
    assert names(run()) == ["rival"]
    assert names(run(NOW + timedelta(seconds=1))) == ["old"]


def test_of_equals_with_room_for_both_the_older_is_scheduled_though_it_came_into_play_later() -> None:
    buffer(task("old", "disk", "a", not_before=NOW + timedelta(seconds=1)), task("rival", "disk", profit=9))
    Supply.objects.update(capacity=2)
    Supply.objects.filter(resource__name="disk").update(capacity=1)
    buffer(task("young", "disk", "a"))
    assert names(run()) == ["rival"]
    buffer(task("other", "a"))
    assert names(run(NOW + timedelta(seconds=1))) == ["old", "other"]


def test_so_many_fleets_are_kept_and_no_more() -> None:
    shelf = BufferCache(most=2)
    for fleet_id in (1, 2, 3):
        shelf.put(FleetBuffer(fleet_id, version=0, seq=0, at=NOW, availability=Availability({1: "default"})))
    assert [shelf.take(fleet_id) is not None for fleet_id in (1, 2, 3)] == [False, True, True]


def test_two_threads_never_have_one_buffer() -> None:
    shelf = BufferCache()
    shelf.put(FleetBuffer(1, version=0, seq=0, at=NOW, availability=Availability({1: "default"})))
    assert [shelf.take(1) is not None, shelf.take(1) is not None] == [True, False]


def test_who_changes_tasks_spoils_nothing_that_this_process_keeps() -> None:
    buffer(task("a", "camera", profit=9, max_attempts=2), task("b", "camera", profit=2), task("c", "camera"))
    run()
    with patch("satselect.application.planning.buffer.load.read_buffer") as read_anew:
        fail(Task.objects.get(name="a"), Report(User.objects.get(), NOW, follow=runtime().planner.buffers.follow))
        assert names(run()) == ["a"]
        cancel(Task.objects.get(name="b"), Report(User.objects.get(), NOW, follow=runtime().planner.buffers.follow))
        assert names(run()) == ["c"]
    read_anew.assert_not_called()
