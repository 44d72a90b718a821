"""The one way in for JSON: whatever different readers would read differently is refused."""

import json
import re
from typing import NoReturn, TypeAlias

from satselect.schemas.fields.limits import Limits
from satselect.schemas.reading.faults import MalformedError, TooLargeError

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

MAX_DIGITS = 400
"""Turning digits into a number takes time quadratic in their count; no float has more of them before the point."""

# A string, or what is left of one, is one token, so that the scan never goes back: it stays linear on hostile input.
_TOKENS = re.compile(r'"(?:[^"\\]++|\\.?)*+(?:"|\Z)|([\[{])|([\]}])', re.DOTALL)


def read_json(body: bytes, limits: Limits) -> Json:
    """The value that the body holds. Numbers too large for a float read as infinity, which no field takes.

    Raises:
        TooLargeError: the body is longer than the limit.
        MalformedError: it is not strict JSON.
    """
    if len(body) > limits.body_bytes:
        raise TooLargeError(limits.body_bytes)
    text = _text(body)
    # Before it is read: Python's reader would run out of its stack half way.
    _check_depth(text, limits.depth)
    try:
        value: Json = json.loads(
            text, object_pairs_hook=_object, parse_constant=_refuse_constant, parse_int=_whole_number
        )
    except json.JSONDecodeError as error:
        raise MalformedError(f"not JSON: {error}") from None
    return value


class Unread(str):
    """A text that was meant to be JSON, in place of its value: who refuses it says why it could not be read.

    Attributes:
        why: in words.
    """

    __slots__ = ("why",)
    why: str

    @classmethod
    def of(cls, text: str, why: str) -> "Unread":
        """The text."""
        made = cls(text)
        made.why = why
        return made


def _text(body: bytes) -> str:
    if not body.strip():
        raise MalformedError("the body is empty")
    if body.startswith(b"\xef\xbb\xbf"):
        raise MalformedError("a byte-order mark is not JSON")
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise MalformedError(f"not UTF-8 at byte {error.start}") from None


def _check_depth(text: str, limit: int) -> None:
    depth = 0
    for token in _TOKENS.finditer(text):
        if token.lastindex is not None:
            depth += 1 if token.lastindex == 1 else -1
        if depth > limit:
            raise MalformedError(f"nested more than {limit} deep")


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    # JSON leaves open which of them counts: another reader on the way may have taken the other one.
    if len(members) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise MalformedError(f"the key {twice[:100]!r} is there twice")
    return members


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedError(f"{name} is not a JSON number")


def _whole_number(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise MalformedError(f"a number of {len(digits)} digits")
    return int(digits)
