"""Entity tags (RFC 9110): what somebody last saw of a thing, in a few letters.

Of a shape some fields may move by themselves, such as how many tasks a fleet has in its buffer. A tag then has two
parts, `"KEPT.WHOLE"`: what was read is new if either differs, what is changed is another if the first one does.
"""

import base64
import json
import re
from collections.abc import Iterator
from functools import cached_property
from hashlib import sha256
from typing import ClassVar

from pydantic import BaseModel

_LETTERS = 22
"""Of base64: 132 bits, so that no two things have one tag."""
_TAG = re.compile(r'(W/)?"([!#-~\x80-\uffff]*)"[ \t]*(,|\Z)')
_BETWEEN = re.compile(r"[ \t,]*")


class Tagged(BaseModel):
    """A shape of something that can change."""

    moving: ClassVar[frozenset[str]] = frozenset()
    """The fields that change by themselves."""

    @cached_property
    def etag(self) -> str | None:
        """The entity tag that a service answered it with; None if it came in a list. It is no part of the JSON."""
        return None


def digest_of(facts: object) -> str:
    """A few letters that other facts, of those that JSON can say, don't have."""
    written = json.dumps(facts, sort_keys=True, separators=(",", ":"), default=str).encode()
    return base64.urlsafe_b64encode(sha256(written).digest()).decode()[:_LETTERS]


def tag_of(shape: BaseModel) -> str:
    """The tag of what is shown so, with its quotes."""
    facts = shape.model_dump(mode="json", by_alias=True)
    moving = shape.moving if isinstance(shape, Tagged) else frozenset()
    kept = {name: value for name, value in facts.items() if name not in moving}
    return f'"{digest_of(kept)}.{digest_of(facts)}"' if moving else f'"{digest_of(kept)}"'


def is_as_seen(if_match: str, tag: str) -> bool:
    """Whether what has that tag is one of those that `If-Match` names. What is no list of tags names none.

    >>> is_as_seen('"a", "b"', '"b"'), is_as_seen("*", '"b"'), is_as_seen('W/"b"', '"b"'), is_as_seen("b", '"b"')
    (True, True, False, False)
    """
    if if_match.strip(" \t") == "*":
        return True
    # Strongly compared (RFC 9110): a weak tag is none.
    return any(not is_weak and _kept(sent) == _kept(tag[1:-1]) for is_weak, sent in _tags(if_match))


def is_known(if_none_match: str, tag: str) -> bool:
    """Whether what has that tag is one of those that `If-None-Match` names.

    >>> is_known('W/"a"', '"a"'), is_known("*", '"a"'), is_known("a", '"a"')
    (True, True, False)
    """
    if if_none_match.strip(" \t") == "*":
        return True
    # Weakly compared: whether a tag says that it is weak doesn't matter.
    return any(sent == tag[1:-1] for _, sent in _tags(if_none_match))


def _kept(opaque: str) -> str:
    return opaque.partition(".")[0]


def _tags(header: str) -> Iterator[tuple[bool, str]]:
    """Each tag, and whether it is a weak one; none if the header is anything else than a list of tags."""
    found = []
    place = _leading(header, 0)
    while place < len(header):
        tag = _TAG.match(header, place)
        if tag is None:
            return
        found.append((bool(tag[1]), tag[2]))
        place = _leading(header, tag.end())
    yield from found


def _leading(header: str, place: int) -> int:
    between = _BETWEEN.match(header, place)
    return between.end() if between else place
