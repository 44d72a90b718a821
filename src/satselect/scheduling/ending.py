"""That this process is about to end: from then on nobody waits, and what is selected is what was found so far."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

_ending = Event()


def end() -> None:
    """The process is about to end. What was accepted is kept, and settled by another one, or the next."""
    _ending.set()


def is_ending() -> bool:
    """Whether it is."""
    return _ending.is_set()


@contextmanager
def as_if_ending() -> Iterator[None]:
    """For tests: the process is about to end for as long as this lasts."""
    _ending.set()
    try:
        yield
    finally:
        _ending.clear()
