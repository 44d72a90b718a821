"""Lengths of time as JSON numbers."""

from typing import Annotated

from pydantic import Field

_MOST_SECONDS = 366 * 86_400  # longer than any horizon is nothing

Seconds = Annotated[float, Field(ge=0, le=_MOST_SECONDS, allow_inf_nan=False)]
"""From 0 to a leap year."""
