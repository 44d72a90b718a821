from collections.abc import Iterator
from types import SimpleNamespace

import httpx
import pytest

from satselect.observe import health
from satselect.observe.machines import open_machine_room
from tests.databases import Database
from tests.services import free_port, start


@pytest.fixture
def room(database: Database) -> Iterator[httpx.Client]:
    server = open_machine_room(0)
    with httpx.Client(base_url=f"http://127.0.0.1:{server.server_port}") as client:
        yield client
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("path", "status"), [("/livez", 200), ("/readyz", 200), ("/metrics", 200), ("/api", 404)])
def test_machines_need_no_key(room: httpx.Client, path: str, status: int) -> None:
    assert room.get(path).status_code == status


def test_metrics_are_what_prometheus_reads(room: httpx.Client) -> None:
    answer = room.get("/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert "# TYPE satselect_batches_accepted_total counter" in answer.text


def test_who_does_not_get_on_is_not_alive(database: Database) -> None:
    server = open_machine_room(0, is_alive=lambda: False)
    assert httpx.get(f"http://127.0.0.1:{server.server_port}/livez").status_code == 503
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("is_up", "told"), [(True, ("ready", "up")), (False, ("degraded", "down"))])
def test_without_its_bus_a_service_is_degraded_and_ready(
    room: httpx.Client, is_up: bool, told: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_watched", [SimpleNamespace(is_connected=is_up)])
    answer = room.get("/readyz")
    assert (answer.status_code, answer.json()["status"], answer.json()["bus"]) == (200, *told)


def test_serve_answers_machines_on_a_port_of_their_own(database: Database) -> None:
    port = free_port()
    address, process = start(database.url, SATSELECT_METRICS_PORT=str(port))
    try:
        httpx.post(f"{address}/api/tasks/", json=[])
        told = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    finally:
        process.terminate()
        process.wait(timeout=30)
    assert 'satselect_batches_done_total{fleet="default"} 1.0' in told
    assert 'satselect_http_requests_total{method="POST",route="/api/tasks/",status="201"} 1.0' in told
