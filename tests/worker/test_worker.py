import os
import signal
import subprocess
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from psycopg import sql

from satselect.store.models import Batch, Iteration
from satselect.store.partitions import PARTITIONS
from tests import commands
from tests.faults import Installation
from tests.oracle import check_all
from tests.owners import owners, wait_until
from tests.services import environment_with

POST = "/api/v1/fleets/default/tasks"
TASKS = [{"name": "a", "resources": ["camera"], "profit": 1}]


def shares(url: str) -> list[int]:
    return sorted(owners(url).values())


def test_workers_share_the_partitions_as_they_come_and_go(installation: Installation) -> None:
    url, half = installation.database, PARTITIONS // 2
    address, _ = installation.service()
    first = installation.worker()
    wait_until(lambda: shares(url) == [PARTITIONS])
    second = installation.worker()
    wait_until(lambda: shares(url) == [half, half])
    assert installation.end(second, signal.SIGKILL) == -signal.SIGKILL
    wait_until(lambda: shares(url) == [PARTITIONS])
    assert httpx.post(address + POST, json=TASKS, timeout=60).status_code == 201
    installation.worker()
    wait_until(lambda: shares(url) == [half, half])
    assert installation.end(first, signal.SIGTERM) == 0
    wait_until(lambda: shares(url) == [PARTITIONS])
    assert httpx.post(address + POST, json=TASKS, timeout=60).status_code == 201
    assert check_all() == 2


def test_a_worker_that_lost_its_session_starts_anew(installation: Installation) -> None:
    address, _ = installation.service()
    installation.worker()
    wait_until(lambda: shares(installation.database) == [PARTITIONS])
    (before,) = owners(installation.database)
    with psycopg.connect(installation.database, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s)", [before])
    wait_until(lambda: shares(installation.database) == [PARTITIONS] and before not in owners(installation.database))
    assert httpx.post(address + POST, json=TASKS, timeout=60).status_code == 201


def test_what_was_never_published_is_swept(installation: Installation) -> None:
    """The service can't reach the bus; so the quick endpoint iterates itself, and the other leaves it to sweepers."""
    installation.worker()
    wait_until(lambda: shares(installation.database) == [PARTITIONS])
    installation.bus = "nats://127.0.0.1:1/none"
    address, _ = installation.service()
    assert httpx.post(address + POST, json=TASKS, timeout=60).status_code == 202
    wait_until(lambda: Batch.objects.get().state == "done", within_s=20)
    assert httpx.post(address + POST, json=TASKS, headers={"Prefer": "wait=30"}, timeout=60).status_code == 201
    assert httpx.post(f"{address}/api/tasks/", json=TASKS, timeout=60).status_code == 201
    assert httpx.get(f"{address}/readyz").json() == {"status": "degraded", "bus": "down", "engine": "compiled"}
    assert check_all() == 3


def test_without_a_worker_the_quick_endpoint_iterates_itself_and_the_others_do_not_wait_forever(
    installation: Installation,
) -> None:
    address, _ = installation.service()
    answer = httpx.post(address + POST, json=TASKS, headers={"Prefer": "wait=1"}, timeout=60)
    assert (answer.status_code, answer.json()["status"]) == (202, "pending")
    assert not Iteration.objects.exists()
    assert httpx.post(f"{address}/api/tasks/", json=TASKS, timeout=60).status_code == 201
    assert httpx.get(address + answer.headers["Location"]).json()["status"] == "done"


@pytest.mark.parametrize(
    ("url", "bus", "code", "words"),
    [
        ("sqlite:///x.sqlite3", "", 2, "needs a bus"),
        ("sqlite:///x.sqlite3", "nats://127.0.0.1:4222", 2, "BUS_URL needs PostgreSQL"),
        ("postgres://nobody@127.0.0.1:1/x", "nats://127.0.0.1:4222", 1, "can't use the database"),
        ("postgres://nobody@127.0.0.1:1/x", "http://127.0.0.1", 2, "SATSELECT_BUS_URL: "),
    ],
)
def test_what_a_worker_can_not_work_with_is_told_in_one_line(url: str, bus: str, code: int, words: str) -> None:
    done = worker(url, bus)
    assert (done.returncode, done.stderr.count("Traceback")) == (code, 0), done.stderr
    assert words in done.stderr


def test_a_worker_does_not_migrate(installation: Installation) -> None:
    name = f"satselect_test_{os.getpid()}_bare"
    url = urlsplit(installation.database)._replace(path=f"/{name}").geturl()
    with psycopg.connect(installation.database, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            done = worker(url, installation.bus)
        finally:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
    assert (done.returncode, "lacks migrations" in done.stderr) == (1, True)


def worker(database: str, bus: str) -> subprocess.CompletedProcess[str]:
    """A worker that is expected to end by itself."""
    return commands.run("worker", "--database", database, *(["--bus", bus] if bus else []), env=environment_with())
