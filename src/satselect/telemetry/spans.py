"""Spans: what takes how long, and within what. They go nowhere until somebody traces.

A traceparent (W3C Trace Context) is how a span is named to another process, as text.
"""

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

Value = str | int | float | bool


class Span(Protocol):
    """Something that takes time, while it does."""

    def add(self, **values: Value) -> None:
        """Notes what became known meanwhile; nothing that a client sent."""

    def rename(self, name: str) -> None:
        """Calls it something else."""


class Tracer(Protocol):
    """Keeps spans."""

    def span(self, name: str, *, parent: str | None, is_served: bool) -> AbstractContextManager[Span]:
        """A span from entering to leaving."""

    def traceparent(self) -> str | None:
        """The span that is open here; None if none is."""


class _Nobody:
    """A span that is not kept."""

    def add(self, **values: Value) -> None:
        pass

    def rename(self, name: str) -> None:
        pass

    def span(self, name: str, *, parent: str | None, is_served: bool) -> AbstractContextManager[Span]:
        return _NOTHING

    def traceparent(self) -> str | None:
        return None


_nobody = _Nobody()
_NOTHING = nullcontext(_nobody)  # one for all: it keeps no state, and may be entered again within itself, in any thread
_tracer: Tracer = _nobody


def span(name: str, *, parent: str | None = None, is_served: bool = False) -> AbstractContextManager[Span]:
    """A span from entering to leaving.

    Args:
        name: what is done, as `iterate.select`.
        parent: the traceparent of the span it belongs to; None for the one it is entered in.
        is_served: it is what this process does for another one.
    """
    return _tracer.span(name, parent=parent, is_served=is_served)


def traceparent() -> str | None:
    """The span that is open here, for another process; None if nobody traces."""
    return _tracer.traceparent()


def trace_with(tracer: Tracer | None) -> None:
    """Has the tracer keep all spans from now on; None ends it."""
    global _tracer
    _tracer = tracer or _nobody
