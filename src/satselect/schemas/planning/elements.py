"""Orbital elements of satellites as clients send them and get them back."""

import json
import re
from typing import Annotated, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, WithJsonSchema
from pydantic_core import PydanticCustomError

from satselect.schemas.fields.entity_tags import Tagged
from satselect.schemas.fields.examples import AT, page_of, shown
from satselect.schemas.fields.moments import Moment

MOST_CHARACTERS = 8192
"""Of one set; a message in XML with all that it may say has some three thousand."""

_UNWRITABLE = re.compile(r"[^\t\n\r -~\u00a0-\ud7ff\ue000-\U0010ffff]")
_LINES = (
    "AURORA\n"
    "1 99001U 26001A   26327.50000000  .00001000  00000-0  50000-4 0  9997\n"
    "2 99001  97.6000  40.0000 0010000  90.0000   0.0000 15.20000000  1009\n"
)
_MESSAGE = {
    "OBJECT_NAME": "AURORA",
    "NORAD_CAT_ID": 799501234,
    "EPOCH": "2026-11-23T12:00:00",
    "MEAN_MOTION": 15.2,
    "ECCENTRICITY": 0.001,
    "INCLINATION": 97.6,
    "RA_OF_ASC_NODE": 40,
    "ARG_OF_PERICENTER": 90,
    "MEAN_ANOMALY": 0,
}


def _as_text(value: object) -> str:
    """The text that was sent, or a message of JSON written as one."""
    if not isinstance(value, str | dict | list):
        raise PydanticCustomError("source", "must be text, or an orbit mean-elements message in JSON")
    text = value if isinstance(value, str) else json.dumps(value)
    if len(text) > MOST_CHARACTERS:
        raise PydanticCustomError("source_too_long", "has more than {most} characters", {"most": MOST_CHARACTERS})
    if not text.strip():
        raise PydanticCustomError("blank", "must not be blank")
    if found := _UNWRITABLE.search(text):
        code = f"U+{ord(found[0]):04X}"
        raise PydanticCustomError("invisible", "must not contain the invisible character {code}", {"code": code})
    return text


_Source = Annotated[
    str,
    BeforeValidator(_as_text),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1, "maxLength": MOST_CHARACTERS},
                {"type": "object"},
                {"type": "array", "items": {"type": "object"}, "minItems": 1, "maxItems": 1},
            ]
        }
    ),
]


class NewElements(BaseModel):
    """One set of orbital elements of one satellite."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, json_schema_extra=shown({"source": _MESSAGE}))

    source: _Source = Field(
        description="two lines, with a line with the name above them or not, or a CCSDS orbit mean-elements message: "
        "in JSON as it is, in XML, CSV or key-value notation as text"
    )


class ElementsAnswer(Tagged):
    """Orbital elements that a satellite was given."""

    moving: ClassVar[frozenset[str]] = frozenset({"age_days"})

    model_config = ConfigDict(
        json_schema_extra=shown(
            {
                "id": 12,
                "fleet": "default",
                "satellite": "default",
                "at": AT,
                "by": "local",
                "number": 99001,
                "name": "AURORA",
                "epoch": AT,
                "age_days": 0.25,
                "source": _LINES,
                "sha256": "0" * 64,
            }
        )
    )

    id: int
    fleet: str
    satellite: str
    at: Moment = Field(description="when they were put")
    by: str | None = Field(description="a user of the own account; null for others")
    number: int | None = Field(description="of the satellite in the catalogue, up to nine digits")
    name: str = Field(description="what the elements call the satellite")
    epoch: Moment = Field(description="the time that they are for")
    age_days: float = Field(description="since the epoch; negative until it has come")
    source: str = Field(description="as it was sent; a message of JSON as text")
    sha256: str = Field(description="of the source in UTF-8")


class ElementsPage(BaseModel):
    """Some sets of elements, newest first, and where the next ones are."""

    model_config = ConfigDict(json_schema_extra=page_of(ElementsAnswer))

    items: list[ElementsAnswer]
    next: str | None


NEW_ELEMENTS: TypeAdapter[NewElements] = TypeAdapter(NewElements)
