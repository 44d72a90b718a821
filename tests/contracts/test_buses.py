from collections.abc import Iterator

import pytest

from satselect.bus.base import Bus
from satselect.bus.inline import InlineBus
from satselect.bus.jetstream import JetStreamBus
from tests.contracts.buses import BusContract
from tests.nats_server import NatsName


class TestInlineBus(BusContract):
    @pytest.fixture
    def bus(self) -> Iterator[Bus]:
        bus = InlineBus()
        yield bus
        bus.close()


class TestJetStreamBus(BusContract):
    @pytest.fixture
    def bus(self, nats_name: NatsName) -> Iterator[Bus]:
        # What a stopped consumer had fetched already comes back after this time.
        bus = JetStreamBus(nats_name.url, ack_wait_s=1)
        nats_name.wait_for(bus)
        yield bus
        bus.close()
