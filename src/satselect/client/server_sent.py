"""Reads server-sent events as the HTML standard has them, from pieces that end anywhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_BYTES = 16 * 1024 * 1024
"""Of one block; an event of ours has a few hundred thousand at most."""
_END_OF_LINE = re.compile(rb"\r\n|\n|\r")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_MOST_DIGITS = 9  # of milliseconds: eleven days


class TooLongError(Exception):
    """A block is longer than any event."""


@dataclass(frozen=True, slots=True)
class Block:
    """What stood between two empty lines.

    Attributes:
        kind: the name of the event.
        data: what it says; empty if it only moves the position.
        position: where to resume after it; None if that was never said.
    """

    kind: str
    data: str
    position: str | None


@dataclass(slots=True)
class Parser:
    """Takes bytes as they come.

    Attributes:
        position: that of the last block that was whole.
        retry_s: how long the service asks to wait before connecting again; None if it doesn't.
    """

    position: str | None = None
    retry_s: float | None = None
    _parts: list[bytes] = field(default_factory=list)
    _size: int = 0
    _ended_with_return: bool = False
    _is_first: bool = True
    _kind: str = ""
    _data: list[str] = field(default_factory=list)
    _id: str | None = None

    def feed(self, chunk: bytes) -> Iterator[Block]:
        """The blocks that are whole now. What was cut off at the end of a connection never is.

        Raises:
            TooLongError: one does not end.
        """
        # An end of line of two letters may be torn apart between two pieces.
        if self._ended_with_return and chunk.startswith(b"\n"):
            chunk = chunk[1:]
        self._ended_with_return = chunk.endswith(b"\r") if chunk else self._ended_with_return
        *lines, rest = _END_OF_LINE.split(chunk)
        for line in lines:
            block = self._take(b"".join([*self._parts, line]))
            self._parts.clear()
            if block:
                self._size = 0
                yield block
        self._parts.append(rest)
        self._size += len(chunk)
        if self._size > MOST_BYTES:
            raise TooLongError

    def _take(self, line: bytes) -> Block | None:
        if self._is_first:
            line, self._is_first = line.removeprefix(_BYTE_ORDER_MARK), False
        if not line:
            return self._end()
        name, _, value = line.decode(errors="replace").partition(":")
        self._set(name, value.removeprefix(" "))
        return None

    def _set(self, name: str, value: str) -> None:
        if name == "event":
            self._kind = value
        elif name == "data":
            self._data.append(value)
        # The standard passes over ids with NUL.
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS:
            self.retry_s = int(value) / 1_000

    def _end(self) -> Block:
        self.position = self._id or self.position
        block = Block(self._kind or "message", "\n".join(self._data), self.position)
        self._kind, self._data = "", []
        return block
