"""Has a JetStream consumer send its messages as they come: one request for many, and not one for each."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error
from nats.js.client import JetStreamContext

MOST_MESSAGES = 64
"""Of one request."""
ASKED_AGAIN_S = 5.0
"""Then the server says that the request is over, and is asked again."""
SILENCE_S = 2.0
"""Where it doesn't even say that, the consumer, or the server, is gone."""

_OVER = frozenset({"404", "408"})
"""The statuses of a request that ends as it should: no messages (any more)."""

Receive = Callable[[Msg], Awaitable[None]]


class Pull:
    """Messages of one durable consumer, until it fails.

    Args:
        client: a connection.
        stream: whose consumer.
        durable: its name.
        receive: what to do with a message.
    """

    def __init__(self, client: Client, stream: str, durable: str, receive: Receive) -> None:
        self._client, self._receive = client, receive
        self._address = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}"
        self._wanted = 0
        self._is_over = asyncio.Event()
        self._failed: str | None = None

    async def run(self) -> None:
        """Returns when the server says nothing any more: it may have lost the consumer.

        Raises:
            Error: of NATS: the server says that something is wrong.
        """
        inbox = self._client.new_inbox()
        source = await self._client.subscribe(inbox, cb=self._take)
        try:
            while await self._ask(inbox):
                pass
        finally:
            if not self._client.is_closed:
                await source.unsubscribe()

    async def _ask(self, inbox: str) -> bool:
        """Whether the server answered the request to its end."""
        self._wanted = MOST_MESSAGES
        self._is_over.clear()
        request = {"batch": MOST_MESSAGES, "expires": int(ASKED_AGAIN_S * 1e9)}
        await self._client.publish(self._address, json.dumps(request).encode(), reply=inbox)
        try:
            await asyncio.wait_for(self._is_over.wait(), ASKED_AGAIN_S + SILENCE_S)
        except TimeoutError:
            return False
        if self._failed is not None:
            raise Error(self._failed)
        return True

    async def _take(self, message: Msg) -> None:
        status = JetStreamContext.is_status_msg(message)
        if status is None:
            self._wanted -= 1
            if not self._wanted:
                self._is_over.set()
            await self._receive(message)
            return
        if status not in _OVER:
            self._failed = f"{status} {(message.headers or {}).get('Description', '')}".strip()
        self._is_over.set()
