"""Webhooks of the caller, and what became of their deliveries."""

from datetime import timedelta
from functools import partial
from http import HTTPStatus
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from satselect.api.openapi.documentation import CONFLICT, conditional, json_body
from satselect.application.access.rights import Right
from satselect.application.act import Act
from satselect.application.conditions import Condition
from satselect.application.errors import ConflictError
from satselect.application.events.audiences import Audience, audience_of, told_number
from satselect.application.webhooks.register import edit, register, rotate, unregister
from satselect.application.webhooks.request import post
from satselect.schemas.webhooks import (
    NEW_SECRET,
    NEW_WEBHOOK,
    WEBHOOK_PATCH,
    DeliveryAnswer,
    DeliveryPage,
    DeliveryStatus,
    MadeWebhookAnswer,
    NewSecret,
    NewWebhook,
    TrialAnswer,
    WebhookAnswer,
    WebhookList,
    WebhookPatch,
)
from satselect.store.models import Delivery, User, Webhook
from satselect.web.callers import caller_of
from satselect.web.conditions import condition_of, refuse_conditions, tagged
from satselect.web.lookups import look_up
from satselect.web.paging import Limit, page_of
from satselect.web.requests import body_of
from satselect.web.runtime import runtime

router = Router(tags=["webhooks"])

_WEBHOOK = "/api/v1/webhooks/{uuid:webhook_id}"


class DeliveryFilter(Schema):
    """Which deliveries a list shows."""

    status: list[DeliveryStatus] = Field(default_factory=list, description="several times for any of several")
    cursor: UUID | None = None
    limit: Limit = 50


@router.get("/api/v1/webhooks", response=WebhookList)
def list_webhooks(request: HttpRequest) -> WebhookList:
    """Own webhooks, newest first."""
    webhooks = caller_of(request, Right.READ).webhooks.order_by("-id")
    return WebhookList.model_construct(items=[_answer(webhook) for webhook in webhooks])


@router.post("/api/v1/webhooks", response={201: MadeWebhookAnswer}, openapi_extra={**json_body(NewWebhook), **CONFLICT})
def post_webhook(request: HttpRequest) -> Status[MadeWebhookAnswer]:
    """Registers an address that is told of changes of tasks. The answer is the only place that shows its secret."""
    user = caller_of(request, Right.READ)
    refuse_conditions(request)
    sent = body_of(request, NEW_WEBHOOK)
    at = timezone.now()
    webhook = register(sent.address, sent.name or "", Act(user, at), allows_private=_allows_private())
    tagged(request, _answer(webhook))  # as it is shown from now on, without the secret
    return Status(HTTPStatus.CREATED, _made(webhook))


@router.get(_WEBHOOK, response=WebhookAnswer)
def get_webhook(request: HttpRequest, webhook_id: UUID) -> WebhookAnswer:
    """One of the own webhooks."""
    _, webhook = _found(request, webhook_id)
    return tagged(request, _answer(webhook))


@router.patch(_WEBHOOK, response=WebhookAnswer, openapi_extra=conditional(json_body(WebhookPatch)))
def patch_webhook(request: HttpRequest, webhook_id: UUID) -> WebhookAnswer:
    """Changes a webhook: address, name, whether it is told.

    What is to be delivered goes to a new address. Switched on again it is told what it missed, as far as that is kept.
    """
    user, webhook = _found(request, webhook_id)
    sent = body_of(request, WEBHOOK_PATCH).model_dump(exclude_unset=True)
    if "name" in sent:
        sent["name"] = sent["name"] or ""
    condition = _condition(request, webhook_id)
    edit(webhook, sent, Act(user, timezone.now(), condition), allows_private=_allows_private())
    return tagged(request, _answer(webhook))


@router.post(f"{_WEBHOOK}/secret", response={201: MadeWebhookAnswer}, openapi_extra=conditional(json_body(NewSecret)))
def post_secret(request: HttpRequest, webhook_id: UUID) -> Status[MadeWebhookAnswer]:
    """Gives a webhook a new secret, which this answer alone shows.

    Until `old_secret_until` deliveries are signed with the old one, too: the header has a signature by each.
    """
    user, webhook = _found(request, webhook_id)
    overlap = timedelta(seconds=body_of(request, NEW_SECRET).overlap_s)
    rotate(webhook, Act(user, timezone.now(), _condition(request, webhook_id)), overlap=overlap)
    tagged(request, _answer(webhook))
    return Status(HTTPStatus.CREATED, _made(webhook))


@router.post(f"{_WEBHOOK}/test", response=TrialAnswer, openapi_extra=CONFLICT)
def post_test(request: HttpRequest, webhook_id: UUID) -> TrialAnswer:
    """Sends a message of the type `webhook.test` now, signed as all are, and answers what the other side said.

    It is not tried again and not among the deliveries. One at a time of each user.
    """
    refuse_conditions(request)
    _, webhook = _found(request, webhook_id)
    if settings.SATSELECT_WEBHOOKS == "off":
        raise ConflictError("this process of the service sends nothing: its operator switched webhooks off")
    outcome = runtime().trials.try_out(webhook, partial(post, allows_private=_allows_private()), at=timezone.now())
    return TrialAnswer.model_construct(answered=outcome.answered, error=outcome.error)


@router.delete(_WEBHOOK, response={204: None}, openapi_extra=conditional())
def delete_webhook(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Takes a webhook away, with its deliveries."""
    user, webhook = _found(request, webhook_id)
    unregister(webhook, Act(user, timezone.now(), _condition(request, webhook_id)))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@router.get(f"{_WEBHOOK}/deliveries", response=DeliveryPage)
def list_deliveries(request: HttpRequest, webhook_id: UUID, wanted: Query[DeliveryFilter]) -> DeliveryPage:
    """What was or will be sent to a webhook, newest first. Kept for 30 days."""
    user, webhook = _found(request, webhook_id)
    audience = audience_of(user)
    # Bodies may be large, and no list shows them.
    deliveries = webhook.deliveries.select_related("fleet").defer("body").order_by("-id")
    if wanted.status:
        deliveries = deliveries.filter(status__in=wanted.status)
    if wanted.cursor:
        deliveries = deliveries.filter(id__lt=wanted.cursor)
    shown, following = page_of(request, deliveries, wanted.limit, attrgetter("id"))
    return DeliveryPage.model_construct(items=[_delivery(delivery, audience) for delivery in shown], next=following)


def _condition(request: HttpRequest, webhook_id: UUID) -> Condition:
    return condition_of(request, lambda: _answer(_found(request, webhook_id)[1]))


def _found(request: HttpRequest, webhook_id: UUID) -> tuple[User, Webhook]:
    user = caller_of(request, Right.READ)
    return user, look_up(user.webhooks, "webhook", id=webhook_id)


def _allows_private() -> bool:
    return settings.SATSELECT_WEBHOOKS == "private"


def _made(webhook: Webhook) -> MadeWebhookAnswer:
    return MadeWebhookAnswer.model_construct(secret=webhook.secret, **_shown(webhook))


def _shown(webhook: Webhook) -> dict[str, Any]:
    fields = ("id", "address", "name", "created", "failing_since")
    until = webhook.old_secret_until
    holds = until is not None and until > timezone.now()
    told = {"is_enabled": webhook.disabled is None, "old_secret_until": until if holds else None}
    return told | {field: getattr(webhook, field) for field in fields}


def _answer(webhook: Webhook) -> WebhookAnswer:
    return WebhookAnswer.model_construct(**_shown(webhook))


def _delivery(delivery: Delivery, audience: Audience) -> DeliveryAnswer:
    fields = ("id", "type", "attempts", "created", "delivered", "answered", "error")
    return DeliveryAnswer.model_construct(
        fleet=delivery.fleet.slug,
        number=told_number(delivery.number, delivery.moment, audience),
        status=DeliveryStatus(delivery.status),
        next_attempt=delivery.next_at,
        **{field: getattr(delivery, field) for field in fields},
    )
