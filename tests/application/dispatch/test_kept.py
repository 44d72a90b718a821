"""What a lane keeps of a fleet's buffer is what would be read of it."""

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satselect.application.dispatch.lane import Lanes
from satselect.application.planning.buffer.fleet_buffer import FleetBuffer
from satselect.application.planning.buffer.load import read_buffer, refreshed, situation_of
from satselect.application.tasks.change import Report, cancel
from satselect.schemas.tasks import NewTask, Status
from satselect.store.models import Fleet, Task, User
from tests.application.buffers import NOW, submission, task
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


def random_task(random: Random) -> NewTask:
    late = random.choice([None, None, NOW + timedelta(hours=1)])
    return task(
        "some",
        *random.sample(["camera", "disk", "radio"], random.randint(0, 3)),
        profit=random.randint(0, 5),
        deadline=late,
        not_before=random.choice([None, None, None, NOW - timedelta(hours=1), NOW + timedelta(hours=1)]),
    )


@pytest.mark.parametrize("seed", range(6))
def test_what_is_kept_is_what_is_read(seed: int, lanes: Lanes) -> None:
    random, buffers = Random(seed), planner().buffers
    local = User.objects.get(username="local")
    fleet_id = Fleet.objects.get().id
    for _ in range(12):
        lanes.submit_and_settle(submission(*[random_task(random) for _ in range(random.randint(0, 6))]))
        waiting = list(Task.objects.filter(status=Status.BUFFERED))
        if waiting and random.random() < 0.3:
            cancel(random.choice(waiting), Report(by=local, at=NOW))
        now = situation_of(fleet_id, NOW)
        kept = buffers.take(fleet_id)
        assert kept
        kept = refreshed(kept, now)
        assert heads_of(kept) == heads_of(read_buffer(now))
        assert kept._heads.keys() == kept.signatures.keys()
        buffers.put(kept)


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
