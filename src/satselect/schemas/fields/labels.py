"""Names as people and databases can hold them."""

import unicodedata
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import InitErrorDetails, PydanticCustomError

from satselect.schemas.fields.folding import folded
from satselect.schemas.fields.limits import MAX_NAME_CHARACTERS

# Control, format (bidi overrides, zero-width), surrogate, line and paragraph separator.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def _check_label(value: object) -> object:
    """The name in NFC, so that two that look the same are the same."""
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "must be text")
    # Before NFC too: normalising a megabyte takes a while.
    if len(value) > 4 * MAX_NAME_CHARACTERS or len(name := unicodedata.normalize("NFC", value)) > MAX_NAME_CHARACTERS:
        raise PydanticCustomError(
            "label_too_long", "must have at most {limit} characters", {"limit": MAX_NAME_CHARACTERS}
        )
    if not name.strip():
        raise PydanticCustomError("blank", "must not be blank")
    check_visible(name)
    return name


def check_visible(text: str) -> None:
    """Lets a text pass that holds no control, format or separating characters.

    Raises:
        PydanticCustomError: it does; names the first.
    """
    for character in text:
        if unicodedata.category(character) in _INVISIBLE:
            code = f"U+{ord(character):04X}"
            raise PydanticCustomError("invisible", "must not contain the invisible character {code}", {"code": code})


Label = Annotated[str, BeforeValidator(_check_label), Field(min_length=1, max_length=MAX_NAME_CHARACTERS)]
"""A name: 1 to 200 visible characters, not blank, stored as NFC."""


FoldedLabel = Annotated[
    str,
    BeforeValidator(lambda value: _check_label(folded(str(_check_label(value))))),
    Field(min_length=1, max_length=MAX_NAME_CHARACTERS),
]
"""A name that is what it names: of a resource, or of a satellite where tasks name it. Read as `folded`."""


def _check_once(value: object, read: ValidatorFunctionWrapHandler) -> object:
    members = read(value)
    if isinstance(value, dict) and len(members) < len(value):  # two spellings of one name
        raise PydanticCustomError("twice", "names the same one twice")
    return members


EACH_ONCE = WrapValidator(_check_once)
"""For objects by name: two spellings of one name are that name twice."""


def refuse_twice(names: list[str], why: str) -> list[str]:
    """The names, if none of them is there twice.

    Raises:
        ValidationError: with the place of every one that was there before.
    """
    # Backwards, so that of two places the first one stays.
    first = {name: place for place, name in reversed(list(enumerate(names)))}
    twice = [place for place, name in enumerate(names) if first[name] != place]
    if twice:
        fault = PydanticCustomError("twice", why)
        lines = [InitErrorDetails(type=fault, loc=(place,), input=names[place]) for place in twice]
        raise ValidationError.from_exception_data("names", lines)
    return names
