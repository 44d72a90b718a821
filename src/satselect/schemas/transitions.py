"""How long a resource takes from one use to the next, where that depends on both: a turn, or a change of modes."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import product
from typing import Annotated, Any, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from satselect.schemas.fields.examples import shown
from satselect.schemas.fields.labels import Label

TRANSITION_WORDS = (
    "seconds between two uses of a renewable resource of one unit that depend on both, on top of the turnaround: by an "
    "angle (rate in degrees in a second, settle_s) or by modes (seconds from each to each); detail says which of the "
    "details of opportunities that is; null for none"
)
MOST_MODES = 32  # whose pairs, a thousand, are all said in one document
LONGEST_S = 86_400  # it says how far around a plan has to be read (decision 0127)
MOST_DEGREES = 180.0  # either way from straight ahead; so the longest turn is known (decision 0127)
_PARTS = 1_000_000
"""Of a millisecond, which turns are rounded to, as the engine does it."""
_MODE = r"^[A-Za-z0-9][A-Za-z0-9 _.-]{0,63}$"

Mode = Annotated[str, Field(pattern=_MODE)]
_Between = Annotated[float, Field(ge=0, le=LONGEST_S, allow_inf_nan=False)]


ANGLES = ("off_nadir", "roll", "maximum_elevation", "sun_elevation")
"""Of what a search tells of an opportunity."""


class Position(NamedTuple):
    """How a resource stands in a use: at an angle, or in a mode; both None where nothing is said of it."""

    angle: float | None = None
    mode: str | None = None

    @property
    def is_known(self) -> bool:
        """Whether something is said."""
        return self != (None, None)


class Transition(BaseModel):
    """A turn by the difference of an angle, or a change from one mode to another."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        json_schema_extra=shown({"detail": "off_nadir", "rate": 1.5, "settle_s": 4}),
    )

    detail: str = Field(
        min_length=1,
        max_length=64,
        description="the angle, in degrees, or the mode, among the details of opportunities",
    )
    rate: Annotated[float, Field(ge=0.001, le=1_000, allow_inf_nan=False)] | None = Field(
        default=None, description="degrees in a second", exclude_if=lambda value: value is None
    )
    settle_s: _Between = Field(
        default=0.0, description="seconds that each turn takes besides", exclude_if=lambda value: not value
    )
    seconds: dict[Mode, dict[Mode, _Between]] | None = Field(
        default=None,
        max_length=MOST_MODES,
        exclude_if=lambda value: value is None,
        description="seconds from each mode to each; from one to itself 0 where nothing is said",
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.rate is None) == (self.seconds is None):
            raise PydanticCustomError("transition", "must have either a rate or seconds")
        if self.settle_s and self.rate is None:
            raise PydanticCustomError("transition", "settle_s is for a turn with a rate")
        if words := next(_contradictions(self.seconds or {}), None):
            raise PydanticCustomError("transition", "{words}", {"words": words})
        return self

    @property
    def longest_s(self) -> float:
        """No transition takes more seconds."""
        if self.rate is not None:
            # Counted in whole milliseconds, rounded up: that is one more at most.
            return self.settle_s + 2 * MOST_DEGREES / self.rate + 0.001
        return max((one for to in (self.seconds or {}).values() for one in to.values()), default=0.0) + 0.001

    @property
    def longest(self) -> timedelta:
        """The same."""
        return timedelta(seconds=self.longest_s)

    def position(self, details: Mapping[str, Any]) -> Position:
        """How the resource stands in an opportunity with such details; unknown where they don't say it rightly."""
        value = details.get(self.detail)
        if self.seconds is not None:
            return Position(mode=value) if isinstance(value, str) and value in self.seconds else Position()
        # To Python True is an int; and NaN, which is at most nothing, is no angle either.
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= MOST_DEGREES:
            return Position()
        return Position(angle=float(value))

    def between(self, before: Position, after: Position) -> timedelta:
        """From the end of a use to the start of the next, as plans count it; both positions are known."""
        if self.rate is not None:
            # Each angle is rounded by itself, not the pair: else a detour could be quicker by a millisecond
            # (decision 0127).
            turns = [round((one.angle or 0.0) / self.rate * 1000 * _PARTS) for one in (before, after)]
            return timedelta(milliseconds=_whole(self.settle_s) - -abs(turns[0] - turns[1]) // _PARTS)
        seconds = (self.seconds or {}).get(before.mode or "", {}).get(after.mode or "", 0.0)
        return timedelta(milliseconds=_whole(seconds))

    @property
    def asked(self) -> str:
        """What an opportunity has to say."""
        if self.seconds is not None:
            return f"must be one of {', '.join(sorted(self.seconds))}"
        return f"must be degrees, from {-MOST_DEGREES:g} to {MOST_DEGREES:g}"


class NewTransition(Transition):
    """One that is given to a resource. Those that are kept are read as they are."""

    detail: Annotated[Label, Field(max_length=64)] = Field(
        description="the angle, in degrees, or the mode, among the details of opportunities"
    )

    @model_validator(mode="after")
    def _check_modes(self) -> Self:
        if self.seconds is not None and not self.seconds:
            raise PydanticCustomError("transition", "seconds names no mode, so no opportunity could be in one")
        return self


def _contradictions(seconds: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """What is missing in a table, and where a detour would be quicker than the direct way."""
    for before, to in seconds.items():
        for after in to.keys() - seconds.keys():
            yield f"seconds from {before} names {after}, from which nothing is said"
        for after in seconds.keys() - to.keys() - {before}:
            yield f"seconds from {before} to {after} are missing"
    # As plans count it, or rounding could break what holds in seconds (decision 0127).
    whole = {(a, b): _whole(to.get(b, 0.0)) for a, to in seconds.items() for b in seconds}
    for a, b, c in product(seconds, repeat=3):
        if whole[a, c] > whole[a, b] + whole[b, c]:
            yield f"from {a} to {c} it must not take longer than over {b}"


def _whole(seconds: float) -> int:
    """In milliseconds, as plans count it."""
    return -(-timedelta(seconds=seconds) // timedelta(milliseconds=1))
