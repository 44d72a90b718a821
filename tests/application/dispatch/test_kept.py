"""What a lane keeps of a fleet's buffer is what would be read of it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satselect.application.dispatch.lane import Lanes
from satselect.application.planning.buffer.fleet_buffer import FleetBuffer
from satselect.application.planning.buffer.load import read_buffer, refreshed, situation_of
from satselect.application.tasks.change import Report, cancel
from satselect.application.tasks.edit import edit
from satselect.schemas.tasks import NewTask, Status
from satselect.store.models import Fleet, Task, User
from tests.application.buffers import NOW, names, submission, task
from tests.planners import forget_buffers, planner

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    """Of a process whose fleet is known, and has no task."""
    forget_buffers()
    some = Lanes(planner())
    some.submit_and_settle(submission())
    yield some
    forget_buffers()


def heads_of(kept: FleetBuffer) -> dict[int, list[UUID]]:
    return {id: list(heads) for id, heads in kept._heads.items()}


def random_task(random: Random, at: datetime) -> NewTask:
    hour = timedelta(hours=1)
    return task(
        "some",
        *random.sample(["camera", "disk", "radio"], random.randint(0, 3)),
        profit=random.randint(0, 5),
        deadline=random.choice([None, None, at + hour]),
        not_before=random.choice([None, None, None, at - hour, at + random.random() * hour]),
    )


def _same(at: datetime) -> datetime:
    return at


@pytest.mark.in_turn("seed")
@pytest.mark.parametrize("seed", range(8))
def test_what_is_kept_is_what_is_read(seed: int, lanes: Lanes) -> None:
    random, buffers, at = Random(seed), planner().buffers, NOW
    local = User.objects.get(username="local")
    fleet_id = Fleet.objects.get().id
    for _ in range(20):
        at += timedelta(minutes=random.randint(0, 20))
        lanes._planner = planner(clock=partial(_same, at))
        lanes.submit_and_settle(submission(*[random_task(random, at) for _ in range(random.randint(0, 4))]))
        waiting = list(Task.objects.filter(status=Status.BUFFERED))
        if waiting and random.random() < 0.3:
            one, what = random.choice(waiting), Report(by=local, at=at, follow=planner().buffers.follow)
            if one.deadline or random.random() < 0.5:
                cancel(one, what)
            else:
                edit(one, {"not_before": at + timedelta(minutes=random.randint(1, 30))}, what)
        at += timedelta(minutes=random.randint(0, 5))
        now = situation_of(fleet_id, at)
        kept = buffers.take(fleet_id)
        assert kept
        kept = refreshed(kept, now)
        assert heads_of(kept) == heads_of(read_buffer(now))
        assert kept._heads.keys() == kept.signatures.keys()
        buffers.put(kept)


def test_nobody_is_asked_whose_time_came_before_it_does(lanes: Lanes) -> None:
    hour = timedelta(hours=1)
    lanes.submit_and_settle(submission(task("later", "camera", not_before=NOW + hour)))
    looked = asked(lanes, task("now", "disk"))
    assert "not_before" not in looked.replace("task.not_before", "").replace('"not_before"', "")
    assert Fleet.objects.get().iterate_at == NOW + hour
    # One that starts sooner moves the time; and once it has come, who waited for it is selected.
    lanes.submit_and_settle(submission(task("sooner", "camera", profit=0, not_before=NOW + hour / 2)))
    assert Fleet.objects.get().iterate_at == NOW + hour / 2
    lanes._planner = planner(clock=partial(_same, NOW + hour))
    made = lanes.submit_and_settle(submission(task("last", "radio"))).iteration
    assert made
    assert names(made) == ["later", "last"]


def asked(lanes: Lanes, *tasks: NewTask) -> str:
    with CaptureQueriesContext(connection) as captured:
        lanes.submit_and_settle(submission(*tasks))
    return "\n".join(str(query["sql"]) for query in captured)


def test_where_nobody_like_it_waits_nothing_is_read_of_who_left(lanes: Lanes) -> None:
    # Both are scheduled, and of their signatures no other task waits: the next iteration asks for none.
    lanes.submit_and_settle(submission(task("a", "camera"), task("b", "disk")))
    assert "AS head" not in asked(lanes, task("c", "camera"))
    # Of two that don't fit together one waits; the other left, so the next one is read.
    lanes.submit_and_settle(submission(task("d", "camera"), task("e", "camera")))
    assert "AS head" in asked(lanes, task("f", "disk"))
