"""The description of the API, worked out once in a process: that takes seconds."""

from functools import cache
from typing import Any

from satselect.api.service import api


@cache
def described() -> dict[str, Any]:
    """All of it; nobody changes it."""
    return dict(api.get_openapi_schema())
