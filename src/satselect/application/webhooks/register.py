"""Webhooks of users: registered, switched on and off, taken away."""

import base64
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from satselect.application.act import Act
from satselect.application.audit import audit
from satselect.application.errors import ConflictError, GoneError
from satselect.application.webhooks.addresses import check_address
from satselect.schemas.webhooks import DeliveryStatus
from satselect.store.models import Delivery, Fleet, User, Webhook, WebhookCursor
from satselect.store.sql.ids import new_id
from satselect.store.sql.transactions import short_transaction

MOST_WEBHOOKS = 10  # each costs a row, and a request, for each event
LEASE = timedelta(seconds=60)
"""After which a delivery that was taken on and not recorded is sent again. Longer than sending may take."""
SECRET_PREFIX = "whsec_"  # noqa: S105 - what secrets start with

_WELL: Mapping[str, Any] = {"failing_since": None, "failures": 0, "retry_at": None}


def register(address: str, name: str, act: Act, *, allows_private: bool) -> Webhook:
    """A new webhook of the caller, which is told what happens from now on.

    Raises:
        InvalidError: that address is never called.
        ConflictError: the user has as many as one may have.
    """
    check_address(address, allows_private=allows_private)
    with short_transaction():
        user = User.objects.select_for_update().get(id=act.by.id)  # or two at once would be counted as one
        if user.webhooks.count() >= MOST_WEBHOOKS:
            raise ConflictError(f"{MOST_WEBHOOKS} webhooks are as many as one user may have")
        webhook = Webhook.objects.create(
            id=new_id(act.at), user=user, address=address, name=name, secret=_new_secret(), created=act.at
        )
        WebhookCursor.objects.bulk_create(
            WebhookCursor(webhook=webhook, fleet_id=fleet_id, number=number)
            # Read in the transaction that makes it: what is committed later has a larger number, and is delivered.
            for fleet_id, number in Fleet.objects.values_list("id", "event_number")
        )
        audit(act, "webhook.create", webhook.id, {"address": address})
    return webhook


def edit(webhook: Webhook, sent: Mapping[str, Any], act: Act, *, allows_private: bool) -> None:
    """Gives it these of `address`, `name` and `is_enabled`.

    What is to be delivered goes to the new address, at once, also what the old one did not take; only what was given
    up stays so. One that is enabled goes on from where it stopped, or from the oldest event that is kept.

    Raises:
        InvalidError: that address is never called.
        GoneError: it was taken away meanwhile.
        ChangedError: it is not as it should be.
    """
    if "address" in sent:
        check_address(sent["address"], allows_private=allows_private)
    facts = {name: sent[name] for name in ("address", "name") if name in sent}
    starts_anew = "address" in sent or sent.get("is_enabled")
    with short_transaction():
        _lock(webhook)
        act.condition()
        Webhook.objects.filter(id=webhook.id).update(**facts, **(_WELL if starts_anew else {}))
        if "address" in sent:
            _hurry(webhook, act.at)
        if sent.get("is_enabled"):
            Webhook.objects.filter(id=webhook.id).update(disabled=None)
        elif "is_enabled" in sent:
            Webhook.objects.filter(id=webhook.id, disabled=None).update(disabled=act.at)
        audit(act, "webhook.edit", webhook.id, dict(sent))
        webhook.refresh_from_db()


def rotate(webhook: Webhook, act: Act, *, overlap: timedelta) -> None:
    """Gives it a new secret. The one it had signs, too, until the overlap is over; one before that ends now.

    Raises:
        GoneError: it was taken away meanwhile.
        ChangedError: it is not as it should be.
    """
    until = act.at + overlap
    with short_transaction():
        before = _lock(webhook)
        act.condition()
        Webhook.objects.filter(id=webhook.id).update(
            secret=_new_secret(),
            old_secret=before.secret if overlap else "",
            old_secret_until=until if overlap else None,
        )
        audit(act, "webhook.rotate", webhook.id, {"old_secret_until": until.isoformat()})
        webhook.refresh_from_db()


def unregister(webhook: Webhook, act: Act) -> None:
    """It is gone, and its deliveries with it.

    Raises:
        GoneError: it was taken away meanwhile.
        ChangedError: it is not as it should be.
    """
    with short_transaction():
        _lock(webhook)
        act.condition()
        audit(act, "webhook.delete", webhook.id, {"address": webhook.address})
        webhook.delete()


def _lock(webhook: Webhook) -> Webhook:
    locked = Webhook.objects.select_for_update().filter(id=webhook.id).first()
    if locked is None:
        raise GoneError("the webhook was deleted")
    return locked


def _hurry(webhook: Webhook, at: datetime) -> None:
    """Has sent now what waits because the old address did not take it; not what is just being sent there."""
    waiting = Delivery.objects.filter(webhook=webhook, status=DeliveryStatus.PENDING, next_at__gt=at + LEASE)
    waiting.update(next_at=at)


def _new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
