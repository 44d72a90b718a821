"""The bus as NATS JetStream: a stream that forgets what was acknowledged, and a durable consumer for each partition.

The only module that knows NATS. The stream and its consumers are made where they are missing, so that a server which
lost its disk is a server like any other.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
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
from satselect.bus.notices import Notice, read_notice
from satselect.schemas.reading.faults import InputError

log = logging.getLogger(__name__)

DEFAULT_NAME = "satselect"
# Longer than a worker waits to say that it is still at work (`worker.run.EXTEND_EVERY_S`).
ACK_WAIT_S = 30.0
PUBLISH_S = 2.0  # somebody waits for it, and what isn't published sweepers find
FETCH_S = 5.0  # after so long without a notice the consumer is asked for anew: it may be gone
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


class JetStreamExpected:
    """The result of a batch."""

    def __init__(self, background: Background) -> None:
        self._background = background
        self.announced = asyncio.Event()

    def wait(self, timeout_s: float) -> bool:
        """Whether it was announced by then."""
        try:
            return self._background.run(self.announced.wait(), timeout_s=timeout_s)
        except TimeoutError:
            return False


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

    @contextmanager
    def expect(self, batch_id: UUID) -> Iterator[JetStreamExpected]:
        """The result to wait for. Without a connection nothing is ever announced."""
        expected = JetStreamExpected(self._background)
        if not self.is_connected:
            yield expected
            return

        async def heard(_: Msg) -> None:
            expected.announced.set()

        try:
            subscription = self._background.run(
                self._client.subscribe(self._done(batch_id), cb=heard), timeout_s=PUBLISH_S
            )
        except (Error, TimeoutError):
            yield expected
            return
        try:
            yield expected
        finally:
            self.start(subscription.unsubscribe())

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

        self._background.start(send())

    def _done(self, batch_id: UUID) -> str:
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
        """Fetches one notice after another, whatever happens to the server."""
        await asyncio.wrap_future(self._ready)
        while True:
            try:
                await self._fetch(partition, deliver)
            except Error as error:
                log.info("bus.retry: %s", error, extra={"partition": partition})
                await asyncio.sleep(RETRY_S)

    async def _fetch(self, partition: int, deliver: Deliver) -> None:
        """Fetches until nothing came for a while. Then the server may have lost the consumer, and doesn't say so."""
        source = await self._bind(partition)
        try:
            with suppress(TimeoutError):
                while True:
                    # One at a time: a fetch of several waits for all of them.
                    (message,) = await source.fetch(1, timeout=FETCH_S)
                    await self._hand_over(message, deliver)
        finally:
            with suppress(Error):
                await source.unsubscribe()

    async def _hand_over(self, message: Msg, deliver: Deliver) -> None:
        try:
            notice = read_notice(message.data)
        except InputError as error:
            log.error("bus.unreadable: %s", error, extra={"subject": message.subject})
            # Else it would be delivered again for ever.
            await message.term()
        else:
            deliver(JetStreamDelivery(notice, message, self))

    async def _bind(self, partition: int) -> JetStreamContext.PullSubscription:
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
        return await stream.pull_subscribe_bind(durable=durable, stream=self._name)

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
