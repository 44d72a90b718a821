"""Notes that every log line below them carries: which request, which batch."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_notes: ContextVar[Mapping[str, object]] = ContextVar("notes", default={})  # noqa: B039 - never changed in place


@contextmanager
def noted(**notes: object) -> Iterator[None]:
    """Has log lines within it carry these notes, besides those around it."""
    token = _notes.set({**_notes.get(), **notes})
    try:
        yield
    finally:
        _notes.reset(token)


def notes() -> Mapping[str, object]:
    """What log lines here carry."""
    return _notes.get()
