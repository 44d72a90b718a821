"""Webhooks and their deliveries as clients send them and get them back."""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator
from pydantic_core import PydanticCustomError

from satselect.schemas.entity_tags import Tagged
from satselect.schemas.events import IterationEvent, TaskEvent
from satselect.schemas.labels import Label
from satselect.schemas.limits import MAX_ADDRESS_CHARACTERS
from satselect.schemas.moments import Moment


class DeliveryStatus(StrEnum):
    """Whether a delivery was taken; a failed one was given up."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


HookAddress = Annotated[str, Field(min_length=1, max_length=MAX_ADDRESS_CHARACTERS, pattern=r"^[!-~]+$")]


class NewWebhook(BaseModel):
    """An address to be told of changes of tasks."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    address: HookAddress = Field(
        description="https://..., on the public internet unless the operator allows other addresses"
    )
    name: Label | None = None


class WebhookPatch(BaseModel):
    """What should be other than it is. Switched on again it goes on where it stopped, or with the oldest events kept.

    What is to be delivered goes to a new address at once; what the old one was sent is not sent again.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

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

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    overlap_s: Annotated[int, Field(ge=0, le=604_800)] = 86_400


class WebhookAnswer(Tagged):
    """A webhook without its secret."""

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

    secret: str


class WebhookList(BaseModel):
    """Webhooks, newest first."""

    items: list[WebhookAnswer]
    next: None = None


class DeliveryAnswer(BaseModel):
    """One event for one webhook, and what became of it."""

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

    items: list[DeliveryAnswer]
    next: str | None


class TaskNotice(BaseModel):
    """What is delivered of a task that was edited, cancelled, reported or expired."""

    type: Literal["task.changed"] = "task.changed"
    timestamp: Moment
    data: TaskEvent


class IterationNotice(BaseModel):
    """What is delivered of an iteration that scheduled tasks."""

    type: Literal["tasks.scheduled"] = "tasks.scheduled"
    timestamp: Moment
    data: IterationEvent


NEW_WEBHOOK: TypeAdapter[NewWebhook] = TypeAdapter(NewWebhook)
NEW_SECRET: TypeAdapter[NewSecret] = TypeAdapter(NewSecret)
WEBHOOK_PATCH: TypeAdapter[WebhookPatch] = TypeAdapter(WebhookPatch)
