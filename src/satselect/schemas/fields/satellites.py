"""Which satellites there are: those a task may run on, and what each of them has."""

from typing import Annotated

from pydantic import AfterValidator, Field, TypeAdapter, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import PydanticCustomError

from satselect.schemas.fields.amounts import Capacity
from satselect.schemas.fields.labels import FoldedLabel, refuse_twice
from satselect.schemas.fields.limits import MAX_SATELLITES_PER_TASK


def _check(names: list[str]) -> list[str]:
    return refuse_twice(names, "the same satellite twice in one list")


SatelliteNames = Annotated[
    list[FoldedLabel], Field(min_length=1, max_length=MAX_SATELLITES_PER_TASK), AfterValidator(_check)
]
"""Those that a task may run on, in the order sent. None at all would be a task that never runs: it is refused."""


def _object_of(what: str) -> WrapValidator:
    """Takes an object with these members, each there once; two spellings of one name are that name twice."""

    def check(value: object, read: ValidatorFunctionWrapHandler) -> object:
        if not isinstance(value, dict):
            raise PydanticCustomError("object", "must be an object of {what}", {"what": what})
        members = read(value)
        if len(members) < len(value):
            raise PydanticCustomError("twice", "names the same one twice")
        return members

    return WrapValidator(check)


_Has = Annotated[
    dict[FoldedLabel, Annotated[Capacity, Field(strict=True)]],
    _object_of('resource to whole capacity, like {"camera": 1}'),
]

SATELLITES: TypeAdapter[dict[str, dict[str, int]]] = TypeAdapter(
    Annotated[dict[FoldedLabel, _Has], _object_of('satellites, like {"sat-1": {"camera": 1}}')]
)
"""How much each satellite has of which resource, by their names."""
