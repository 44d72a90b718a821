"""Those who share an iteration that a worker made share their answers, too."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from satselect.application.dispatch.inbox import settle_pending
from satselect.application.dispatch.lane import Settled
from satselect.application.dispatch.settling import LeavesToWorkers
from satselect.bus.base import Delivery
from satselect.bus.inline import InlineBus
from satselect.store.partitions import PARTITIONS
from tests.application.buffers import submission, task
from tests.planners import planner

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def workers() -> Iterator[tuple[LeavesToWorkers, InlineBus]]:
    """What submits, and a bus whose notices nobody has taken yet."""
    bus = InlineBus()
    yield LeavesToWorkers(planner(), lambda: bus), bus
    bus.close()


def settle(bus: InlineBus, deliveries: list[Delivery]) -> None:
    for id in settle_pending(planner(), deliveries[0].notice.fleet_id, is_retry=False):
        bus.announce(id)


def test_two_of_one_iteration_share_and_who_repeats_does_not(workers: tuple[LeavesToWorkers, InlineBus]) -> None:
    settler, bus = workers
    deliveries: list[Delivery] = []

    def take(delivery: Delivery) -> None:
        deliveries.append(delivery)
        if len(deliveries) == 2:
            settle(bus, deliveries)

    for partition in range(PARTITIONS):
        bus.consume(partition, take)

    def submit(name: str) -> Settled:
        try:
            return settler.submit(submission(task(name, "camera"), key=name), None)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(submit, ("a", "b"))
    assert one.iteration is not None
    assert one.iteration == other.iteration
    assert one.answers is not None
    assert one.answers is other.answers
    assert submit("a").answers is None
