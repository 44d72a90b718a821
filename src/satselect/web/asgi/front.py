"""What stands in front of the framework speaks ASGI: its words, and how it answers by itself."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.http import HttpResponse

Message = Mapping[str, Any]
Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


class Refused(Exception):  # noqa: N818 - what is done with it
    """A request is answered before the framework sees it.

    Attributes:
        response: the answer.
    """

    def __init__(self, response: HttpResponse) -> None:
        super().__init__(response.status_code)
        self.response = response


async def refuse(send: Send, response: HttpResponse) -> None:
    """Sends the response and closes the connection."""
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    # Closed, since the rest of a body may still be in the connection, and would be read as the next request.
    headers += [(b"content-length", str(len(response.content)).encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
