"""Where the tests find NATS, and names on it that no other test run uses."""

import asyncio
import os
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import uuid4

import nats
import pytest
from nats.js.errors import NotFoundError

from satselect.bus.base import Bus
from tests.templates import MUST_RUN

NATS_URL = os.environ.get("SATSELECT_TEST_NATS_URL", "nats://127.0.0.1:4222")


@dataclass(frozen=True)
class NatsName:
    """A name on the server: a stream, and what its subjects start with."""

    name: str
    server: str = NATS_URL

    @property
    def url(self) -> str:
        return f"{self.server}/{self.name}"

    @staticmethod
    def wait_for(bus: Bus) -> None:
        """Returns once the bus is connected."""
        give_up = time.monotonic() + 20
        while not bus.is_connected:
            assert time.monotonic() < give_up
            time.sleep(0.01)

    def delete(self) -> None:
        """Nothing of that name is left."""
        asyncio.run(self._delete())

    async def _delete(self) -> None:
        client = await nats.connect(self.server)
        with suppress(NotFoundError):
            await client.jetstream().delete_stream(self.name)
        await client.close()


def new_name() -> NatsName:
    """A name that nobody else uses; skips the test where there is no NATS."""
    where = urlsplit(NATS_URL)
    try:
        socket.create_connection((where.hostname or "127.0.0.1", where.port or 4222), timeout=3).close()
    except OSError as error:
        (pytest.fail if MUST_RUN else pytest.skip)(f"no NATS at SATSELECT_TEST_NATS_URL ({error})")
    return NatsName(f"satselect_test_{uuid4().hex}")
