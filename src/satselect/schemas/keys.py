"""API keys and their users as clients see them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from satselect.schemas.entity_tags import Tagged
from satselect.schemas.labels import Label
from satselect.schemas.moments import Moment


class NewKey(BaseModel):
    """A key as it is wished for."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: Label | None = None
    expires: Moment | None = None
    replaces: Annotated[str, Field(min_length=8, max_length=8, pattern="^[a-z0-9]+$")] | None = Field(
        default=None, description="the visible part of a key that ends after the overlap"
    )
    overlap_s: Annotated[int, Field(ge=0, le=31_536_000)] = 86_400


NEW_KEY: TypeAdapter[NewKey] = TypeAdapter(NewKey)


class KeyAnswer(Tagged):
    """A key without its secret part."""

    visible: str
    name: str
    created: Moment
    expires: Moment | None
    revoked: Moment | None


class MadeKeyAnswer(KeyAnswer):
    """A key that was just made, with the text of it, which is never shown again."""

    key: str


class KeyList(BaseModel):
    """Keys, newest first."""

    items: list[KeyAnswer]
    next: None = None


class MeAnswer(BaseModel):
    """Who calls."""

    user: str
    account: str
    role: str
    fleets: list[str] = Field(description="whose tasks an executor runs")
