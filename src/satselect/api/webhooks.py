"""Webhooks of the caller, and what became of their deliveries."""

from http import HTTPStatus
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from satselect.api.callers import caller_of
from satselect.api.conditions import condition_of, refuse_conditions, tagged
from satselect.api.documentation import CONFLICT, conditional, json_body
from satselect.api.paging import Limit, page_of
from satselect.api.requests import body_of
from satselect.scheduling.conditions import Condition
from satselect.scheduling.visible import EVERYONE
from satselect.scheduling.webhooks.register import register, switch, unregister
from satselect.schemas.webhooks import (
    NEW_WEBHOOK,
    WEBHOOK_PATCH,
    DeliveryAnswer,
    DeliveryPage,
    DeliveryStatus,
    MadeWebhookAnswer,
    NewWebhook,
    WebhookAnswer,
    WebhookList,
    WebhookPatch,
)
from satselect.store.models import Delivery, User, Webhook

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
    webhooks = caller_of(request, *EVERYONE).webhooks.order_by("-id")
    return WebhookList.model_construct(items=[_answer(webhook) for webhook in webhooks])


@router.post("/api/v1/webhooks", response={201: MadeWebhookAnswer}, openapi_extra={**json_body(NewWebhook), **CONFLICT})
def post_webhook(request: HttpRequest) -> Status[MadeWebhookAnswer]:
    """Registers an address that is told of changes of tasks. The answer is the only place that shows its secret."""
    user = caller_of(request, *EVERYONE)
    refuse_conditions(request)
    sent = body_of(request, NEW_WEBHOOK)
    allows_private = settings.SATSELECT_WEBHOOKS == "private"
    webhook = register(user, sent.address, sent.name or "", at=timezone.now(), allows_private=allows_private)
    made = MadeWebhookAnswer.model_construct(secret=webhook.secret, **_shown(webhook))
    tagged(request, _answer(webhook))  # as it is shown from now on, without the secret
    return Status(HTTPStatus.CREATED, made)


@router.get(_WEBHOOK, response=WebhookAnswer)
def get_webhook(request: HttpRequest, webhook_id: UUID) -> WebhookAnswer:
    """One of the own webhooks."""
    _, webhook = _found(request, webhook_id)
    return tagged(request, _answer(webhook))


@router.patch(_WEBHOOK, response=WebhookAnswer, openapi_extra=conditional(json_body(WebhookPatch)))
def patch_webhook(request: HttpRequest, webhook_id: UUID) -> WebhookAnswer:
    """Switches a webhook off, or on again: then it is told what it missed, as far as that is kept."""
    user, webhook = _found(request, webhook_id)
    is_enabled, condition = body_of(request, WEBHOOK_PATCH).is_enabled, _condition(request, webhook_id)
    switch(webhook, is_enabled=is_enabled, at=timezone.now(), by=user, condition=condition)
    return tagged(request, _answer(webhook))


@router.delete(_WEBHOOK, response={204: None}, openapi_extra=conditional())
def delete_webhook(request: HttpRequest, webhook_id: UUID) -> HttpResponse:
    """Takes a webhook away, with its deliveries."""
    user, webhook = _found(request, webhook_id)
    unregister(webhook, at=timezone.now(), by=user, condition=_condition(request, webhook_id))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@router.get(f"{_WEBHOOK}/deliveries", response=DeliveryPage)
def list_deliveries(request: HttpRequest, webhook_id: UUID, wanted: Query[DeliveryFilter]) -> DeliveryPage:
    """What was or will be sent to a webhook, newest first. Kept for 30 days."""
    _, webhook = _found(request, webhook_id)
    deliveries = webhook.deliveries.select_related("fleet").defer("body").order_by("-id")
    if wanted.status:
        deliveries = deliveries.filter(status__in=wanted.status)
    if wanted.cursor:
        deliveries = deliveries.filter(id__lt=wanted.cursor)
    shown, following = page_of(request, deliveries, wanted.limit, attrgetter("id"))
    return DeliveryPage.model_construct(items=[_delivery(delivery) for delivery in shown], next=following)


def _condition(request: HttpRequest, webhook_id: UUID) -> Condition:
    return condition_of(request, lambda: _answer(_found(request, webhook_id)[1]))


def _found(request: HttpRequest, webhook_id: UUID) -> tuple[User, Webhook]:
    user = caller_of(request, *EVERYONE)
    return user, get_object_or_404(user.webhooks, id=webhook_id)


def _shown(webhook: Webhook) -> dict[str, Any]:
    fields = ("id", "address", "name", "created", "failing_since")
    return {"is_enabled": webhook.disabled is None} | {field: getattr(webhook, field) for field in fields}


def _answer(webhook: Webhook) -> WebhookAnswer:
    return WebhookAnswer.model_construct(**_shown(webhook))


def _delivery(delivery: Delivery) -> DeliveryAnswer:
    fields = ("id", "type", "number", "attempts", "created", "delivered", "answered", "error")
    return DeliveryAnswer.model_construct(
        fleet=delivery.fleet.slug,
        status=DeliveryStatus(delivery.status),
        next_attempt=delivery.next_at,
        **{field: getattr(delivery, field) for field in fields},
    )
