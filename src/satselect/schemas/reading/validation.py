"""From what pydantic finds wrong to faults with their place in the document."""

from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from satselect.schemas.reading.faults import Fault, InvalidError, pointer_of
from satselect.schemas.reading.json_reader import Json
from satselect.schemas.reading.wording import details_of, said

Shape = TypeVar("Shape")


def validate(shape: TypeAdapter[Shape], document: Json) -> Shape:
    """The document as this shape.

    Raises:
        InvalidError: every fault, in the order of the document.
    """
    try:
        return shape.validate_python(document)
    except ValidationError as error:
        raise InvalidError(faults_of(error)) from None


def faults_of(error: ValidationError) -> list[Fault]:
    """Everything that it lists."""
    return [Fault(said(line), pointer_of(*_place(line["loc"]))) for line in details_of(error)]


def _place(parts: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Where it is. A wrong key of an object is at that key."""
    return parts[:-1] if parts and parts[-1] == "[key]" else parts
