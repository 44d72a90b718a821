"""One's own webhooks: made, changed, given another secret, taken away."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from satselect.application.access.rights import Right
from satselect.application.act import Act
from satselect.application.errors import ConflictError
from satselect.application.webhooks.register import edit, register, rotate, unregister
from satselect.console.pages import show
from satselect.console.people import page
from satselect.schemas.reading.faults import InvalidError
from satselect.schemas.reading.json_reader import Json
from satselect.schemas.reading.validation import validate
from satselect.schemas.webhooks import NEW_WEBHOOK, WEBHOOK_PATCH
from satselect.store.models import User, Webhook

OVERLAPS = (("86400", "for a day more"), ("604800", "for a week more"), ("0", "not any more: it leaked"))
"""Seconds for which the old secret signs beside the new one, and how they are told."""


@require_http_methods(["GET", "HEAD", "POST"])
@page(Right.READ)
def show_webhooks(request: HttpRequest, user: User) -> HttpResponse:
    """The webhooks; the secret of a new one is shown this once."""
    if request.method != "POST":
        return _shown(request, user)
    try:
        sent = validate(NEW_WEBHOOK, _sent(request))
        made = register(sent.address, sent.name or "", Act(user, timezone.now()), allows_private=_allows_private())
    except (InvalidError, ConflictError) as error:
        return _shown(request, user, fault=_words(error), tried=request.POST)
    return _shown(request, user, made=made)


@require_POST
@page(Right.READ)
def edit_webhook(request: HttpRequest, user: User, webhook_id: UUID) -> HttpResponse:
    """Another address or name, or switched on or off."""
    webhook = _own(user, webhook_id)
    switched: dict[str, Json] = {"is_enabled": request.POST["enabled"] == "yes"} if "enabled" in request.POST else {}
    try:
        sent = validate(WEBHOOK_PATCH, switched or _sent(request)).model_dump(exclude_unset=True)
        if "name" in sent:
            sent["name"] = sent["name"] or ""
        edit(webhook, sent, Act(user, timezone.now()), allows_private=_allows_private())
    except InvalidError as error:
        return _shown(request, user, fault=_words(error))
    return redirect("console:webhooks")


@require_POST
@page(Right.READ)
def rotate_secret(request: HttpRequest, user: User, webhook_id: UUID) -> HttpResponse:
    """A new secret, which is shown this once."""
    webhook = _own(user, webhook_id)
    chosen = request.POST.get("overlap", "")
    overlap_s = int(chosen) if chosen in dict(OVERLAPS) else int(OVERLAPS[0][0])
    rotate(webhook, Act(user, timezone.now()), overlap=timedelta(seconds=overlap_s))
    return _shown(request, user, made=webhook)


@require_POST
@page(Right.READ)
def delete_webhook(request: HttpRequest, user: User, webhook_id: UUID) -> HttpResponse:
    """Takes a webhook away, with its deliveries."""
    unregister(_own(user, webhook_id), Act(user, timezone.now()))
    return redirect("console:webhooks")


def _own(user: User, webhook_id: UUID) -> Webhook:
    return get_object_or_404(user.webhooks, id=webhook_id)


def _sent(request: HttpRequest) -> dict[str, Json]:
    return {
        "address": request.POST.get("address", "").strip(),
        "name": request.POST.get("name", "").strip() or None,
    }


def _allows_private() -> bool:
    return settings.SATSELECT_WEBHOOKS == "private"


def _words(error: InvalidError | ConflictError) -> str:
    return str(error.faults[0]) if isinstance(error, InvalidError) else str(error)


def _shown(request: HttpRequest, user: User, **facts: Any) -> HttpResponse:  # noqa: ANN401 - whatever the page shows
    return show(
        request,
        "console/webhooks.html",
        user,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if "fault" in facts else HTTPStatus.OK,
        webhooks=user.webhooks.order_by("-id"),
        overlaps=OVERLAPS,
        now=timezone.now(),
        **facts,
    )
