"""An error as it may be written down: what it was and where, and of its words the first line.

Databases put the row that they refuse into the lines below; nothing that a client sent belongs into a log.
"""

import traceback
from collections.abc import Iterator

MOST_CHARACTERS = 200  # the rest may quote what was sent


def lines_of(error: BaseException) -> Iterator[str]:
    """The error and those that led to it, the first one first, with where each was raised."""
    for one in _chain(error):
        yield from (line for entry in traceback.format_tb(one.__traceback__) for line in entry.splitlines())
        yield f"{type(one).__module__}.{type(one).__qualname__}: {first_line(one)}"


def first_line(error: BaseException) -> str:
    """What the error says, shortly."""
    return str(error).partition("\n")[0][:MOST_CHARACTERS]


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    one: BaseException | None = error
    while one is not None and one not in found:  # a chain may lead back to itself
        found.append(one)
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return found[::-1]
