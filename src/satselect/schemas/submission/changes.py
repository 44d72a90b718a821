"""Changes of a task as clients send them."""

from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator
from pydantic_core import PydanticCustomError

from satselect.schemas.fields.amounts import Amounts
from satselect.schemas.fields.examples import ITERATION, shown
from satselect.schemas.fields.labels import Label, check_visible
from satselect.schemas.fields.limits import MAX_ATTEMPTS
from satselect.schemas.fields.moments import Moment
from satselect.schemas.fields.payloads import Payload
from satselect.schemas.fields.profits import Profit
from satselect.schemas.fields.satellites import SatelliteNames
from satselect.schemas.fields.seconds import Seconds
from satselect.schemas.history import ReportLink
from satselect.schemas.opportunities import NewOpportunity, Span

_OUR_LINKS = frozenset({"self", "monitor", "product", "cancel"})


class TaskPatch(BaseModel):
    """The fields that change. Null takes away what may be missing."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, json_schema_extra=shown({"profit": 9.7, "deadline": None})
    )

    # Defaults stand for what was not sent and are never read (`model_fields_set`): null means to take away.
    name: Label = ""
    resources: Amounts = {}
    profit: Profit = 0
    satellites: SatelliteNames | None = None
    not_before: Moment | None = None
    deadline: Moment | None = None
    max_attempts: Annotated[int, Field(ge=1, le=MAX_ATTEMPTS)] = 1
    reference: Label | None = None
    payload: Payload | None = None
    opportunities: list[NewOpportunity] | None = Field(default=None, description="all that it has from now on")
    duration: Seconds | None = Field(default=None, description="seconds; the whole opportunity if null")
    window: Span | None = None
    deliver_by: Moment | None = None


class NewReportLink(ReportLink):
    """Where something is that a task brought, as its executor sends it."""

    @field_validator("href")
    @classmethod
    def _leads_somewhere(cls, href: str) -> str:
        try:
            parts = urlsplit(href)
            _ = parts.port
        except ValueError:
            raise PydanticCustomError("address", "must have a host and a port that can be") from None
        if parts.username is not None or parts.password is not None:
            raise PydanticCustomError("address", "must not hold a name or a password")
        check_visible(href)
        return href

    @field_validator("rel")
    @classmethod
    def _is_free(cls, rel: str) -> str:
        if rel in _OUR_LINKS or rel.startswith("satselect:"):
            raise PydanticCustomError("taken", "must not be {rel!r}, which is a link of the order itself", {"rel": rel})
        return rel


class ReportBody(BaseModel):
    """What there is to say about a task that is cancelled or was executed."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        json_schema_extra=shown({"words": "clouds over the target", "iteration": ITERATION}),
    )

    words: Label | None = None
    links: Annotated[list[NewReportLink], Field(max_length=20, description="where what the task brought is")] = []
    iteration: Annotated[UUID, Field(strict=False)] | None = Field(
        default=None, description="the one it is about; a report about another one is refused"
    )


TASK_PATCH: TypeAdapter[TaskPatch] = TypeAdapter(TaskPatch)
REPORT_BODY: TypeAdapter[ReportBody] = TypeAdapter(ReportBody)
