"""A disk that is full: clear answers, nothing lost, and all goes on by itself when there is room again."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from satselect.store.models import Batch, Task
from tests.api.test_bad_input import assert_problem
from tests.chaos.servers import AS_POSTGRES, Postgres, postgres_binaries
from tests.databases import connect
from tests.oracle import check_all
from tests.services import start
from tests.templates import MUST_RUN

SIZE = "48m"
MANY = 300
SOON_S = 30
BLOCK = b"\0" * 4096


@dataclass
class Disk:
    """A file system with little room."""

    folder: Path

    def fill(self) -> None:
        """Until nothing more fits."""
        with (self.folder / "ballast").open("ab", buffering=0) as ballast:
            try:
                while ballast.write(BLOCK) == len(BLOCK):
                    pass
            except OSError:
                return

    def make_room(self) -> None:
        (self.folder / "ballast").unlink()


@pytest.fixture
def disk() -> Iterator[Disk]:
    folder = Path(tempfile.mkdtemp(prefix="satselect-disk-"))
    command = [shutil.which("mount") or "mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "tmpfs", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        folder.rmdir()
        (pytest.fail if MUST_RUN else pytest.skip)(f"a small disk can't be mounted here ({error})")
    yield Disk(folder)
    subprocess.run([shutil.which("umount") or "umount", "--lazy", str(folder)], check=True)
    folder.rmdir()


@contextmanager
def sqlite(disk: Disk) -> Iterator[str]:
    yield f"sqlite:///{disk.folder}/service.sqlite3"


@contextmanager
def postgresql(disk: Disk) -> Iterator[str]:
    """A server of one's own, whose tables lie on the disk; its log lies elsewhere, without which it can't run."""
    binaries = postgres_binaries()
    if binaries is None:
        (pytest.fail if MUST_RUN else pytest.skip)("no PostgreSQL server to start")
    if AS_POSTGRES:
        shutil.chown(disk.folder, AS_POSTGRES)
    server = Postgres(binaries)
    try:
        with psycopg.connect(server.url(server.port), autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{disk.folder}'".encode())
            connection.execute("CREATE DATABASE satselect TABLESPACE small")
        yield urlsplit(server.url(server.port))._replace(path="/satselect").geturl()
    finally:
        server.remove()


KINDS: dict[str, Callable[[Disk], AbstractContextManager[str]]] = {"sqlite": sqlite, "postgresql": postgresql}


@pytest.fixture(params=list(KINDS))
def client(request: pytest.FixtureRequest, disk: Disk, django_db_blocker: DjangoDbBlocker) -> Iterator[httpx.Client]:
    """A client of a service whose database is on that disk, and which the test looks into."""
    with KINDS[request.param](disk) as url:
        address, process = start(url)
        with django_db_blocker.unblock(), httpx.Client(base_url=address, timeout=60) as client:
            connect(url)
            yield client
        connections.close_all()
        process.terminate()
        process.wait(timeout=30)


def submit(client: httpx.Client, number: int) -> httpx.Response:
    tasks = [
        {"name": f"{number}.{n}", "resources": ["camera"], "profit": n, "payload": {"x": "y" * 500}} for n in range(50)
    ]
    return client.post("/api/v1/fleets/default/tasks", json=tasks, headers={"Idempotency-Key": f"{number}"})


@pytest.mark.timeout(240)
def test_a_full_disk_refuses_clearly_loses_nothing_and_goes_on_when_there_is_room(
    client: httpx.Client, disk: Disk
) -> None:
    assert submit(client, 0).status_code == 201
    disk.fill()
    taken, refused = 1, submit(client, 1)
    while refused.status_code == 201 and taken < MANY:
        taken, refused = taken + 1, submit(client, taken + 1)
    for number in range(taken, taken + 3):
        answer = submit(client, number)
        assert_problem(answer, 503)
        assert answer.headers["Retry-After"] == "1"
    assert client.get("/livez").status_code == 200
    disk.make_room()
    for number in range(taken, taken + 3):
        assert until_taken(client, number).status_code == 201
    assert Task.objects.count() == 50 * (taken + 3)
    assert not Batch.objects.exclude(state="done").exists()
    assert check_all() == taken + 3


def until_taken(client: httpx.Client, number: int) -> httpx.Response:
    """The answer, after those that say to try again."""
    give_up = time.monotonic() + SOON_S
    while (answer := submit(client, number)).status_code == 503 and time.monotonic() < give_up:
        time.sleep(0.2)
    return answer
