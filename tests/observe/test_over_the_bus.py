"""One POST, a service, the bus and a worker: one trace, and what each process tells."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

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
NOWHERE = "nats://127.0.0.1:1/none"


@dataclass
class Heard:
    """What the processes sent to the collector."""

    bodies: list[bytes] = field(default_factory=list)

    def take(self, path: str, body: bytes) -> None:
        self.bodies.append(gzip.decompress(body) if path.endswith("gzip") else body)

    def spans(self) -> dict[str, Span]:
        """Those of the trace, by name."""
        groups = [group for body in self.bodies for group in ExportTraceServiceRequest.FromString(body).resource_spans]
        spans = [span for group in groups for scope in group.scope_spans for span in scope.spans]
        return {span.name: span for span in spans if span.trace_id.hex() == TRACE}


@dataclass
class Told:
    """What was heard of one POST, and what the processes told."""

    heard: Heard
    ready: dict[str, str]
    worker: str
    service: str


@contextmanager
def posted(url: str, heard: Heard, *, bus: str, bus_of_service: str) -> Iterator[tuple[str, str]]:
    """The addresses of a service and of a worker's room, after a POST that the worker settled; ended afterwards."""
    port = free_port()
    room = f"http://127.0.0.1:{port}"
    with collector(heard.take) as collecting:
        traced = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collecting}"}
        worker = start_worker(url, SATSELECT_BUS_URL=bus, SATSELECT_METRICS_PORT=str(port), **traced)
        wait_until_ready(room, worker)
        address, service = start(url, SATSELECT_BUS_URL=bus_of_service, **traced)
        headers = {"traceparent": f"00-{TRACE}-b7ad6b7169203331-01", "Prefer": "wait=30"}
        answer = httpx.post(f"{address}/api/v1/fleets/default/tasks", json=TASKS, headers=headers, timeout=40)
        assert answer.status_code == 201
        yield address, room
        for process in (service, worker):
            process.terminate()
        assert [process.wait(timeout=60) for process in (service, worker)] == [0, 0]


@pytest.fixture(scope="module")
def told(databases: Databases) -> Iterator[Told]:
    name, heard = new_name(), Heard()
    url = databases.get(FOR_FAULTS).url
    with posted(url, heard, bus=name.url, bus_of_service=name.url) as (address, room):
        made = Told(
            heard=heard,
            ready=httpx.get(f"{room}/readyz").json(),
            worker=httpx.get(f"{room}/metrics").text,
            service=httpx.get(f"{address}/metrics").text,
        )
    yield made
    name.delete()


def test_the_worker_settles_in_the_trace_of_the_request(told: Told) -> None:
    spans = told.heard.spans()
    post = spans["POST /api/v1/fleets/<fleet>/tasks"]
    assert spans["submit"].parent_span_id == post.span_id
    assert spans["settle"].parent_span_id == spans["submit"].span_id
    assert spans["iterate"].parent_span_id == spans["settle"].span_id
    assert spans["publish"].parent_span_id == post.span_id


def test_the_worker_tells_of_its_partitions_and_iterations(told: Told) -> None:
    assert told.ready == {"status": "ready", "bus": "up", "engine": "compiled"}
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


def test_what_the_bus_lost_is_swept_in_the_trace_of_its_request(databases: Databases) -> None:
    """The service reaches no bus, so that only the row tells the worker of the trace."""
    name, heard = new_name(), Heard()
    with posted(databases.get(FOR_FAULTS).url, heard, bus=name.url, bus_of_service=NOWHERE):
        pass
    name.delete()
    spans = heard.spans()
    assert spans["settle"].parent_span_id == spans["submit"].span_id
    assert spans["iterate"].parent_span_id == spans["settle"].span_id
