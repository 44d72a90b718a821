"""Standard output, which may be full, closed or left by its reader."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import TextIO, cast


class UnwrittenError(Exception):
    """What was printed did not arrive.

    Attributes:
        why: to tell the user; None if nobody is left to be told.
    """

    def __init__(self, why: str | None) -> None:
        super().__init__(why)
        self.why = why


class _Output:
    """A stream whose failures can't be mistaken for those of other files."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with _telling():
            return self._stream.write(text)

    def flush(self) -> None:
        with _telling():
            self._stream.flush()

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


def put(content: bytes) -> None:
    """Prints what is for programs as it is, whatever letters the terminal can show.

    Raises:
        UnwrittenError: it did not arrive.
    """
    with _telling():
        # What was printed as text is still on its way, and would come after it.
        sys.stdout.flush()
        sys.stdout.buffer.write(content)


@contextmanager
def checked_output() -> Iterator[None]:
    """Sees to it that what is printed meanwhile has arrived at the end.

    Raises:
        UnwrittenError: it did not.
    """
    stream = cast("TextIO | None", sys.stdout)
    if stream is None:  # it was closed before Python began
        raise UnwrittenError("it is closed")
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")  # a name that the terminal can't show is no failure
    sys.stdout = cast("TextIO", _Output(stream))
    try:
        yield
        sys.stdout.flush()
    except UnwrittenError:
        _give_up(stream)
        raise
    finally:
        sys.stdout = stream


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise UnwrittenError(None) from error
    except OSError as error:
        raise UnwrittenError(error.strerror) from error


def _give_up(stream: TextIO) -> None:
    """What is still to be written goes nowhere, instead of failing once more when the process ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
