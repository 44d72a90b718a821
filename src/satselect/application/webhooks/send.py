"""Deliveries: taken on, sent, and what became of them recorded. One that was sent but not recorded is sent again."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from http.client import HTTPException
from random import Random
from threading import Event
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Q

from satselect.application.webhooks.addresses import ForbiddenAddressError
from satselect.application.webhooks.current import current_body
from satselect.application.webhooks.register import LEASE
from satselect.application.webhooks.request import Post, WebhookRequest
from satselect.schemas.webhooks import DeliveryStatus
from satselect.store.models import Delivery, Webhook
from satselect.store.sql.connections import give_back
from satselect.store.sql.transactions import short_transaction

log = logging.getLogger(__name__)

# With the pauses below the last of them comes 20 to 39 hours after the first.
MOST_ATTEMPTS = 10
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=12)
LONGEST_SILENCE = timedelta(minutes=5)
"""Between two deliveries to a webhook that fails, so that one that is well again is soon noticed."""
PATIENCE = timedelta(days=5)
"""After so long without a success a webhook is disabled."""
IN_A_ROW = 50  # or others would wait for one that takes thousands at once
TURN = timedelta(seconds=5)
"""After which other webhooks have their turn; what is being sent is sent to the end."""
KEPT = timedelta(days=30)
FORGOTTEN_AT_ONCE = 900  # what one statement takes (`chunks.VALUES_PER_STATEMENT`)

Clock = Callable[[], datetime]
_jitter = Random()  # noqa: S311 - it only spreads retries


class Due(NamedTuple):
    """A webhook to which something should be sent, and whose it is."""

    webhook_id: UUID
    user_id: int


class Outcome(NamedTuple):
    """What a request was answered, or why it was not; no error if it was taken."""

    answered: int | None
    error: str

    @property
    def is_taken(self) -> bool:
        """Whether the other side took it."""
        return not self.error


def due(*, at: datetime) -> list[Due]:
    """The webhooks to which something should be sent now."""
    ready = Q(webhook__retry_at=None) | Q(webhook__retry_at__lte=at)
    waiting = Delivery.objects.filter(
        ready, status=DeliveryStatus.PENDING, next_at__lte=at, webhook__disabled=None, webhook__user__is_active=True
    )
    return [Due(*row) for row in waiting.order_by().values_list("webhook", "webhook__user").distinct()]


def work_off(webhook_id: UUID, post: Post, clock: Clock, stop: Event) -> int:
    """Sends what is due, oldest first, until something fails or its turn is over. Gives how many were taken."""
    over = clock() + TURN
    for taken in range(IN_A_ROW):
        if stop.is_set() or clock() >= over:
            return taken
        delivery = _take_on(webhook_id, clock())
        if delivery is None or not _send(delivery, post, clock):
            return taken
    return IN_A_ROW


def forget(*, at: datetime) -> int:
    """Deletes some deliveries that were over long ago, or wait for a webhook that was disabled then. Gives how many."""
    is_over = ~Q(status=DeliveryStatus.PENDING) | Q(webhook__disabled__lt=at - KEPT)
    old = Delivery.objects.filter(is_over, created__lt=at - KEPT)
    with short_transaction():
        return Delivery.objects.filter(id__in=list(old.values_list("id", flat=True)[:FORGOTTEN_AT_ONCE])).delete()[0]


def pause_after(attempts: int, random: Random = _jitter) -> timedelta:
    """How long to wait after so many failures: four times as long each time, and never quite as long as others do."""
    longest: timedelta = min(FIRST_PAUSE * 4 ** (attempts - 1), LONGEST_PAUSE)
    # Webhooks that failed together, because a network did, are not to come back together.
    return longest * random.uniform(0.5, 1.0)


def _take_on(webhook_id: UUID, at: datetime) -> Delivery | None:
    """A delivery that nobody else has taken on; counted before it is tried."""
    waiting = Delivery.objects.filter(webhook=webhook_id, status=DeliveryStatus.PENDING, next_at__lte=at)
    # A few, since another process may take on the first one in between.
    for delivery in waiting.select_related("webhook__user").order_by("next_at", "id")[:5]:
        webhook = delivery.webhook
        if webhook.disabled or (webhook.retry_at and webhook.retry_at > at):
            return None
        same = Delivery.objects.filter(id=delivery.id, status=DeliveryStatus.PENDING, next_at=delivery.next_at)
        with short_transaction():
            # Compare-and-set on the time at which it is due: of two who read it one moves that, and the other changes
            # no row. Who dies of it leaves it to be due again when the lease is over.
            is_mine = same.update(next_at=at + LEASE, attempts=F("attempts") + 1)
        if is_mine:
            delivery.attempts, delivery.next_at = delivery.attempts + 1, at + LEASE
            return delivery
    return None


def _send(delivery: Delivery, post: Post, clock: Clock) -> bool:
    body = current_body(delivery)
    if body is None:
        _mine(delivery, status=DeliveryStatus.FAILED, next_at=None, error="its user may not see it any more")
        # Its webhook is not to blame, and goes on with the next one (decision 0101).
        return True
    at = clock()
    outcome = outcome_of(request_of(delivery.webhook, delivery.id, body, at), post, at)
    if outcome.answered is not None and outcome.is_taken:
        _record_success(delivery, outcome.answered, clock())
        return True
    _record_failure(delivery, outcome.answered, outcome.error, clock())
    return False


def outcome_of(request: WebhookRequest, post: Post, at: datetime) -> Outcome:
    """Sends the request, and tells what became of it. Others may use the thread's connection meanwhile."""
    give_back()
    try:
        answered = post(request, at)
    except (OSError, HTTPException, ForbiddenAddressError, ValueError) as failure:
        return Outcome(None, f"{type(failure).__name__}: {failure}"[:200].replace("\0", ""))  # PostgreSQL stores no NUL
    is_taken = HTTPStatus.OK <= answered < HTTPStatus.MULTIPLE_CHOICES
    return Outcome(answered, "" if is_taken else f"answered {answered}")


def request_of(webhook: Webhook, id: UUID, body: str, at: datetime) -> WebhookRequest:
    """What is sent to a webhook, with the secrets that sign it at that time."""
    holds = webhook.old_secret_until is not None and webhook.old_secret_until > at
    return WebhookRequest(id, webhook.address, webhook.secret, body, webhook.old_secret if holds else None)


def _record_success(delivery: Delivery, answered: int, at: datetime) -> None:
    with short_transaction():
        _mine(delivery, status=DeliveryStatus.DELIVERED, next_at=None, delivered=at, answered=answered, error="")
        if delivery.webhook.failing_since:
            Webhook.objects.filter(id=delivery.webhook_id).update(failing_since=None, failures=0, retry_at=None)


def _record_failure(delivery: Delivery, answered: int | None, error: str, at: datetime) -> None:
    is_last = delivery.attempts >= MOST_ATTEMPTS
    with short_transaction():
        _mine(
            delivery,
            status=DeliveryStatus.FAILED if is_last else DeliveryStatus.PENDING,
            next_at=None if is_last else at + pause_after(delivery.attempts),
            answered=answered,
            error=error,
        )
        _hold_back(delivery.webhook, at, is_gone=answered == HTTPStatus.GONE)


def _mine(delivery: Delivery, **facts: object) -> None:
    """Writes to a delivery, unless somebody else took it on when the lease was over."""
    # Each taking-on has a number of attempts of its own, which fences off who was too slow (Kleppmann 2017, chapter 8).
    Delivery.objects.filter(id=delivery.id, attempts=delivery.attempts, status=DeliveryStatus.PENDING).update(**facts)


def _hold_back(webhook: Webhook, at: datetime, *, is_gone: bool) -> None:
    """Lets a webhook that fails rest, and gives it up after long."""
    failing_since = webhook.failing_since or at
    # Gone (410) means: never again.
    is_over = is_gone or at - failing_since >= PATIENCE
    pause = min(pause_after(webhook.failures + 1), LONGEST_SILENCE)
    Webhook.objects.filter(id=webhook.id, disabled=None).update(
        failing_since=failing_since,
        failures=F("failures") + 1,
        retry_at=at + pause,
        disabled=at if is_over else None,
    )
    if is_over:
        log.warning("webhook.disabled", extra={"webhook": str(webhook.id)})
