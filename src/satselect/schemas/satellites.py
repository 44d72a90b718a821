"""Which satellites there are: those a task may run on, and what each of them has."""

from typing import Annotated

from pydantic import AfterValidator, Field, TypeAdapter

from satselect.schemas.fleets import Capacity
from satselect.schemas.labels import Label, refuse_twice
from satselect.schemas.limits import MAX_SATELLITES_PER_TASK


def _check(names: list[str]) -> list[str]:
    return refuse_twice(names, "the same satellite twice in one list")


SatelliteNames = Annotated[list[Label], Field(min_length=1, max_length=MAX_SATELLITES_PER_TASK), AfterValidator(_check)]
"""Those that a task may run on, in the order sent. None at all would be a task that never runs: it is refused."""

SATELLITES: TypeAdapter[dict[str, dict[str, int]]] = TypeAdapter(
    Annotated[dict[Label, dict[Label, Capacity]], Field(strict=True)]
)
"""How much each satellite has of which resource, by their names."""
