"""One HTTP request to an address that a stranger chose: checked, short, and not believed."""

import base64
import hmac
import http.client
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from threading import Thread, Timer
from time import monotonic
from urllib.parse import urlsplit
from uuid import UUID

from satselect._version import __version__
from satselect.application.webhooks.addresses import (
    ForbiddenAddressError,
    Resolve,
    allowed,
    fault_of,
    port_of,
    resolved,
)
from satselect.application.webhooks.reachable import Address
from satselect.application.webhooks.register import SECRET_PREFIX

TIME_LIMIT_S = 10.0  # of all of it: a limit for each read a receiver could stretch byte by byte (decision 0053)
READ_BYTES = 4_096
"""Of an answer's body, which nobody looks at; so the other side sees it taken."""


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """What is sent where."""

    id: UUID
    address: str
    secret: str
    body: str
    old_secret: str | None = None


Post = Callable[[WebhookRequest, datetime], int]
"""Sends a request at a time, and gives the status it was answered with."""


def post(
    request: WebhookRequest,
    at: datetime,
    *,
    allows_private: bool,
    resolve: Resolve = resolved,
    time_limit_s: float = TIME_LIMIT_S,
) -> int:
    """The status that the request was answered with. Redirects are answers like others.

    Raises:
        OSError: it can't be reached, or not in time.
        http.client.HTTPException: it doesn't speak HTTP.
        ForbiddenAddressError: it may not be called.
    """
    # Again, though it was checked when it was registered: what is allowed may have become less since.
    if fault := fault_of(request.address, allows_private=allows_private):
        raise ForbiddenAddressError(f"the address {fault}")
    parts = urlsplit(request.address)
    host, port = parts.hostname or "", port_of(parts)
    until = monotonic() + time_limit_s
    find = partial(allowed, host, port, allows_private=allows_private, resolve=resolve)
    checked = str(_in_time(find, time_limit_s))
    left_s = max(until - monotonic(), 0.001)
    # The time that the look-up took is gone: all of it together has the one limit.
    connection = _Pinned(host, port, checked, is_secure=parts.scheme == "https", timeout_s=left_s)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    # A time limit for each read would let who sends a byte now and then go on forever.
    alarm = Timer(left_s, connection.cut)
    alarm.start()
    try:
        connection.request("POST", path, request.body.encode(), _headers(request, at))
        answer = connection.getresponse()
        with suppress(OSError, http.client.HTTPException):  # what it said first is what counts
            answer.read(READ_BYTES)
        return answer.status
    finally:
        alarm.cancel()
        connection.close()


def signature(request: WebhookRequest, at: datetime) -> str:
    """Proof that the request is ours and new: version 1 of Standard Webhooks, by each secret that holds."""
    signed = f"{request.id}.{int(at.timestamp())}.{request.body}".encode()
    return " ".join(_signed(signed, secret) for secret in (request.secret, request.old_secret) if secret)


def _signed(text: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    return f"v1,{base64.b64encode(hmac.new(key, text, sha256).digest()).decode()}"


def _in_time(find: Callable[[], Address], time_limit_s: float) -> Address:
    """What it finds. Nothing can interrupt the system's resolver: what takes too long is left to its thread."""
    found: Future[Address] = Future()

    def settle() -> None:
        try:
            found.set_result(find())
        except Exception as error:
            found.set_exception(error)

    Thread(target=settle, name="resolver", daemon=True).start()
    return found.result(time_limit_s)


def _headers(request: WebhookRequest, at: datetime) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": f"satselect/{__version__}",
        "Connection": "close",
        "webhook-id": str(request.id),
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature(request, at),
    }


class _Pinned(http.client.HTTPConnection):
    """A connection to one checked address, which still asks for the host by its name, also in its certificate."""

    def __init__(self, host: str, port: int, address: str, *, is_secure: bool, timeout_s: float) -> None:
        super().__init__(host, port, timeout=timeout_s)
        self._address, self._is_secure = address, is_secure
        # Else it would be written behind the name in `Host`.
        self.default_port = 443 if is_secure else 80  # the Host header leaves it out
        self._is_cut = False

    def connect(self) -> None:
        """Connects to the address, whatever the name stands for by now."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._is_secure:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
        if self._is_cut:  # while there was nothing yet to cut
            raise TimeoutError("not connected in time")

    def cut(self) -> None:
        """Closes it, which wakes the thread that waits for it."""
        self._is_cut = True
        if sock := self.sock:
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
