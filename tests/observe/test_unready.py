"""A service whose database goes away, and comes back without its tables."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from django.core.management import call_command

from satselect.observe.inbox import Inbox
from satselect.observe.machines import open_machine_room
from satselect.observe.metrics import Metrics
from tests.databases import Database, connect
from tests.services import free_port


@pytest.fixture
def address(database: Database) -> Iterator[str]:
    """Of a machine room; afterwards the test's database is connected again."""
    server = open_machine_room(0)
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    connect(database.url)


def test_without_its_database_it_is_alive_and_not_ready(address: str) -> None:
    connect(f"postgres://nobody@127.0.0.1:{free_port()}/nowhere")
    assert httpx.get(f"{address}/livez").status_code == 200
    assert httpx.get(f"{address}/readyz").status_code == 503
    metrics = Metrics()
    metrics.registry.register(Inbox())
    assert "satselect_database_up 0.0" in metrics.page().decode()
    assert "satselect_batches_pending" not in metrics.page().decode()


def test_before_it_is_migrated_it_is_not_ready_and_afterwards_it_is(address: str, tmp_path: Path) -> None:
    connect(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    answer = httpx.get(f"{address}/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "migrations are missing")
    call_command("migrate", verbosity=0)
    assert httpx.get(f"{address}/readyz").status_code == 200
