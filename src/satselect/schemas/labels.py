"""Names as people and databases can hold them."""

import unicodedata
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from satselect.schemas.limits import MAX_NAME_CHARACTERS

# Control, format (bidi overrides, zero-width), surrogate, line and paragraph separator.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def _check_label(value: object) -> object:
    """The name in NFC, so that two that look the same are the same."""
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "must be text")
    # Before NFC too: normalising a megabyte takes a while.
    if len(value) > 4 * MAX_NAME_CHARACTERS or len(name := unicodedata.normalize("NFC", value)) > MAX_NAME_CHARACTERS:
        raise PydanticCustomError("too_long", "must have at most {limit} characters", {"limit": MAX_NAME_CHARACTERS})
    if not name.strip():
        raise PydanticCustomError("blank", "must not be blank")
    for character in name:
        if unicodedata.category(character) in _INVISIBLE:
            code = f"U+{ord(character):04X}"
            raise PydanticCustomError("invisible", "must not contain the invisible character {code}", {"code": code})
    return name


Label = Annotated[str, BeforeValidator(_check_label), Field(min_length=1, max_length=MAX_NAME_CHARACTERS)]
"""A name: 1 to 200 visible characters, not blank, stored as NFC."""
