from django.db import models
from django.db.models import Q

from satselect.schemas.fields.limits import MAX_ADDRESS_CHARACTERS
from satselect.schemas.webhooks import DeliveryStatus
from satselect.store.models.accounts import User
from satselect.store.models.fleets import Fleet


class Webhook(models.Model):
    """An address that is told what a user may see.

    The secret is kept as it is, because signing needs it; the one before signs, too, until it ends. `failures` counts
    those in a row; until `retry_at` nothing is sent. A disabled one stays where its cursors are.
    """

    id = models.UUIDField(primary_key=True)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="webhooks")
    address = models.CharField(max_length=MAX_ADDRESS_CHARACTERS)
    name = models.CharField(max_length=200, blank=True)
    secret = models.CharField(max_length=64)
    old_secret = models.CharField(max_length=64, blank=True, default="")
    old_secret_until = models.DateTimeField(null=True)
    created = models.DateTimeField()
    disabled = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.id}"


class WebhookCursor(models.Model):
    """Up to which event of a fleet a webhook has its deliveries."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="cursors", db_index=False)
    fleet = models.ForeignKey(Fleet, on_delete=models.CASCADE, related_name="+")
    number = models.BigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("webhook", "fleet"), name="webhook_cursor_unique"),)

    def __str__(self) -> str:
        return f"{self.webhook_id} at {self.number} of fleet {self.fleet_id}"


class Delivery(models.Model):
    """An event for a webhook. `next_at` is when it is sent, or, once somebody took it on, when it is sent again.

    The body was written for that audience: if its user belongs to another one by then, it is written anew.
    """

    id = models.UUIDField(primary_key=True)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    fleet = models.ForeignKey(Fleet, on_delete=models.CASCADE, related_name="+", db_index=False)
    number = models.BigIntegerField()
    moment = models.BigIntegerField(null=True)
    type = models.CharField(max_length=32)
    body = models.TextField()
    audience = models.TextField(null=True)
    created = models.DateTimeField()
    status = models.CharField(
        max_length=10, choices=[(status.value, status.value) for status in DeliveryStatus], default="pending"
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    delivered = models.DateTimeField(null=True)
    answered = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        # An event is one delivery, however often and by whomever it is spread: `application.webhooks.fan_out`.
        constraints = (models.UniqueConstraint(fields=("webhook", "fleet", "number"), name="delivery_unique"),)
        indexes = (
            models.Index(fields=("webhook", "next_at", "id"), condition=Q(status="pending"), name="delivery_due"),
            models.Index(fields=("webhook", "id"), name="delivery_of_webhook"),
            models.Index(fields=("created",), name="delivery_of_time"),
        )

    def __str__(self) -> str:
        return f"{self.id}"
