"""What every bus does, whichever it is: a test class for each adapter inherits it."""

from collections.abc import Iterator
from queue import Empty, Queue
from threading import Thread
from uuid import UUID, uuid4

import pytest

from satselect.bus.base import Bus, Delivery
from satselect.bus.notices import Notice


def notice(partition: int = 0, batch: UUID | None = None) -> Notice:
    return Notice(batch=batch or uuid4(), fleet="default", fleet_id=7, partition=partition, seq=3)


class BusContract:
    """The promises of the port."""

    SOON_S = 10.0
    NEVER_S = 0.3

    @pytest.fixture
    def bus(self) -> Iterator[Bus]:
        raise NotImplementedError

    @pytest.fixture
    def arrived(self) -> "Queue[Delivery]":
        return Queue()

    def next_of(self, arrived: "Queue[Delivery]") -> Delivery:
        return arrived.get(timeout=self.SOON_S)

    def nothing_in(self, arrived: "Queue[Delivery]") -> bool:
        try:
            arrived.get(timeout=self.NEVER_S)
        except Empty:
            return True
        return False

    def test_a_notice_reaches_the_consumer_of_its_partition_and_no_other(
        self, bus: Bus, arrived: "Queue[Delivery]"
    ) -> None:
        elsewhere: Queue[Delivery] = Queue()
        bus.consume(1, arrived.put)
        bus.consume(2, elsewhere.put)
        bus.publish(sent := notice(partition=1))
        assert self.next_of(arrived).notice == sent
        assert self.nothing_in(elsewhere)

    def test_what_is_published_before_anybody_consumes_is_delivered_later(
        self, bus: Bus, arrived: "Queue[Delivery]"
    ) -> None:
        sent = [notice(), notice()]
        for each in sent:
            bus.publish(each)
        bus.consume(0, arrived.put)
        assert [self.next_of(arrived).notice for _ in sent] == sent

    def test_a_notice_published_twice_is_delivered_once(self, bus: Bus, arrived: "Queue[Delivery]") -> None:
        bus.consume(0, arrived.put)
        sent = notice()
        bus.publish(sent)
        bus.publish(sent)
        self.next_of(arrived)
        assert self.nothing_in(arrived)

    def test_what_was_not_acknowledged_is_delivered_again(self, bus: Bus, arrived: "Queue[Delivery]") -> None:
        stop = bus.consume(0, Queue[Delivery]().put)
        bus.publish(sent := notice())
        stop()
        bus.consume(0, arrived.put)
        assert self.next_of(arrived).notice == sent

    def test_what_was_acknowledged_is_not_delivered_again(self, bus: Bus, arrived: "Queue[Delivery]") -> None:
        stop = bus.consume(0, arrived.put)
        bus.publish(notice())
        self.next_of(arrived).acknowledge()
        assert self.nothing_in(arrived)
        stop()
        bus.consume(0, arrived.put)
        bus.publish(second := notice())
        assert self.next_of(arrived).notice == second
        assert self.nothing_in(arrived)

    def test_what_is_extended_is_still_delivered_once(self, bus: Bus, arrived: "Queue[Delivery]") -> None:
        bus.consume(0, arrived.put)
        bus.publish(notice())
        delivery = self.next_of(arrived)
        for _ in range(4):
            delivery.extend()
            assert self.nothing_in(arrived)
        delivery.acknowledge()

    def test_nothing_is_delivered_after_the_end(self, bus: Bus, arrived: "Queue[Delivery]") -> None:
        bus.consume(0, arrived.put)()
        bus.publish(notice())
        assert self.nothing_in(arrived)

    def test_who_waits_is_woken_by_the_announcement(self, bus: Bus) -> None:
        batch = uuid4()
        with bus.expect(batch) as expected:
            Thread(target=bus.announce, args=[batch]).start()
            assert expected.wait(self.SOON_S)

    def test_an_announcement_that_comes_before_the_waiting_is_not_missed(self, bus: Bus) -> None:
        batch = uuid4()
        with bus.expect(batch) as expected, bus.expect(batch) as other:
            bus.announce(batch)
            assert expected.wait(self.SOON_S)
            assert other.wait(self.SOON_S)

    def test_announcements_of_others_wake_nobody(self, bus: Bus) -> None:
        with bus.expect(uuid4()) as expected:
            bus.announce(uuid4())
            assert not expected.wait(self.NEVER_S)

    def test_a_bus_says_that_it_is_connected(self, bus: Bus) -> None:
        assert bus.is_connected
