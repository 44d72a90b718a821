"""One POST, a service, the bus and a worker: one trace, and what each process tells."""

import gzip
from dataclasses import dataclass

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.databases import FOR_FAULTS, Databases
from tests.nats_server import new_name
from tests.observe.collectors import collector
from tests.services import free_port, start, start_worker, wait_until_ready

TRACE = "0af7651916cd43dd8448eb211c80319c"
TASKS = [{"name": "a", "resources": ["camera"], "profit": 1}]


@dataclass
class Told:
    """What was heard of one POST."""

    ready: dict[str, str]
    worker: str
    service: str
    bodies: list[bytes]

    def spans(self) -> dict[str, Span]:
        """Those of the trace, by name."""
        groups = [group for body in self.bodies for group in ExportTraceServiceRequest.FromString(body).resource_spans]
        spans = [span for group in groups for scope in group.scope_spans for span in scope.spans]
        return {span.name: span for span in spans if span.trace_id.hex() == TRACE}


@pytest.fixture(scope="module")
def told(databases: Databases) -> Told:
    name = new_name()
    url, port = databases.get(FOR_FAULTS).url, free_port()
    bodies: list[bytes] = []

    def take(path: str, body: bytes) -> None:
        bodies.append(gzip.decompress(body) if path.endswith("gzip") else body)

    with collector(take) as collecting:
        settings = {"SATSELECT_BUS_URL": name.url, "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collecting}"}
        worker = start_worker(url, **settings, SATSELECT_METRICS_PORT=str(port))
        room = f"http://127.0.0.1:{port}"
        wait_until_ready(room, worker)
        address, service = start(url, **settings)
        headers = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "Prefer": "wait=30"}
        answer = httpx.post(f"{address}/api/v1/fleets/default/tasks", json=TASKS, headers=headers, timeout=40)
        assert answer.status_code == 201
        heard = Told(
            ready=httpx.get(f"{room}/readyz").json(),
            worker=httpx.get(f"{room}/metrics").text,
            service=httpx.get(f"{address}/metrics").text,
            bodies=bodies,
        )
        for process in (service, worker):
            process.terminate()
        assert [process.wait(timeout=60) for process in (service, worker)] == [0, 0]
    name.delete()
    return heard


def test_the_worker_settles_in_the_trace_of_the_request(told: Told) -> None:
    spans = told.spans()
    post = spans["POST /api/v1/fleets/<fleet>/tasks"]
    assert spans["settle"].parent_span_id == post.span_id
    assert spans["iterate"].parent_span_id == spans["settle"].span_id
    assert spans["publish"].parent_span_id == post.span_id


def test_the_worker_tells_of_its_partitions_and_iterations(told: Told) -> None:
    assert told.ready == {"status": "ready", "bus": "up"}
    for line in (
        "satselect_partitions_owned 64.0",
        "satselect_bus_up 1.0",
        'satselect_batches_done_total{fleet="default"} 1.0',
        'satselect_iterations_total{fleet="default",status="optimal"} 1.0',
    ):
        assert line in told.worker.splitlines()


def test_the_service_tells_of_what_it_accepted(told: Told) -> None:
    assert 'satselect_batches_accepted_total{fleet="default"} 1.0' in told.service.splitlines()
    assert "satselect_bus_up 1.0" in told.service.splitlines()
    assert "satselect_partitions_owned 0.0" in told.service.splitlines()
