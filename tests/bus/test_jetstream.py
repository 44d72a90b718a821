"""What only the bus over a network has to survive."""

import asyncio
import time
from queue import Queue

import nats
import pytest

from satselect.bus.base import BusError, Delivery
from satselect.bus.jetstream import JetStreamBus
from satselect.bus.pulling import MOST_MESSAGES
from tests.contracts.buses import notice
from tests.nats_server import NATS_URL, NatsName
from tests.services import free_port


def test_a_stream_that_vanished_is_made_again(nats_name: NatsName) -> None:
    bus, arrived = JetStreamBus(nats_name.url), Queue[Delivery]()
    nats_name.wait_for(bus)
    bus.consume(0, arrived.put)
    bus.publish(notice())
    arrived.get(timeout=10).acknowledge()
    nats_name.delete()
    bus.publish(sent := notice())
    assert arrived.get(timeout=20).notice == sent
    bus.close()


def test_more_than_one_request_asks_for_is_delivered_in_order(nats_name: NatsName) -> None:
    bus, arrived = JetStreamBus(nats_name.url), Queue[Delivery]()
    nats_name.wait_for(bus)
    bus.consume(0, arrived.put)
    sent = [notice() for _ in range(2 * MOST_MESSAGES + 1)]
    for each in sent:
        bus.publish(each)
    seen = []
    for _ in sent:
        delivery = arrived.get(timeout=10)
        delivery.acknowledge()
        seen.append(delivery.notice)
    assert seen == sent
    bus.close()


def test_what_is_no_notice_is_dropped(nats_name: NatsName) -> None:
    bus, arrived = JetStreamBus(nats_name.url, ack_wait_s=1), Queue[Delivery]()
    nats_name.wait_for(bus)
    bus.publish(first := notice())
    asyncio.run(_send_rubbish(f"{nats_name.name}.batch.0.default"))
    bus.publish(second := notice())
    bus.consume(0, arrived.put)
    seen = [arrived.get(timeout=10) for _ in range(2)]
    assert [delivery.notice for delivery in seen] == [first, second]
    bus.close()


async def _send_rubbish(subject: str) -> None:
    client = await nats.connect(NATS_URL)
    for rubbish in (b"", b"{", b"[]", b'{"batch": 1}', b"\xff"):
        await client.jetstream().publish(subject, rubbish)
    await client.close()


def test_without_a_server_publishing_fails_at_once_and_waiting_ends(nats_name: NatsName) -> None:
    bus = JetStreamBus(f"nats://127.0.0.1:{free_port()}")
    start = time.monotonic()
    assert not bus.is_connected
    with pytest.raises(BusError):
        bus.publish(notice())
    with bus.expect(notice().batch) as expected:
        bus.announce(notice().batch)
        assert not expected.wait(0.1)
    bus.consume(0, Queue[Delivery]().put)()
    bus.close()
    assert time.monotonic() - start < 5
