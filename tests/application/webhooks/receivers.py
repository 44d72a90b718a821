"""A server that webhooks are sent to, and what it took."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


@dataclass
class Receiver:
    """What came, with its headers; `statuses` are what the next ones are answered, 204 when there are none left.

    Until `pause` is set, each is answered after so long only.
    """

    address: str
    statuses: list[int] = field(default_factory=list)
    came: list[tuple[dict[str, str], str]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    pause: Event | None = None
    longest_pause_s: float = 20

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.came]


@contextmanager
def receiving(**facts: object) -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            receiver.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            if receiver.pause:
                receiver.pause.wait(receiver.longest_pause_s)
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 204)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *values: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver = Receiver(f"http://127.0.0.1:{server.server_port}/hook?a=1", **facts)  # type: ignore[arg-type]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
