"""The bus as NATS JetStream: a stream that forgets what was acknowledged, and a durable consumer for each partition.

The only module, with `pulling`, that knows NATS. The stream and its consumers are made where they are missing, so that
a server which lost its disk is a server like any other.
"""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error
from nats.js.api import ConsumerConfig, DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.client import JetStreamContext
from nats.js.errors import NoStreamResponseError, NotFoundError

from satselect.bus.background import Background
from satselect.bus.base import BusError, Deliver, Stop
from satselect.bus.expecting import Awaited, Expecting
from satselect.bus.notices import Notice, read_notice
from satselect.bus.pulling import Pull
from satselect.schemas.reading.faults import InputError

log = logging.getLogger(__name__)

DEFAULT_NAME = "satselect"
# Longer than a worker waits to say that it is still at work (`worker.run.EXTEND_EVERY_S`).
ACK_WAIT_S = 30.0
PUBLISH_S = 2.0  # somebody waits for it, and what isn't published sweepers find
RETRY_S = 0.5
MOST_UNACKNOWLEDGED = 64
# A full stream refuses notices; their batches are in the database, where a sweeper finds them (decision 0030).
MOST_NOTICES = 1_000_000
FORGOTTEN_AFTER_S = 3600  # sweepers have found its batch long before
DUPLICATE_WINDOW_S = 120


@dataclass(frozen=True, slots=True)
class JetStreamDelivery:
    """A notice that the server handed out."""

    notice: Notice
    message: Msg
    bus: "JetStreamBus"

    def acknowledge(self) -> None:
        """The server forgets it."""
        self.bus.start(self.message.ack())

    def extend(self) -> None:
        """The server waits longer for the acknowledgement."""
        self.bus.start(self.message.in_progress())


class JetStreamBus:
    """A connection to the server at `nats://host:port/name`, kept up for as long as the process lives.

    The name is the stream's, and what its subjects start with: two installations can share a server.
    """

    def __init__(self, url: str, *, ack_wait_s: float = ACK_WAIT_S) -> None:
        self._server = urlsplit(url)._replace(path="").geturl()
        self._name = urlsplit(url).path.strip("/") or DEFAULT_NAME
        self._ack_wait_s = ack_wait_s
        self._client = Client()
        self._background = Background("bus")
        self._expecting = Expecting()
        self._lock = Lock()
        self._is_listening = False
        self._ready = self._background.start(self._connect())

    @property
    def is_connected(self) -> bool:
        """Whether the server answers, as far as is known."""
        return self._client.is_connected

    def publish(self, notice: Notice) -> None:
        """Returns once the server has stored the notice.

        Raises:
            BusError: it doesn't answer in time, or the stream is full.
        """
        # At once: else each submission would wait for as long as publishing may take.
        if not self.is_connected:
            raise BusError("not connected")
        try:
            # Twice as long as one takes: the stream may have to be made in between.
            self._background.run(self._publish(notice), timeout_s=2 * PUBLISH_S)
        except (Error, TimeoutError) as error:
            raise BusError(str(error) or type(error).__name__) from None

    def consume(self, partition: int, deliver: Deliver) -> Stop:
        """What ends it."""
        pump = self._background.start(self._pump(partition, deliver))

        def stop() -> None:
            pump.cancel()

        return stop

    def announce(self, batch_id: UUID) -> None:
        """Sends a message, if there is a connection."""
        if self.is_connected:
            self.start(self._client.publish(self._done(batch_id)))

    def expect(self, batch_id: UUID) -> AbstractContextManager[Awaited]:
        """The result to wait for. Without a connection nothing is ever announced."""
        if self.is_connected:
            self._listen()
        return self._expecting.expect(batch_id)

    def close(self) -> None:
        """Ends every consumer and the connection."""
        with suppress(Error, TimeoutError):
            self._background.run(self._client.close(), timeout_s=PUBLISH_S)
        self._background.stop()

    def start(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Sends something for which nobody waits: should it be lost, the database makes up for it."""

        async def send() -> None:
            try:
                await coroutine
            except (Error, OSError) as error:
                log.info("bus.lost: %s", error)

        self._background.leave(send())

    def _listen(self) -> None:
        """Hears of all results from now on. Asked for once, for all batches: for each it would be two more messages."""
        if self._is_listening:
            return
        with self._lock, suppress(Error, TimeoutError):
            if not self._is_listening:
                subscribing = self._client.subscribe(self._done("*"), cb=self._heard)
                self._background.run(subscribing, timeout_s=PUBLISH_S)
                self._is_listening = True

    async def _heard(self, message: Msg) -> None:
        # Who may send anything to that subject may wake others for nothing, and no more: they ask the database.
        with suppress(ValueError):
            self._expecting.announce(UUID(message.subject.rpartition(".")[2]))

    def _done(self, batch_id: UUID | str) -> str:
        return f"{self._name}.done.{batch_id}"

    async def _connect(self) -> None:
        await self._client.connect(
            self._server,
            name="satselect",
            connect_timeout=2,
            max_reconnect_attempts=-1,  # for ever: what the bus doesn't bring sweepers find, until it is back
            reconnect_time_wait=1,
            # With the next line: a network that is cut is noticed in ten to fifteen seconds.
            ping_interval=5,
            max_outstanding_pings=2,
            error_cb=_tell_error,
            disconnected_cb=_tell_disconnected,
            reconnected_cb=_tell_reconnected,
        )
        log.info("bus.connected", extra={"server": self._client.connected_url and self._client.connected_url.hostname})

    async def _publish(self, notice: Notice) -> None:
        stream = self._client.jetstream(timeout=PUBLISH_S)
        subject = f"{self._name}.batch.{notice.partition}.{notice.fleet}"
        # By this id the server leaves out a notice that is published again.
        body, headers = notice.model_dump_json().encode(), {"Nats-Msg-Id": str(notice.batch)}
        try:
            await stream.publish(subject, body, headers=headers)
        except NoStreamResponseError:
            # The server is new, or lost its disk.
            await self._make_stream(stream)
            await stream.publish(subject, body, headers=headers)

    async def _pump(self, partition: int, deliver: Deliver) -> None:
        """Hands over one notice after another, whatever happens to the server."""
        await asyncio.wrap_future(self._ready)
        hand_over = partial(self._hand_over, deliver)
        while True:
            try:
                durable = await self._consumer(partition)
                # It returns where the server may have lost the consumer, which it doesn't always say.
                await Pull(self._client, self._name, durable, hand_over).run()
            except Error as error:
                log.info("bus.retry: %s", error, extra={"partition": partition})
                await asyncio.sleep(RETRY_S)

    async def _hand_over(self, deliver: Deliver, message: Msg) -> None:
        try:
            notice = read_notice(message.data)
        except InputError as error:
            log.error("bus.unreadable: %s", error, extra={"subject": message.subject})
            # Else it would be delivered again for ever.
            await message.term()
        else:
            deliver(JetStreamDelivery(notice, message, self))

    async def _consumer(self, partition: int) -> str:
        """The name of what hands out the notices of a partition, made if it is missing."""
        stream = self._client.jetstream(timeout=PUBLISH_S)
        # One name for all workers: who owns the partition next goes on where the last one stopped.
        durable = f"partition-{partition}"
        wanted = ConsumerConfig(
            durable_name=durable,
            filter_subject=f"{self._name}.batch.{partition}.*",
            ack_wait=self._ack_wait_s,
            max_ack_pending=MOST_UNACKNOWLEDGED,
        )
        try:
            await stream.add_consumer(self._name, wanted)
        except NotFoundError:
            await self._make_stream(stream)
            await stream.add_consumer(self._name, wanted)
        return durable

    async def _make_stream(self, stream: JetStreamContext) -> None:
        await stream.add_stream(
            StreamConfig(
                name=self._name,
                subjects=[f"{self._name}.batch.*.*"],
                # Each notice goes to one consumer, and is forgotten once that acknowledged it.
                retention=RetentionPolicy.WORK_QUEUE,
                storage=StorageType.FILE,
                # When it is full it refuses what is new, and loses nothing that it took.
                discard=DiscardPolicy.NEW,
                max_age=FORGOTTEN_AFTER_S,
                max_msgs=MOST_NOTICES,
                duplicate_window=DUPLICATE_WINDOW_S,
            )
        )


async def _tell_error(error: Exception) -> None:
    log.info("bus.error: %s", error)


async def _tell_disconnected() -> None:
    log.warning("bus.disconnected")


async def _tell_reconnected() -> None:
    log.info("bus.reconnected")
