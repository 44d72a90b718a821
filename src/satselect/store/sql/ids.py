"""Ids that the server makes."""

import secrets
from collections.abc import Iterator
from datetime import datetime
from uuid import UUID


def new_ids(at: datetime) -> Iterator[UUID]:
    """Version 7 UUIDs (RFC 9562, section 5.7) of this millisecond, each larger than the one before it.

    The 74 bits that are free start at random, half as high as they go, and are counted up.
    """
    milliseconds = int(at.timestamp() * 1000)
    counter = secrets.randbits(73)  # half as high as it goes: counting up never reaches the end
    while True:
        high, low = counter >> 62, counter & ((1 << 62) - 1)
        yield UUID(int=milliseconds << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low)
        counter += 1 + secrets.randbits(32)  # not by one, or an id would tell the next


def new_id(at: datetime) -> UUID:
    """One id."""
    return next(new_ids(at))
