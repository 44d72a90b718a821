"""Webhooks of users: registered, switched on and off, taken away."""

import base64
import secrets
from datetime import datetime

from satselect.scheduling.audit import audit
from satselect.scheduling.conditions import Condition, always
from satselect.scheduling.errors import ConflictError, GoneError
from satselect.scheduling.webhooks.addresses import check_address
from satselect.store.ids import new_id
from satselect.store.models import Fleet, User, Webhook, WebhookCursor
from satselect.store.transactions import short_transaction

MOST_WEBHOOKS = 10
SECRET_PREFIX = "whsec_"  # noqa: S105 - what secrets start with


def register(user: User, address: str, name: str, *, at: datetime, allows_private: bool) -> Webhook:
    """A new webhook of the user, which is told what happens from now on.

    Raises:
        InvalidError: that address is never called.
        ConflictError: the user has as many as one may have.
    """
    check_address(address, allows_private=allows_private)
    with short_transaction():
        User.objects.select_for_update().get(id=user.id)  # or two at once would be counted as one
        if user.webhooks.count() >= MOST_WEBHOOKS:
            raise ConflictError(f"{MOST_WEBHOOKS} webhooks are as many as one user may have")
        webhook = Webhook.objects.create(
            id=new_id(at), user=user, address=address, name=name, secret=_new_secret(), created=at
        )
        WebhookCursor.objects.bulk_create(
            WebhookCursor(webhook=webhook, fleet_id=fleet_id, number=number)
            for fleet_id, number in Fleet.objects.values_list("id", "event_number")
        )
        audit(user, "webhook.create", webhook.id, at=at, facts={"address": address})
    return webhook


def switch(webhook: Webhook, *, is_enabled: bool, at: datetime, by: User, condition: Condition = always) -> None:
    """From now on it is told, from where it stopped or from the oldest event that is kept, or is not told.

    Raises:
        GoneError: it was taken away meanwhile.
        ChangedError: it is not as it should be.
    """
    with short_transaction():
        _lock(webhook)
        condition()
        if is_enabled:
            Webhook.objects.filter(id=webhook.id).update(disabled=None, failing_since=None, failures=0, retry_at=None)
        else:
            Webhook.objects.filter(id=webhook.id, disabled=None).update(disabled=at)
        audit(by, "webhook.edit", webhook.id, at=at, facts={"is_enabled": is_enabled})
        webhook.refresh_from_db()


def unregister(webhook: Webhook, *, at: datetime, by: User, condition: Condition = always) -> None:
    """It is gone, and its deliveries with it.

    Raises:
        GoneError: it was taken away meanwhile.
        ChangedError: it is not as it should be.
    """
    with short_transaction():
        _lock(webhook)
        condition()
        audit(by, "webhook.delete", webhook.id, at=at, facts={"address": webhook.address})
        webhook.delete()


def _lock(webhook: Webhook) -> None:
    if not Webhook.objects.select_for_update().filter(id=webhook.id).first():
        raise GoneError("the webhook was deleted")


def _new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
