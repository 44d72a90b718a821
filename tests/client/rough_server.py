"""A server that answers with whatever bytes a test wants, true HTTP or not."""

import re
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from time import sleep

PAUSE = 0.1


@dataclass
class RoughServer:
    """Takes one connection after the other, and gives each the next of its answers; the last one again and again.

    An answer is what is sent, in pieces with a pause in between. None keeps the connection open to the end.
    """

    answers: Sequence[Sequence[bytes | None]]
    requests: list[bytes] = field(default_factory=list)
    address: str = ""
    _ended: Event = field(default_factory=Event)
    _let_go: Event = field(default_factory=Event)

    @contextmanager
    def running(self) -> Iterator["RoughServer"]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(0.05)
            self.address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            thread = Thread(target=self._serve, args=[listener])
            thread.start()
            try:
                yield self
            finally:
                self._ended.set()
                self.let_go()
                thread.join()

    def let_go(self) -> None:
        """Closes what is kept open."""
        self._let_go.set()

    def sent_fields(self, name: str) -> list[str | None]:
        """The value of that field in each request."""
        found = [re.search(rf"(?mi)^{name}: (.*?)\r$", request.decode()) for request in self.requests]
        return [match and match[1] for match in found]

    def _serve(self, listener: socket.socket) -> None:
        while not self._ended.is_set():
            with suppress(TimeoutError, OSError):
                connection, _ = listener.accept()
                with connection:
                    connection.settimeout(5)
                    self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        self.requests.append(_request(connection))
        pieces = self.answers[min(len(self.requests), len(self.answers)) - 1]
        for piece in pieces:
            if piece is None:
                self._let_go.wait(20)
            else:
                connection.sendall(piece)
                sleep(PAUSE if len(pieces) > 1 else 0)


def answer(status: str, body: bytes = b"", *fields: str, length: int | None = None) -> list[bytes | None]:
    """An answer with that body, which says how long it is unless it is to say something else."""
    said = f"Content-Length: {len(body) if length is None else length}"
    head = "\r\n".join([f"HTTP/1.1 {status}", said, "Connection: close", *fields, "", ""])
    return [head.encode() + body]


def stream(*pieces: bytes | None) -> list[bytes | None]:
    """An answer of server-sent events that goes on until the connection ends."""
    return [b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n", *pieces]


def _request(connection: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        if not (more := connection.recv(65536)):
            return head
        head += more
    length = re.search(rb"(?i)content-length: (\d+)", head)
    missing = int(length[1]) - len(head.partition(b"\r\n\r\n")[2]) if length else 0
    while missing > 0:
        missing -= len(connection.recv(65536))
    return head
