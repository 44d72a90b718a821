"""Searches for opportunities as clients send them, and what they find."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from satselect.schemas.fields.examples import AT, EVENING, TARGET, shown
from satselect.schemas.fields.moments import Moment
from satselect.schemas.fields.satellites import SatelliteNames
from satselect.schemas.opportunities import Span
from satselect.schemas.planning.targets import NewTarget

_MOST_FOUND, _USUAL_FOUND = 10_000, 1_000
_GEOMETRY = {
    "at": "2026-11-23T14:32:20Z",
    "elevation": 61.2,
    "azimuth": 281.4,
    "range_km": 618.5,
    "off_nadir": 26.7,
    "sun_elevation": 18.9,
    "sun_azimuth": 201.3,
    "side": "left",
}


class NewSearch(Span):
    """A question: when can which satellites of the fleet take this target?"""

    model_config = ConfigDict(
        json_schema_extra=shown({"target": TARGET, "from": AT, "until": EVENING, "satellites": ["default"]})
    )

    target: NewTarget
    satellites: SatelliteNames | None = Field(default=None, description="all of the fleet if missing")
    limit: Annotated[int, Field(ge=1, le=_MOST_FOUND)] = Field(
        default=_USUAL_FOUND, description="at most so many are answered, the first ones"
    )

    @model_validator(mode="after")
    def _check_length(self) -> Self:
        if self.ends == self.starts:
            raise PydanticCustomError("order", "until must be later than from")
        return self


class ViewGeometry(BaseModel):
    """How satellite and place lie to each other at a time. Angles are degrees, without refraction."""

    at: Moment
    elevation: float = Field(description="of the satellite above the horizon of the place")
    azimuth: float = Field(description="where the satellite stands, from north to east")
    range_km: float
    off_nadir: float = Field(description="at the satellite, between the Earth's centre and the place")
    sun_elevation: float
    sun_azimuth: float
    side: Literal["left", "right"] = Field(description="on which the place lies of the satellite's way")


class FoundOpportunity(BaseModel):
    """When a satellite can take the target, or a part of it."""

    model_config = ConfigDict(populate_by_name=True)

    satellite: str
    part: int = Field(description="which strip of an area, counted from 0; 0 of all else")
    starts: Moment = Field(alias="from")
    ends: Moment = Field(alias="until")
    is_cut: bool = Field(description="whether it goes on beyond what was searched")
    middle: ViewGeometry = Field(description="in the middle of it, of the point in the middle of the part")
    maximum_elevation: float
    least_off_nadir: float
    elements: int = Field(description="the id of the elements that it was worked out from")
    elements_age_days: float = Field(description="at its start; negative before their epoch")


class Unsearched(StrEnum):
    """Why nothing can be said of a satellite."""

    NO_ELEMENTS = "no_elements"
    STALE = "stale"
    DECAYED = "decayed"
    UNREADABLE = "unreadable"


class UnsearchedSatellite(BaseModel):
    """A satellite of which nothing can be said."""

    satellite: str
    reason: Unsearched
    detail: str


class SearchAnswer(BaseModel):
    """What was found, by start."""

    model_config = ConfigDict(
        json_schema_extra=shown(
            {
                "fleet": "default",
                "parts": 1,
                "found": 1,
                "items": [
                    {
                        "satellite": "default",
                        "part": 0,
                        "from": "2026-11-23T14:31:05Z",
                        "until": "2026-11-23T14:33:35Z",
                        "is_cut": False,
                        "middle": _GEOMETRY,
                        "maximum_elevation": 61.3,
                        "least_off_nadir": 26.6,
                        "elements": 12,
                        "elements_age_days": 0.1,
                    }
                ],
                "unsearched": [
                    {"satellite": "spare", "reason": "no_elements", "detail": "the satellite has no elements"}
                ],
            }
        )
    )

    fleet: str
    parts: int = Field(description="how many the target has: the strips of an area, 1 of all else")
    found: int = Field(description="how many there are; items has the first ones")
    items: list[FoundOpportunity]
    unsearched: list[UnsearchedSatellite] = Field(description="satellites of which nothing can be said, and why")


NEW_SEARCH: TypeAdapter[NewSearch] = TypeAdapter(NewSearch)
