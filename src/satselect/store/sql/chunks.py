"""Long lists of values, in the parts that one statement takes."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

Value = TypeVar("Value")

VALUES_PER_STATEMENT = 900
"""Builds of SQLite take 999 parameters in one statement, and every query has others beside the list."""


def in_parts(values: Sequence[Value], *, size: int = VALUES_PER_STATEMENT) -> Iterator[Sequence[Value]]:
    """The values in their order, a part for each statement.

    >>> [len(part) for part in in_parts(range(2000))]
    [900, 900, 200]
    """
    for start in range(0, len(values), size):
        yield values[start : start + size]
