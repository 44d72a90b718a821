from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from queue import Queue
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError

from satselect.application.dispatch.dispatcher import Dispatcher
from satselect.application.errors import BusyError
from satselect.application.planning.fleet_locks import FleetLocks
from satselect.application.shutdown import Shutdown
from satselect.bus.inline import InlineBus
from satselect.bus.notices import Notice
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
def dispatcher(settler: Settler, bus: InlineBus, failures: "Queue[bool]") -> Iterator[Dispatcher]:
    dispatcher = Dispatcher(
        settler, bus, FleetLocks(Shutdown()), threads=2, on_database_error=lambda: failures.put(True)
    )
    yield dispatcher
    for _ in range(9):
        settler.go_on.put(list)
    dispatcher.close()


def test_a_delivery_is_acknowledged_after_it_was_settled(dispatcher: Dispatcher, settler: Settler) -> None:
    delivery = delivered()
    dispatcher.take(delivery)
    assert settler.asked.get(timeout=SOON_S) == (1, False)
    assert delivery.done.empty()
    settler.go_on.put(list)
    assert delivery.done.get(timeout=SOON_S) == "acknowledged"


def test_what_arrives_meanwhile_is_settled_together(dispatcher: Dispatcher, settler: Settler) -> None:
    some = [delivered() for _ in range(3)]
    dispatcher.take(some[0])
    settler.asked.get(timeout=SOON_S)
    for each in some[1:]:
        dispatcher.take(each)
    dispatcher.take(delivered(2))  # the other thread is free, and what it gets first is another fleet
    assert settler.asked.get(timeout=SOON_S) == (2, False)
    for _ in range(2):
        settler.go_on.put(list)
    assert settler.asked.get(timeout=SOON_S) == (1, False)
    settler.go_on.put(list)
    assert [each.done.get(timeout=SOON_S) for each in some] == ["acknowledged"] * 3
    assert settler.asked.empty()


def test_a_delivery_ends_the_iteration_under_way_sooner_and_no_sweep_does(settler: Settler, bus: InlineBus) -> None:
    locks = FleetLocks(Shutdown())
    dispatcher = Dispatcher(settler, bus, locks, threads=1, on_database_error=lambda: None)
    try:
        dispatcher.take(delivered())
        settler.asked.get(timeout=SOON_S)
        dispatcher.sweep(1, 1)
        dispatcher.look(1, 1)
        assert locks.waited_s(1) == 0, "what is left or due may be what is under way"
        dispatcher.take(delivered())
        assert locks.waited_s(1) > 0
    finally:
        for _ in range(2):
            settler.go_on.put(list)
        dispatcher.close()


def test_fleets_do_not_wait_for_each_other(dispatcher: Dispatcher, settler: Settler) -> None:
    dispatcher.take(delivered(1))
    dispatcher.take(delivered(2))
    assert {settler.asked.get(timeout=SOON_S)[0] for _ in range(2)} == {1, 2}


def test_who_waits_is_told_of_what_was_settled_and_of_what_was_delivered(
    dispatcher: Dispatcher, settler: Settler, bus: InlineBus
) -> None:
    delivery, other = delivered(), uuid4()
    with bus.expect(delivery.notice.batch) as mine, bus.expect(other) as swept:
        dispatcher.take(delivery)
        settler.go_on.put(lambda: [other])
        assert mine.wait(SOON_S)
        assert swept.wait(SOON_S)


@pytest.mark.parametrize("error", [BusyError("busy"), RuntimeError("broken")])
def test_what_failed_is_acknowledged_when_a_sweep_settled_it(
    dispatcher: Dispatcher, settler: Settler, error: Exception
) -> None:
    def fail() -> list[UUID]:
        raise error

    delivery = delivered()
    dispatcher.take(delivery)
    settler.go_on.put(fail)
    settler.asked.get(timeout=SOON_S)
    dispatcher.sweep(1, 1)
    assert settler.asked.get(timeout=SOON_S) == (1, True)
    assert delivery.done.empty()
    settler.go_on.put(list)
    assert delivery.done.get(timeout=SOON_S) == "acknowledged"


def test_what_failed_is_left_to_the_bus(dispatcher: Dispatcher, settler: Settler) -> None:
    def fail() -> list[UUID]:
        raise BusyError("busy")

    first = delivered()
    again = Delivered(first.notice)
    for each in (first, again):
        dispatcher.take(each)
        settler.asked.get(timeout=SOON_S)
        settler.go_on.put(fail)
        wait_until(lambda: not dispatcher.is_busy(1))
        dispatcher.extend()
    dispatcher.sweep(1, 1)
    settler.go_on.put(list)
    assert again.done.get(timeout=SOON_S) == "acknowledged"
    assert first.done.empty()  # it is the same notice, and the bus gave up on this delivery


def test_what_is_swept_is_settled_in_its_own_trace_unless_a_delivery_brought_another(
    dispatcher: Dispatcher, settler: Settler
) -> None:
    delivery = delivered()
    with traced() as kept:
        dispatcher.sweep(1, 1, traceparent="swept")
        settler.asked.get(timeout=SOON_S)
        dispatcher.take(delivery)
        dispatcher.sweep(1, 1, traceparent="swept")
        for _ in range(2):
            settler.go_on.put(list)
        delivery.done.get(timeout=SOON_S)
    assert kept.parents("settle") == ["swept", "brought"]


def test_a_database_error_is_told(dispatcher: Dispatcher, settler: Settler, failures: "Queue[bool]") -> None:
    def fail() -> list[UUID]:
        raise OperationalError

    dispatcher.take(delivered())
    settler.go_on.put(fail)
    assert failures.get(timeout=SOON_S)


def test_a_partition_is_busy_until_its_work_is_done(dispatcher: Dispatcher, settler: Settler) -> None:
    delivery = delivered(1)
    dispatcher.take(delivery)
    assert (dispatcher.is_busy(1), dispatcher.is_busy(2)) == (True, False)
    settler.go_on.put(list)
    delivery.done.get(timeout=SOON_S)
    wait_until(lambda: not dispatcher.is_busy(1))


def test_what_takes_its_time_is_extended(dispatcher: Dispatcher, settler: Settler) -> None:
    first, second = delivered(), delivered()
    dispatcher.take(first)
    settler.asked.get(timeout=SOON_S)
    dispatcher.take(second)
    dispatcher.extend()
    assert [each.done.get(timeout=SOON_S) for each in (first, second)] == ["extended", "extended"]
