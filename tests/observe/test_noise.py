"""What clients do wrong is a line of INFO and a clean answer; an error is what an operator must see."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.databases import Databases
from tests.services import SERVE, environment_with, free_port, wait_until_ready

pytestmark = pytest.mark.usefixtures("services")  # the engine is compiled before a process is waited for

MANY = "&".join(f"p{n}=1" for n in range(1001))
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x", "Accept": "text/html"}
FOREIGN = {"Host": "evil.example"}
PART = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n1\r\n'
MANY_PARTS = "".join(PART.format(n, "") for n in range(1001)) + "--x--"
MANY_FILES = "".join(PART.format(n, '; filename="f"') for n in range(101)) + "--x--"


@pytest.fixture(scope="module", params=["open", "keys"])
def watched(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, databases: Databases
) -> Iterator[tuple[str, Path]]:
    """The address of a service, and the file that its log goes to."""
    folder = tmp_path_factory.mktemp("watched")
    log, port = folder / "log", free_port()
    url = databases.templates.sqlite(folder / "x.sqlite3")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(port), url],
            env=environment_with(SATSELECT_AUTH=request.param),
            stdout=subprocess.DEVNULL,
            stderr=output,
        )
        wait_until_ready(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}", log
        process.terminate()
        process.wait(30)


CALLS: dict[str, tuple[str, str, dict[str, str], str]] = {
    "another host": ("GET", "/api/v1/me", FOREIGN, ""),
    "another host, page": ("GET", "/", FOREIGN | {"Accept": "text/html"}, ""),
    "another host, change": ("POST", "/api/tasks/", FOREIGN | {"Origin": "http://a.example"}, "[]"),
    "another host, static": ("GET", "/static/console/console.css", FOREIGN, ""),
    "no host that can be": ("GET", "/api/v1/me", {"Host": "a b/../c"}, ""),
    "many parameters": ("GET", f"/api/v1/tasks?{MANY}", {}, ""),
    "many parameters, page": ("GET", f"/?{MANY}", {"Accept": "text/html"}, ""),
    "many fields": ("POST", "/sign-in", FORM, MANY),
    "many parts": ("POST", "/sign-in", MULTIPART, MANY_PARTS),
    "many files": ("POST", "/sign-in", MULTIPART, MANY_FILES),
    "torn multipart": ("POST", "/sign-in", MULTIPART, "--x\r\nnonsense"),
    "no boundary": ("POST", "/sign-in", {**MULTIPART, "Content-Type": "multipart/form-data"}, "x"),
    "bad cookie": ("GET", "/api/v1/me", {"Cookie": "satselect_session=%00\x01;;=;csrftoken=" + "x" * 5000}, ""),
    "bad session": ("GET", "/", {"Cookie": "satselect_session=../../etc/passwd", "Accept": "text/html"}, ""),
    "form without token": ("POST", "/sign-in", FORM, "name=a"),
    "unknown charset": ("POST", "/sign-in", {**FORM, "Content-Type": FORM["Content-Type"] + "; charset=x"}, "a=%ff"),
}


@pytest.mark.parametrize("call", CALLS)
def test_what_clients_do_wrong_is_no_error(watched: tuple[str, Path], call: str) -> None:
    address, log = watched
    method, path, headers, body = CALLS[call]
    before = log.stat().st_size
    answer = httpx.request(method, address + path, headers=headers, content=body.encode(), timeout=30)
    assert answer.status_code < 500, answer.text
    if call.startswith(("another host", "no host", "many")) and "Accept" not in headers:
        assert answer.status_code in {400, 401}  # 401 where no key was shown
        assert answer.headers["Content-Type"] == "application/problem+json"
    told = log.read_bytes()[before:].decode()
    assert not [line for line in told.splitlines() if " INFO " not in line], told


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"POST /api/tasks/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n[",
    ],
)
def test_what_is_no_http_is_no_error(watched: tuple[str, Path], sent: bytes) -> None:
    address, log = watched
    to = urlsplit(address)
    before = log.stat().st_size
    # A service that closes before it has read all of it resets the connection.
    with (
        socket.create_connection((to.hostname or "", to.port or 0), timeout=10) as connection,
        suppress(ConnectionError),
    ):
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        b"".join(iter(lambda: connection.recv(4000), b""))
    assert httpx.get(f"{address}/livez").status_code == 200
    told = log.read_bytes()[before:].decode()
    assert not [line for line in told.splitlines() if " INFO " not in line], told
