import gzip
import sys
from typing import Any

import httpx
import pytest
from django.core.exceptions import ImproperlyConfigured
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from satselect.observe.traces import tracer_asked_for
from tests.databases import Database
from tests.observe.collectors import collector
from tests.services import start

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
TASKS = [{"name": "secret name", "resources": ["secret resource"], "profit": 1, "payload": {"a": "secret payload"}}]


@pytest.fixture
def spans(database: Database) -> dict[str, Any]:
    """The spans by name of one POST within somebody's trace, and everything as it was sent."""
    bodies: list[bytes] = []

    def take(path: str, body: bytes) -> None:
        assert path.startswith("/v1/traces")
        bodies.append(gzip.decompress(body) if path.endswith("gzip") else body)

    with collector(take) as port:
        address, process = start(database.url, **{ENDPOINT: f"http://127.0.0.1:{port}", "OTEL_SERVICE_NAME": "mine"})
        headers = {"traceparent": f"00-{TRACE}-{PARENT}-01", "Authorization": "Bearer secret key"}
        assert httpx.post(f"{address}/api/tasks/", json=TASKS, headers=headers).status_code == 201
        process.terminate()
        process.wait(timeout=30)
    groups = [group for body in bodies for group in ExportTraceServiceRequest.FromString(body).resource_spans]
    found = {span.name: span for group in groups for scope in group.scope_spans for span in scope.spans}
    services = {each.value.string_value for group in groups for each in group.resource.attributes}
    return {"found": found, "raw": b"".join(bodies), "services": services}


def test_a_request_is_traced_down_to_the_commit_and_tells_nothing_that_was_sent(spans: dict[str, Any]) -> None:
    found = spans["found"]
    post = found["POST /api/tasks/"]
    assert (post.trace_id.hex(), post.parent_span_id.hex()) == (TRACE, PARENT)
    parents = {"submit": post, "iterate": post}
    parents |= {f"iterate.{part}": found["iterate"] for part in ("read", "select", "record")}
    assert {name: found[name].parent_span_id for name in parents} == {
        name: parent.span_id for name, parent in parents.items()
    }
    told = {each.key: each.value.string_value or each.value.int_value for each in post.attributes}
    assert (told["http.route"], told["http.response.status_code"]) == ("/api/tasks/", 201)
    assert {each.key for each in found["submit"].attributes} >= {"satselect.batch", "satselect.fleet"}
    assert "mine" in spans["services"]
    assert b"secret" not in spans["raw"]


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"OTEL_TRACES_EXPORTER": "none", ENDPOINT: "http://x"},
        {"OTEL_SDK_DISABLED": "true", ENDPOINT: "http://x"},
        {"OTEL_SERVICE_NAME": "x"},
    ],
)
def test_who_does_not_ask_is_not_traced(environment: dict[str, str]) -> None:
    assert tracer_asked_for(environment) is None


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "OTEL_TRACES_EXPORTER"),
        ({ENDPOINT: "http://x", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "only http/protobuf"),
    ],
)
def test_what_is_not_spoken_is_said(environment: dict[str, str], says: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=says):
        tracer_asked_for(environment)


def test_traces_without_their_packages_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with pytest.raises(ImproperlyConfigured, match=r"satselect\[observe\]"):
        tracer_asked_for({ENDPOINT: "http://x"})
