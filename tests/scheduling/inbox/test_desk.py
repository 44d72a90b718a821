from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from queue import Queue
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError

from satselect.bus.inline import InlineBus
from satselect.scheduling.errors import BusyError
from satselect.scheduling.inbox.desk import Desk
from satselect.schemas.notices import Notice
from tests.owners import wait_until
from tests.tracers import traced

SOON_S = 20


@dataclass
class Delivered:
    """A delivery that notes what is done with it."""

    notice: Notice
    done: "Queue[str]" = field(default_factory=Queue)

    def acknowledge(self) -> None:
        self.done.put("acknowledged")

    def extend(self) -> None:
        self.done.put("extended")


def delivered(fleet_id: int = 1) -> Delivered:
    return Delivered(
        Notice(batch=uuid4(), fleet="f", fleet_id=fleet_id, partition=fleet_id, seq=1, traceparent="brought")
    )


@dataclass
class Settler:
    """Notes what it is asked for, and waits at each until it may go on."""

    asked: "Queue[tuple[int, bool]]" = field(default_factory=Queue)
    go_on: "Queue[Callable[[], list[UUID]]]" = field(default_factory=Queue)

    def __call__(self, fleet_id: int, *, is_retry: bool) -> list[UUID]:
        self.asked.put((fleet_id, is_retry))
        return self.go_on.get(timeout=SOON_S)()


@pytest.fixture
def settler() -> Settler:
    return Settler()


@pytest.fixture
def failures() -> "Queue[bool]":
    return Queue()


@pytest.fixture
def bus() -> InlineBus:
    return InlineBus()


@pytest.fixture
def desk(settler: Settler, bus: InlineBus, failures: "Queue[bool]") -> Iterator[Desk]:
    desk = Desk(settler, bus, threads=2, on_database_error=lambda: failures.put(True))
    yield desk
    for _ in range(9):
        settler.go_on.put(list)
    desk.close()


def test_a_delivery_is_acknowledged_after_it_was_settled(desk: Desk, settler: Settler) -> None:
    delivery = delivered()
    desk.take(delivery)
    assert settler.asked.get(timeout=SOON_S) == (1, False)
    assert delivery.done.empty()
    settler.go_on.put(list)
    assert delivery.done.get(timeout=SOON_S) == "acknowledged"


def test_what_arrives_meanwhile_is_settled_together(desk: Desk, settler: Settler) -> None:
    some = [delivered() for _ in range(3)]
    desk.take(some[0])
    settler.asked.get(timeout=SOON_S)
    for each in some[1:]:
        desk.take(each)
    assert settler.asked.empty()
    settler.go_on.put(list)
    assert settler.asked.get(timeout=SOON_S) == (1, False)
    settler.go_on.put(list)
    assert [each.done.get(timeout=SOON_S) for each in some] == ["acknowledged"] * 3
    assert settler.asked.empty()


def test_fleets_do_not_wait_for_each_other(desk: Desk, settler: Settler) -> None:
    desk.take(delivered(1))
    desk.take(delivered(2))
    assert {settler.asked.get(timeout=SOON_S)[0] for _ in range(2)} == {1, 2}


def test_who_waits_is_told_of_what_was_settled_and_of_what_was_delivered(
    desk: Desk, settler: Settler, bus: InlineBus
) -> None:
    delivery, other = delivered(), uuid4()
    with bus.expect(delivery.notice.batch) as mine, bus.expect(other) as swept:
        desk.take(delivery)
        settler.go_on.put(lambda: [other])
        assert mine.wait(SOON_S)
        assert swept.wait(SOON_S)


@pytest.mark.parametrize("error", [BusyError("busy"), RuntimeError("broken")])
def test_what_failed_is_acknowledged_when_a_sweep_settled_it(desk: Desk, settler: Settler, error: Exception) -> None:
    def fail() -> list[UUID]:
        raise error

    delivery = delivered()
    desk.take(delivery)
    settler.go_on.put(fail)
    settler.asked.get(timeout=SOON_S)
    desk.sweep(1, 1)
    assert settler.asked.get(timeout=SOON_S) == (1, True)
    assert delivery.done.empty()
    settler.go_on.put(list)
    assert delivery.done.get(timeout=SOON_S) == "acknowledged"


def test_what_failed_is_left_to_the_bus(desk: Desk, settler: Settler) -> None:
    def fail() -> list[UUID]:
        raise BusyError("busy")

    first = delivered()
    again = Delivered(first.notice)
    for each in (first, again):
        desk.take(each)
        settler.asked.get(timeout=SOON_S)
        settler.go_on.put(fail)
        wait_until(lambda: not desk.is_busy(1))
        desk.extend()
    desk.sweep(1, 1)
    settler.go_on.put(list)
    assert again.done.get(timeout=SOON_S) == "acknowledged"
    assert first.done.empty()  # it is the same notice, and the bus gave up on this delivery


def test_what_is_swept_is_settled_in_its_own_trace_unless_a_delivery_brought_another(
    desk: Desk, settler: Settler
) -> None:
    delivery = delivered()
    with traced() as kept:
        desk.sweep(1, 1, traceparent="swept")
        settler.asked.get(timeout=SOON_S)
        desk.take(delivery)
        desk.sweep(1, 1, traceparent="swept")
        for _ in range(2):
            settler.go_on.put(list)
        delivery.done.get(timeout=SOON_S)
    assert kept.parents("settle") == ["swept", "brought"]


def test_a_database_error_is_told(desk: Desk, settler: Settler, failures: "Queue[bool]") -> None:
    def fail() -> list[UUID]:
        raise OperationalError

    desk.take(delivered())
    settler.go_on.put(fail)
    assert failures.get(timeout=SOON_S)


def test_a_partition_is_busy_until_its_work_is_done(desk: Desk, settler: Settler) -> None:
    delivery = delivered(1)
    desk.take(delivery)
    assert (desk.is_busy(1), desk.is_busy(2)) == (True, False)
    settler.go_on.put(list)
    delivery.done.get(timeout=SOON_S)
    wait_until(lambda: not desk.is_busy(1))


def test_what_takes_its_time_is_extended(desk: Desk, settler: Settler) -> None:
    first, second = delivered(), delivered()
    desk.take(first)
    settler.asked.get(timeout=SOON_S)
    desk.take(second)
    desk.extend()
    assert [each.done.get(timeout=SOON_S) for each in (first, second)] == ["extended", "extended"]
