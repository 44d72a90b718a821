"""Starts services and has them checked by a Python that has the released models: python -m tests.stapi.outside PYTHON.

Open and with keys, on SQLite, and on PostgreSQL where `SATSELECT_TEST_POSTGRES_URL` names a server. Of the open ones
schemathesis asks whatever the reference's document lets it ask (`reference.py`), for a minute.
"""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from uuid import uuid4

import httpx

from tests.api.test_elements import message
from tests.stapi.worlds import FLEET, WIDE, offer
from tests.templates import create_postgresql, drop_postgresql

CHECK, REFERENCE = (Path(__file__).with_name(name) for name in ("check.py", "reference.py"))
GENERATE_S = 60
START_S = 60.0


def main() -> int:
    python, failed = sys.argv[1], 0
    with tempfile.TemporaryDirectory() as folder:
        for name, url in databases(Path(folder)):
            for auth in ("open", "keys"):
                print(f"{name}, {auth}:", flush=True)
                failed |= checked(python, url, auth)
    return failed


def databases(folder: Path) -> Iterator[tuple[str, str]]:
    """Name and URL of each, which is gone when the next one is asked for."""
    yield "SQLite", f"sqlite:///{folder / 'stapi.sqlite3'}"
    if "SATSELECT_TEST_POSTGRES_URL" in os.environ:
        name = f"satselect_stapi_{uuid4().hex[:8]}"
        yield "PostgreSQL", create_postgresql(name)
        drop_postgresql(name)


def checked(python: str, url: str, auth: str) -> int:
    """The exit code of a check of a service on that database."""
    with serving(url, auth) as address:
        operator, customer = (key(url, role) if auth == "keys" else "" for role in ("operator", "customer"))
        headers = {"Authorization": f"Bearer {operator}"} if operator else {}
        with httpx.Client(base_url=address, headers=headers, timeout=60) as client:
            if not client.get("/products").json()["products"]:
                populate(client)
        asked = [python, str(CHECK), f"{address}/", *([customer] if customer else [])]
        failed = subprocess.run(asked, check=False).returncode
        return failed if customer else failed | tried(python, address)


def tried(python: str, address: str) -> int:
    """The exit code of a generator of requests that knows the reference's document."""
    with tempfile.TemporaryDirectory() as folder:
        document = Path(folder, "reference.json")
        published = subprocess.run([python, str(REFERENCE), address], check=True, capture_output=True, text=True)
        document.write_text(published.stdout)
        generator = str(Path(python).absolute().with_name("schemathesis"))
        limits = ["--max-time", str(GENERATE_S), "--max-failures", "50", "--no-color"]
        return subprocess.run(
            [generator, "run", str(document), "--url", address, *limits], check=False, cwd=folder
        ).returncode


def populate(client: httpx.Client) -> None:
    """Offers a product that needs no sight, and one that does."""
    offer(client)
    client.put(f"{FLEET}/satellites/sat-1/elements", json={"source": message(0)}).raise_for_status()
    sharp = {"product": "sharp", "geometries": ["LineString"], "duration": 20, "sight": {"maximum_off_nadir": 60.0}}
    client.post("/api/v1/products", json=WIDE | sharp).raise_for_status()


@contextmanager
def serving(url: str, auth: str) -> Iterator[str]:
    """The address of a service."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SATSELECT_")}
    command = [sys.executable, "-m", "satselect", "serve", "--port", str(port), "--database", url]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, env=environment | {"SATSELECT_AUTH": auth}, **quiet)  # type: ignore[call-overload]
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def wait_for(address: str) -> None:
    until = monotonic() + START_S
    while True:
        try:
            httpx.get(f"{address}/livez")
            return
        except httpx.TransportError:
            if monotonic() > until:
                raise
            sleep(0.2)


def key(url: str, role: str) -> str:
    """A key of a new user of that role."""
    name = f"{role}-{uuid4().hex[:8]}"
    for arguments in (["users", "create", name, "--role", role], ["keys", "create", "--user", name]):
        command = [sys.executable, "-m", "satselect", *arguments, "--database", url]
        made = subprocess.run(command, check=True, capture_output=True, text=True)
    return made.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
