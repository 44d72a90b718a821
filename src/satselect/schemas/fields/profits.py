"""What a task is worth: the JSON number that was sent, and nothing else."""

from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from satselect.schemas.fields.limits import MAX_PROFIT


def _read(value: object) -> int | float:
    # bool is an int to Python, but true is no number to JSON.
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise PydanticCustomError("number_type", "must be a number")
    if not 0 <= value <= MAX_PROFIT:  # infinity is above, and no bound holds for what is no number
        raise PydanticCustomError("out_of_range", "out of range: must be from 0 to {limit}", {"limit": "1e12"})
    return value


Profit = Annotated[
    int | float, PlainValidator(_read), WithJsonSchema({"type": "number", "minimum": 0, "maximum": MAX_PROFIT})
]
"""From 0 to 1e12. A whole number stays whole, so that 9 comes back as 9 and 9.2 as 9.2."""


def as_sent(profit: float, is_whole: bool) -> int | float:
    """A profit as it is kept, in the form in which it came.

    >>> as_sent(9.0, True), as_sent(9.0, False)
    (9, 9.0)
    """
    return int(profit) if is_whole else profit
