"""Fields of answers that stand there only where there is something to say: others are answered without them."""

from typing import Any

from pydantic import Field


def where_there(words: str) -> Any:  # noqa: ANN401 - a field of any type
    """A field that is left out where it is null, as everything about time is where nobody plans in time."""
    return Field(default=None, exclude_if=lambda value: value is None, description=words)
