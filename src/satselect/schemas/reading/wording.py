"""What pydantic finds wrong, in words of ours: which value was refused, and what may stand in its place."""

import json
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, get_args
from uuid import UUID

from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from satselect.schemas.reading.json_reader import Unread

if TYPE_CHECKING:
    from pydantic import ValidationError

_MOST_CHARACTERS = 60
"""Of a value that is shown: what is longer is cut."""

_ONE = re.compile(r"\b(1 (?:character|field))s\b")
_TOO_LONG = "must have at most {max_length} of them"
_WITHOUT_VALUE: Mapping[str, str] = {
    "missing": "is missing",
    "extra_forbidden": "is not a known field",
    "invalid_key": "has a key with half of a surrogate pair",
    "too_long": f"{_TOO_LONG}, not {{actual_length}}",
    "too_short": "must have at least {min_length} of them, not {actual_length}",
    "string_too_long": "must have at most {max_length} characters",
    "string_unicode": "contains half of a surrogate pair",
}
"""Type to words where the value is not there, or would not help."""

_WITH_VALUE: Mapping[str, str] = {
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "dict_type": "must be an object",
    "list_type": "must be a list",
    "string_type": "must be text",
    "string_too_short": "must have at least {min_length} characters",
    "string_pattern_mismatch": "must match {pattern}",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a whole number of fewer digits",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "uuid_type": "must be an id (UUID)",
    "uuid_parsing": "must be an id (UUID)",
    "datetime_type": "must be a time like 2026-01-31T12:00:00Z (RFC 3339)",
    "datetime_parsing": "must be a time like 2026-01-31T12:00:00Z (RFC 3339)",
    "datetime_from_date_parsing": "must be a time like 2026-01-31T12:00:00Z (RFC 3339)",
}
"""Type to words that the value follows."""

_OF_OURS_WITH_VALUE = frozenset({"number_type", "out_of_range", "moment", "decimals"})
"""Types of the shapes themselves, whose words the value may follow."""

_FOREIGN = frozenset(get_args(ErrorType))
"""Types whose words are not ours."""
_UNKNOWN = "is not what belongs here"


def said(error: ErrorDetails) -> str:
    """What is wrong, and with which value, in our words.

    >>> said({"type": "less_than_equal", "loc": (), "msg": "", "input": 9000, "ctx": {"le": 500}})
    'must be at most 500, not 9000'
    """
    kind, context = error["type"], error.get("ctx", {})
    if isinstance(error["input"], Unread):
        return error["input"].why
    if kind == "value_error" and isinstance(context.get("error"), ValueError):
        return str(context["error"])
    if kind == "too_long" and context.get("actual_length") is None:  # of an object nobody counts on
        return _filled(_TOO_LONG, context)
    if kind in _WITHOUT_VALUE:
        return _filled(_WITHOUT_VALUE[kind], context)
    if kind in _WITH_VALUE:
        return f"{_filled(_WITH_VALUE[kind], context)}, not {shown(error['input'])}"
    if kind in _FOREIGN:
        return f"{_UNKNOWN}: {shown(error['input'])}"
    return f"{error['msg']}, not {shown(error['input'])}" if kind in _OF_OURS_WITH_VALUE else error["msg"]


def details_of(error: "ValidationError") -> list[ErrorDetails]:
    """Everything that it lists, as `said` takes it."""
    return error.errors(include_url=False)


def shown(value: object) -> str:
    """A value as people write it, short and in one line.

    >>> shown("a"), shown(True), shown([1]), shown(None)
    ('"a"', 'true', 'a list', 'null')
    """
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, list | tuple | set | frozenset):
        return "a list"
    if isinstance(value, bytes):
        return "bytes"
    if isinstance(value, date | UUID | Decimal | Enum):
        return str(value)
    # Long ones are cut before they are written: a megabyte takes a while.
    head = value[: _MOST_CHARACTERS + 1] if isinstance(value, str) else value
    try:
        text = json.dumps(head)
    except (TypeError, ValueError):  # what is no JSON, or has more digits than Python writes
        return f"a {type(value).__name__}"
    if len(text) > _MOST_CHARACTERS:
        return f"{text[:_MOST_CHARACTERS]}..."
    return text


def _filled(words: str, context: Mapping[str, Any]) -> str:
    told = words.format_map({name: _listed(value) for name, value in context.items()})
    return one(told)


def one(words: str) -> str:
    """The words, of one thing where there is one.

    >>> one("must have at least 1 characters")
    'must have at least 1 character'
    """
    return _ONE.sub(r"\1", words)


def _listed(value: object) -> object:
    """Choices as pydantic writes them, `'a', 'b' or 'c'`, with the same marks as values have."""
    if isinstance(value, str):
        return re.sub(r"'([^']*)'", lambda choice: shown(choice[1]), value)
    return _plain(value)


def _plain(value: object) -> object:
    """A bound without the decimals that it doesn't have."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value


def first_of(first: str, count: int) -> str:
    """Several faults in one sentence: the first, and how many there are."""
    return first if count == 1 else f"{count} faults; the first: {first}"
