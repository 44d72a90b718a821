"""API keys and their users as clients see them."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from satselect.schemas.fields.entity_tags import Tagged
from satselect.schemas.fields.examples import AT, KEY, example_of, page_of, shown
from satselect.schemas.fields.labels import Label
from satselect.schemas.fields.moments import Moment


class NewKey(BaseModel):
    """A key as it is wished for."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        json_schema_extra=shown({"name": "laptop", "expires": "2027-11-23T00:00:00Z"}),
    )

    name: Label | None = None
    expires: Moment | None = None
    replaces: Annotated[str, Field(min_length=8, max_length=8, pattern="^[a-z0-9]+$")] | None = Field(
        default=None, description="the visible part of a key that ends after the overlap"
    )
    overlap_s: Annotated[int, Field(ge=0, le=31_536_000)] = 86_400


NEW_KEY: TypeAdapter[NewKey] = TypeAdapter(NewKey)


class KeyAnswer(Tagged):
    """A key without its secret part."""

    model_config = ConfigDict(
        json_schema_extra=shown({"visible": KEY, "name": "laptop", "created": AT, "expires": None, "revoked": None})
    )

    visible: str
    name: str
    created: Moment
    expires: Moment | None
    revoked: Moment | None


class MadeKeyAnswer(KeyAnswer):
    """A key that was just made, with the text of it, which is never shown again."""

    model_config = ConfigDict(
        json_schema_extra=shown({**example_of(KeyAnswer), "key": f"sat_{KEY}_{43 * 'x'}00000000"})
    )

    key: str


class KeyList(BaseModel):
    """Keys, newest first."""

    model_config = ConfigDict(json_schema_extra=page_of(KeyAnswer))

    items: list[KeyAnswer]
    next: None = None


class MeAnswer(BaseModel):
    """Who calls."""

    model_config = ConfigDict(
        json_schema_extra=shown({"user": "anna", "account": "anna", "role": "customer", "fleets": []})
    )

    user: str
    account: str
    role: str
    fleets: list[str] = Field(description="whose tasks an executor runs")
