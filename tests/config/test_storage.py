"""The files of the database go away, or others come, under a running service."""

import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg import sql

from tests.api.test_bad_input import assert_problem
from tests.databases import Databases
from tests.forked import Forked
from tests.owners import wait_until
from tests.services import start
from tests.templates import POSTGRES_URL, create_postgresql

pytestmark = pytest.mark.usefixtures("services")  # the engine is compiled before a process is waited for

TASKS = [{"name": "image", "resources": ["camera"], "profit": 1}]


@dataclass
class Running:
    """A service on a file of its own."""

    client: httpx.Client
    file: Path

    @property
    def wal(self) -> Path:
        return self.file.with_name(f"{self.file.name}-wal")

    def submits(self) -> httpx.Response:
        return self.client.post("/api/tasks/", json=TASKS)


@pytest.fixture
def running(databases: Databases, tmp_path: Path) -> Iterator[Running]:
    folder = tmp_path / "data"
    folder.mkdir()
    file = folder / "sat.sqlite3"
    databases.templates.sqlite(file)
    address, process = start(f"sqlite:///{file}")
    with httpx.Client(base_url=address, timeout=30) as client:
        yield Running(client, file)
    process.terminate()
    process.wait(30)


def is_refused(running: Running) -> bool:
    answer = running.submits()
    assert_problem(answer, 503)
    assert "removed or replaced" in answer.json()["detail"]
    assert running.client.get("/readyz").status_code == 503
    assert running.client.get("/api/v1/tasks").status_code == 503
    assert running.client.get("/", headers={"Accept": "text/html"}).status_code == 503
    assert running.client.get("/livez").status_code == 200
    return True


def sizes(folder: Path) -> dict[str, int]:
    return {file.name: file.stat().st_size for file in folder.glob("*")}


def removed(running: Running) -> None:
    running.file.unlink()


def all_removed(running: Running) -> None:
    for file in running.file.parent.iterdir():
        file.unlink()


def log_removed(running: Running) -> None:
    running.wal.unlink()


def shared_memory_removed(running: Running) -> None:
    running.file.with_name(f"{running.file.name}-shm").unlink()


def folder_removed(running: Running) -> None:
    shutil.rmtree(running.file.parent)


def folder_replaced(running: Running) -> None:
    running.file.parent.rename(running.file.parent.with_name("old"))
    running.file.parent.mkdir()


def replaced_by_a_copy(running: Running) -> None:
    copy = running.file.with_name("copy")
    with sqlite3.connect(running.file) as original, sqlite3.connect(copy) as target:
        original.backup(target)
    original.close()
    target.close()
    copy.replace(running.file)


def replaced_by_an_empty_one(running: Running) -> None:
    running.file.unlink()
    running.file.touch()


@pytest.mark.parametrize(
    "happens",
    [
        removed,
        all_removed,
        log_removed,
        shared_memory_removed,
        folder_removed,
        folder_replaced,
        replaced_by_a_copy,
        replaced_by_an_empty_one,
    ],
)
def test_nothing_is_accepted_that_would_be_lost(running: Running, happens: object) -> None:
    assert running.submits().status_code == 201
    happens(running)  # type: ignore[operator]
    left = (
        {file.name: file.stat().st_size for file in running.file.parent.glob("*")}
        if running.file.parent.exists()
        else {}
    )
    for _ in range(12):  # in whichever thread
        assert is_refused(running)
    # What is there is left alone: no empty file takes the place of the one that is gone.
    there = (
        {file.name: file.stat().st_size for file in running.file.parent.glob("*")}
        if running.file.parent.exists()
        else {}
    )
    assert there == left


def test_what_is_put_back_is_gone_on_with(running: Running) -> None:
    assert running.submits().status_code == 201
    aside = running.file.parent.with_name("aside")
    running.file.parent.rename(aside)
    assert is_refused(running)
    aside.rename(running.file.parent)
    assert running.submits().status_code == 201
    with sqlite3.connect(running.file) as looked:
        assert looked.execute("SELECT count(*) FROM store_task").fetchone() == (2,)
    looked.close()


def test_maintenance_beside_it_is_none_of_that(running: Running) -> None:
    for act in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "ANALYZE"):
        assert running.submits().status_code == 201
        other = sqlite3.connect(running.file, timeout=20)
        other.execute(act)
        other.close()
    assert running.submits().status_code == 201
    assert running.client.get("/readyz").status_code == 200


@pytest.fixture
def dropped() -> Iterator[tuple[str, str]]:
    """The name and URL of a database on the server that a test may drop."""
    name = "satselect_storage_test"
    yield name, create_postgresql(name)
    drop(name)


def drop(name: str) -> None:
    _server("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def create(name: str) -> None:
    _server("CREATE DATABASE {}", name)


def _server(act: str, name: str) -> None:
    with psycopg.connect(POSTGRES_URL, autocommit=True) as server:
        server.execute(sql.SQL(act).format(sql.Identifier(name)))


def test_a_database_that_was_dropped_is_noticed(dropped: tuple[str, str]) -> None:
    name, url = dropped
    address, process = start(url)
    with httpx.Client(base_url=address, timeout=30) as client:
        assert client.post("/api/tasks/", json=TASKS).status_code == 201
        drop(name)
        assert_not_served(client)
        create(name)  # empty: none of the tables
        wait_until(lambda: client.get("/readyz").status_code == 503)
        assert_not_served(client)
    stopped(process)


def assert_not_served(client: httpx.Client) -> None:
    """At once, as each waits some seconds for a connection before it gives up."""
    with ThreadPoolExecutor(6) as threads:
        submitted = threads.map(lambda _: client.post("/api/tasks/", json=TASKS), range(3))
        ready = threads.map(lambda _: client.get("/readyz"), range(3))
    for answer in submitted:
        assert_problem(answer, 503)
    assert {answer.status_code for answer in ready} == {503}


def stopped(process: Forked) -> None:
    process.terminate()
    process.wait(30)
