"""Spans sent to an OpenTelemetry collector, if the standard OTEL_ variables ask for it; else none of it is imported."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.core.exceptions import ImproperlyConfigured

from satselect._version import __version__
from satselect.telemetry.spans import Span, Tracer, Value

if TYPE_CHECKING:
    from opentelemetry import trace
    from opentelemetry.sdk.trace.export import SpanExporter

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_HTTP = "http/protobuf"
_INSTALL = "pip install 'satselect[observe]'"


def tracer_asked_for(environment: Mapping[str, str]) -> Tracer | None:
    """What keeps spans, if the environment asks for traces.

    Raises:
        ImproperlyConfigured: it asks for what can't be had.
    """
    exporter = environment.get("OTEL_TRACES_EXPORTER") or ("otlp" if any(map(environment.get, _ENDPOINTS)) else "none")
    if exporter == "none" or environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    if exporter not in {"otlp", "console"}:
        raise ImproperlyConfigured(f"OTEL_TRACES_EXPORTER: must be otlp, console or none, not {exporter!r}")
    protocol = next(filter(None, map(environment.get, _PROTOCOLS)), _HTTP)
    if protocol != _HTTP:
        raise ImproperlyConfigured(f"OTEL_EXPORTER_OTLP_PROTOCOL: only {_HTTP} is spoken, not {protocol!r}")
    try:
        return _OpenTelemetry(_tracer(exporter, environment))
    except ImportError as error:
        raise ImproperlyConfigured(f"the OTEL_ variables ask for traces, which need {error.name}: {_INSTALL}") from None


def _tracer(exporter: str, environment: Mapping[str, str]) -> "trace.Tracer":
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    known: dict[str, str | bool | int | float] = {"service.version": __version__}
    # What is given here goes before what the environment says, so it is given only where that says nothing.
    if "OTEL_SERVICE_NAME" not in environment and "service.name=" not in environment.get(
        "OTEL_RESOURCE_ATTRIBUTES", ""
    ):
        known["service.name"] = "satselect"
    provider = TracerProvider(resource=Resource.create(known))
    provider.add_span_processor(BatchSpanProcessor(_exporter(exporter)))
    return provider.get_tracer("satselect", __version__)


def _exporter(name: str) -> "SpanExporter":
    if name == "console":
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter

        return ConsoleSpanExporter()
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()


class _OpenTelemetry:
    """Spans of OpenTelemetry. Of an error they tell what it was, not what it said."""

    def __init__(self, tracer: "trace.Tracer") -> None:
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._tracer = tracer
        self._names = TraceContextTextMapPropagator()

    @contextmanager
    def span(self, name: str, *, parent: str | None, is_served: bool) -> Iterator[Span]:
        from opentelemetry.trace import SpanKind, StatusCode

        with self._tracer.start_as_current_span(
            name,
            context=self._names.extract({"traceparent": parent}) if parent else None,
            kind=SpanKind.SERVER if is_served else SpanKind.INTERNAL,
            record_exception=False,
            set_status_on_exception=False,
        ) as kept:
            try:
                yield _Kept(kept)
            except Exception as error:
                kept.set_status(StatusCode.ERROR, type(error).__name__)
                raise

    def traceparent(self) -> str | None:
        carrier: dict[str, str] = {}
        self._names.inject(carrier)
        return carrier.get("traceparent")


class _Kept:
    def __init__(self, span: "trace.Span") -> None:
        self._span = span

    def add(self, **values: Value) -> None:
        for name, value in values.items():
            self._span.set_attribute(name if "." in name else f"satselect.{name}", value)

    def rename(self, name: str) -> None:
        self._span.update_name(name)
