from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from satselect.application.dispatch.deliver import deliver
from satselect.application.dispatch.inbox import settle_pending
from satselect.application.errors import ConflictError
from satselect.application.shutdown import Shutdown
from satselect.bus.base import BusError, Delivery
from satselect.bus.inline import InlineBus
from satselect.store.models import Batch, Iteration
from tests.application.buffers import buffer, run, task
from tests.planners import planner

pytestmark = pytest.mark.usefixtures("database")

WAIT_S = 5.0


def settle(delivery: Delivery) -> None:
    settle_pending(planner(), delivery.notice.fleet_id, is_retry=False)


@dataclass
class LossyBus(InlineBus):
    """Takes nothing, and tells nobody; what happens in between happens while somebody waits."""

    settles: bool = False
    asked: list[UUID] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    @contextmanager
    def expect(self, batch_id: UUID) -> Iterator["LossyBus"]:  # type: ignore[override]
        self.asked.append(batch_id)
        yield self

    def wait(self, timeout_s: float) -> bool:
        if self.settles:
            run()
        return False

    def publish(self, notice: object) -> None:
        raise BusError


def test_who_waits_gets_the_iteration() -> None:
    bus = InlineBus()
    batch = buffer(task("a", "camera"))

    def settle_and_tell(delivery: Delivery) -> None:
        settle(delivery)
        bus.announce(delivery.notice.batch)

    bus.consume(batch.fleet.partition, settle_and_tell)
    assert deliver(batch, bus, Shutdown(), wait_s=WAIT_S, is_patient=False) == Iteration.objects.get()


def test_what_is_done_is_not_published() -> None:
    batch = buffer(task("a", "camera"))
    bus, iteration = LossyBus(), run()
    assert deliver(batch, bus, Shutdown(), wait_s=0, is_patient=False) == iteration
    assert bus.asked == []


def test_a_lost_announcement_costs_a_look_into_the_database() -> None:
    batch = buffer(task("a", "camera"))
    assert deliver(batch, LossyBus(settles=True), Shutdown(), wait_s=WAIT_S, is_patient=True) == Iteration.objects.get()


def test_who_is_not_patient_does_not_wait_for_what_was_not_published() -> None:
    batch = buffer(task("a", "camera"))
    assert deliver(batch, LossyBus(settles=True), Shutdown(), wait_s=WAIT_S, is_patient=False) is None
    assert not Iteration.objects.exists()


def test_nobody_waits_for_what_is_dead() -> None:
    bus = InlineBus()
    batch = buffer(task("a", "camera"))
    Batch.objects.update(state="dead")
    bus.consume(batch.fleet.partition, lambda delivery: bus.announce(delivery.notice.batch))
    with pytest.raises(ConflictError, match="dead"):
        deliver(batch, bus, Shutdown(), wait_s=3600, is_patient=True)


def test_who_waits_in_vain_is_told() -> None:
    assert deliver(buffer(task("a", "camera")), InlineBus(), Shutdown(), wait_s=0.05, is_patient=True) is None
