import asyncio
from collections.abc import Sequence

from satselect.web.asgi.front import Message, Scope
from satselect.web.asgi.handler import ThreadedHandler

REQUEST: Message = {"type": "http.request", "body": b"", "more_body": False}
GONE: Message = {"type": "http.disconnect"}


def sent_after(*received: Message) -> Sequence[Message]:
    """What the handler sends to who asks for `/livez`."""
    sent: list[Message] = []

    async def run() -> None:
        messages: asyncio.Queue[Message] = asyncio.Queue()
        for message in received:
            messages.put_nowait(message)

        async def send(message: Message) -> None:
            sent.append(message)

        scope: Scope = {"type": "http", "method": "GET", "path": "/livez", "query_string": b"", "headers": []}
        scope |= {"client": ("127.0.0.1", 1), "server": ("localhost", 80)}
        await ThreadedHandler(most=1)(scope, messages.get, send)

    asyncio.run(run())
    return sent


def test_a_request_is_answered() -> None:
    start, body = sent_after(REQUEST)
    assert (start["status"], body["more_body"]) == (200, False)


def test_nothing_is_sent_to_a_client_that_left() -> None:
    assert not sent_after(REQUEST, GONE)
    assert not sent_after(GONE)
