"""Someone who keeps spans, for tests that ask in whose trace something was done."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from satselect.telemetry.spans import Value, trace_with


@dataclass
class Kept:
    """A span, as it was entered."""

    name: str
    parent: str | None

    def add(self, **values: Value) -> None:
        pass

    def rename(self, name: str) -> None:
        self.name = name


@dataclass
class ListTracer:
    """Keeps spans in a list, in the order in which they are entered. The last one is as good as open."""

    spans: list[Kept] = field(default_factory=list)

    @contextmanager
    def span(self, name: str, *, parent: str | None, is_served: bool) -> Iterator[Kept]:
        self.spans.append(Kept(name, parent))
        yield self.spans[-1]

    def traceparent(self) -> str | None:
        return named(self.spans[-1].name) if self.spans else None

    def parents(self, name: str) -> list[str | None]:
        """Whose part the spans of that name are."""
        return [span.parent for span in self.spans if span.name == name]


def named(name: str) -> str:
    """The traceparent of a span of that name."""
    return f"00-trace-{name}-01"


@contextmanager
def traced() -> Iterator[ListTracer]:
    """What is traced meanwhile."""
    tracer = ListTracer()
    trace_with(tracer)
    try:
        yield tracer
    finally:
        trace_with(None)
