"""How much a task uses of which resources: a list of names, or an object of amounts. How much there is of one."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, GetJsonSchemaHandler, PlainSerializer, PlainValidator, TypeAdapter
from pydantic_core import CoreSchema, PydanticCustomError

from satselect.schemas.fields.labels import FoldedLabel, refuse_twice
from satselect.schemas.fields.limits import MAX_AMOUNT, MAX_RESOURCES_PER_TASK

_NAMES: TypeAdapter[list[str]] = TypeAdapter(Annotated[list[FoldedLabel], Field(max_length=MAX_RESOURCES_PER_TASK)])
_OBJECT: TypeAdapter[dict[str, int]] = TypeAdapter(
    Annotated[
        dict[FoldedLabel, Annotated[int, Field(strict=True, ge=1, le=MAX_AMOUNT)]],
        Field(max_length=MAX_RESOURCES_PER_TASK),
    ]
)


def _read(value: object) -> dict[str, int]:
    if isinstance(value, list):
        names = refuse_twice(
            _NAMES.validate_python(value), "the same resource twice in one list; give an amount instead"
        )
        return dict.fromkeys(names, 1)
    if isinstance(value, dict):
        amounts = _OBJECT.validate_python(value)
        if len(amounts) < len(value):  # two spellings of one name
            raise PydanticCustomError("twice", "names the same resource twice")
        return amounts
    raise PydanticCustomError("resources", "must be a list of names or an object of amounts")


def _written(amounts: Mapping[str, int]) -> list[str] | dict[str, int]:
    if all(amount == 1 for amount in amounts.values()):
        return list(amounts)
    return dict(amounts)


class _Described:
    """What is read, for who asks for the JSON schema. Made with the module it took 15 ms of every command."""

    def __get_pydantic_json_schema__(self, _core: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {
            "anyOf": [_NAMES.json_schema(), _OBJECT.json_schema()],
            "description": "names, for one unit each, or an object of name to whole amount; "
            "names that look alike are one",
        }


Amounts = Annotated[dict[str, int], PlainValidator(_read), PlainSerializer(_written, when_used="always"), _Described()]
"""Name to amount, in the order sent. Written as a list where every amount is 1."""

Capacity = Annotated[int, Field(ge=0, le=MAX_AMOUNT)]
"""How much there is of a resource."""
