"""Webhooks and their deliveries as clients send them and get them back."""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

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


class NewWebhook(BaseModel):
    """An address to be told of changes of tasks."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    address: Annotated[str, Field(min_length=1, max_length=MAX_ADDRESS_CHARACTERS, pattern=r"^[!-~]+$")] = Field(
        description="https://..., on the public internet unless the operator allows other addresses"
    )
    name: Label | None = None


class WebhookPatch(BaseModel):
    """Whether it is told; switched on again it goes on where it stopped, or with the oldest events that are kept."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    is_enabled: bool


class WebhookAnswer(Tagged):
    """A webhook without its secret."""

    moving: ClassVar[frozenset[str]] = frozenset({"failing_since"})

    id: UUID
    address: str
    name: str
    created: Moment
    is_enabled: bool
    failing_since: Moment | None = Field(description="null while the last delivery was taken")


class MadeWebhookAnswer(WebhookAnswer):
    """A webhook that was just made, with the secret that signs its deliveries, which is never shown again."""

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
    number: int = Field(description="that of the event, within the fleet")
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
WEBHOOK_PATCH: TypeAdapter[WebhookPatch] = TypeAdapter(WebhookPatch)
