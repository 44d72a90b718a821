"""A small server for the machine room, on a port of its own: /livez, /readyz and /metrics, without keys."""

import json
from collections.abc import Callable, Iterable
from http import HTTPStatus
from socketserver import ThreadingMixIn
from threading import Thread
from typing import TYPE_CHECKING
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.db import DatabaseError, connections

from satselect.observe.errors import first_line
from satselect.observe.health import readiness
from satselect.observe.metrics import CONTENT_TYPE, METRICS

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

JSON = "application/json"
Answer = tuple[HTTPStatus, str, bytes]


class MachineRoom(ThreadingMixIn, WSGIServer):
    """The server. `server_port` is the one it answers on, `shutdown` ends it."""

    daemon_threads = True  # a scrape that hangs doesn't keep a process that ends


def open_machine_room(
    port: int, *, host: str = "127.0.0.1", is_alive: Callable[[], bool] = lambda: True
) -> MachineRoom:
    """The server, which answers from now on.

    Args:
        port: 0 takes a free one.
        host: the address to answer on.
        is_alive: whether the process gets on; it must ask nobody else. If not, /livez says so, to have it restarted.

    Raises:
        OSError: it can't answer there.
    """

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        status, media_type, body = _answer(environ.get("PATH_INFO", ""), is_alive)
        start_response(
            f"{status.value} {status.phrase}", [("Content-Type", media_type), ("Content-Length", str(len(body)))]
        )
        return [body]

    server = make_server(host, port, answer, server_class=MachineRoom, handler_class=_Quiet)
    Thread(target=server.serve_forever, name="machine-room", daemon=True).start()
    return server


class _Quiet(WSGIRequestHandler):
    timeout = 10  # who connects and says nothing is not waited for

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: probes and scrapes are no news."""


def _answer(path: str, is_alive: Callable[[], bool]) -> Answer:
    try:
        match path:
            case "/livez":
                return _livez(is_alive())
            case "/readyz":
                return _json(HTTPStatus.OK, dict(readiness()))
            case "/metrics":
                return HTTPStatus.OK, CONTENT_TYPE, METRICS.page()
            case _:
                return _json(HTTPStatus.NOT_FOUND, {"status": "unknown"})
    except DatabaseError as error:
        return _json(HTTPStatus.SERVICE_UNAVAILABLE, {"status": "unready", "reason": first_line(error)})
    finally:
        # The thread ends with the request, and would leave its connection open.
        connections.close_all()


def _livez(is_alive: bool) -> Answer:
    if is_alive:
        return _json(HTTPStatus.OK, {"status": "alive"})
    return _json(HTTPStatus.SERVICE_UNAVAILABLE, {"status": "stuck"})


def _json(status: HTTPStatus, document: dict[str, str]) -> Answer:
    return status, JSON, json.dumps(document).encode()
