"""Webhooks and their deliveries as clients send them and get them back."""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from satselect.schemas.events import IterationEvent, TaskEvent
from satselect.schemas.fields.entity_tags import Tagged
from satselect.schemas.fields.examples import ADDRESS, AT, DELIVERY, WEBHOOK, example_of, page_of, shown
from satselect.schemas.fields.labels import Label
from satselect.schemas.fields.limits import MAX_ADDRESS_CHARACTERS
from satselect.schemas.fields.moments import Moment


class DeliveryStatus(StrEnum):
    """Whether a delivery was taken; a failed one was given up."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


HookAddress = Annotated[str, Field(min_length=1, max_length=MAX_ADDRESS_CHARACTERS, pattern=r"^[!-~]+$")]


class NewWebhook(BaseModel):
    """An address to be told of changes of tasks."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        json_schema_extra=shown({"address": ADDRESS, "name": "ground station"}),
    )

    address: HookAddress = Field(
        description="https://..., on the public internet unless the operator allows other addresses"
    )
    name: Label | None = None


class WebhookPatch(BaseModel):
    """What should be other than it is. Switched on again it goes on where it stopped, or with the oldest events kept.

    What is to be delivered goes to a new address at once; what the old one was sent is not sent again.
    """

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        json_schema_extra=shown({"is_enabled": True, "address": f"{ADDRESS}/2"}),
    )

    is_enabled: bool = True
    address: HookAddress = ""
    name: Label | None = Field(default=None, description="null takes it away")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.model_fields_set:
            raise PydanticCustomError("nothing", "must have at least one field")
        return self


class NewSecret(BaseModel):
    """How long the old secret signs beside the new one; 0 for one that leaked."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, json_schema_extra=shown({"overlap_s": 86400}))

    overlap_s: Annotated[int, Field(ge=0, le=604_800)] = 86_400


class WebhookAnswer(Tagged):
    """A webhook without its secret."""

    model_config = ConfigDict(
        json_schema_extra=shown(
            {
                "id": WEBHOOK,
                "address": ADDRESS,
                "name": "ground station",
                "created": AT,
                "is_enabled": True,
                "failing_since": None,
                "old_secret_until": None,
            }
        )
    )

    moving: ClassVar[frozenset[str]] = frozenset({"failing_since"})

    id: UUID
    address: str
    name: str
    created: Moment
    is_enabled: bool
    failing_since: Moment | None = Field(description="null while the last delivery was taken")
    old_secret_until: Moment | None = Field(
        default=None, description="until then the secret before this one signs, too; null if none does"
    )


class MadeWebhookAnswer(WebhookAnswer):
    """A webhook with a secret that was just made, which signs its deliveries and is never shown again."""

    model_config = ConfigDict(
        json_schema_extra=shown(
            {**example_of(WebhookAnswer), "secret": "whsec_c2lnbnMgZGVsaXZlcmllcyBvZiB0aGlzIHdlYmhvb2s="}
        )
    )

    secret: str


class WebhookList(BaseModel):
    """Webhooks, newest first."""

    model_config = ConfigDict(json_schema_extra=page_of(WebhookAnswer))

    items: list[WebhookAnswer]
    next: None = None


class DeliveryAnswer(BaseModel):
    """One event for one webhook, and what became of it."""

    model_config = ConfigDict(
        json_schema_extra=shown(
            {
                "id": DELIVERY,
                "type": "tasks.scheduled",
                "fleet": "default",
                "number": 2,
                "status": "delivered",
                "attempts": 1,
                "created": AT,
                "next_attempt": None,
                "delivered": AT,
                "answered": 204,
                "error": "",
            }
        )
    )

    id: UUID = Field(description="the webhook-id of every attempt")
    type: str
    fleet: str
    number: int = Field(description="that of the event, as its body says it")
    status: DeliveryStatus
    attempts: int
    created: Moment
    next_attempt: Moment | None
    delivered: Moment | None
    answered: int | None = Field(description="the status that the last attempt was answered with")
    error: str = Field(description="why the last attempt failed")


class DeliveryPage(BaseModel):
    """Some deliveries, newest first, and where the next ones are."""

    model_config = ConfigDict(json_schema_extra=page_of(DeliveryAnswer))

    items: list[DeliveryAnswer]
    next: str | None


class TaskNotice(BaseModel):
    """What is delivered of a task that was edited, cancelled, reported or expired."""

    model_config = ConfigDict(
        json_schema_extra=shown({"type": "task.changed", "timestamp": AT, "data": example_of(TaskEvent)})
    )

    type: Literal["task.changed"] = "task.changed"
    timestamp: Moment
    data: TaskEvent


class IterationNotice(BaseModel):
    """What is delivered of an iteration that scheduled tasks."""

    model_config = ConfigDict(
        json_schema_extra=shown({"type": "tasks.scheduled", "timestamp": AT, "data": example_of(IterationEvent)})
    )

    type: Literal["tasks.scheduled"] = "tasks.scheduled"
    timestamp: Moment
    data: IterationEvent


class TrialData(BaseModel):
    """Which webhook is tested."""

    webhook: UUID


class TrialNotice(BaseModel):
    """What is delivered when somebody tries a webhook out."""

    model_config = ConfigDict(
        json_schema_extra=shown({"type": "webhook.test", "timestamp": AT, "data": {"webhook": WEBHOOK}})
    )

    type: Literal["webhook.test"] = "webhook.test"
    timestamp: Moment
    data: TrialData


class TrialAnswer(BaseModel):
    """What a test of a webhook was answered. It was taken if there is no error."""

    model_config = ConfigDict(json_schema_extra=shown({"answered": 204, "error": ""}))

    answered: int | None = Field(description="the status of the answer; null if there was none")
    error: str = Field(description="why it was not taken; empty if it was")


NEW_WEBHOOK: TypeAdapter[NewWebhook] = TypeAdapter(NewWebhook)
NEW_SECRET: TypeAdapter[NewSecret] = TypeAdapter(NewSecret)
WEBHOOK_PATCH: TypeAdapter[WebhookPatch] = TypeAdapter(WebhookPatch)
