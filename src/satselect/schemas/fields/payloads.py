"""What a client attaches for the executor of the task: an object that is kept and given back unread."""

import json
import math
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from satselect.schemas.fields.limits import MAX_PAYLOAD_BYTES


def _check(value: object) -> object:
    if not isinstance(value, dict):
        raise PydanticCustomError("object_type", "must be an object")
    for part in _parts(value):
        # SQLite would store both, PostgreSQL refuses them (decision 0010).
        if isinstance(part, str) and ("\0" in part or any("\ud800" <= character <= "\udfff" for character in part)):
            raise PydanticCustomError("character", "must not contain NUL or half of a surrogate pair")
        if isinstance(part, float) and not math.isfinite(part):
            raise PydanticCustomError("payload_number", "contains a number that is out of range")
    if len(json.dumps(value, ensure_ascii=False).encode()) > MAX_PAYLOAD_BYTES:
        raise PydanticCustomError("payload_too_long", "must have at most {limit} bytes", {"limit": MAX_PAYLOAD_BYTES})
    return value


def _parts(value: object) -> Iterator[object]:
    """Every key and value in it, at any depth."""
    yield value
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _parts(part)


Payload = Annotated[dict[str, Any], BeforeValidator(_check)]
"""An object of at most 8 kB that every database can hold."""
