from django.db import models

from satselect.store.models.accounts import Account, User
from satselect.store.models.products import Product


class OpportunitySearch(models.Model):
    """That somebody looks for opportunities of a product and does not wait, and what was found.

    `wish` is the time, the place and the filter, the time closed as it was asked. Who works it out claims it until
    `claimed_until` and counts `attempts`: only the last one who did may end it. `reason` and `words` are why it failed,
    or why nothing was found; `found` are the opportunities by start, null until it is completed. `digest` is what was
    sent with the idempotency key.
    """

    class State(models.TextChoices):
        """What it is."""

        RECEIVED = "received"
        IN_PROGRESS = "in_progress"
        COMPLETED = "completed"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="searches", db_index=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="searches", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="searches")
    wish = models.JSONField()
    state = models.CharField(max_length=16, choices=State, default=State.RECEIVED)
    created = models.DateTimeField()
    begun = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)
    reason = models.CharField(max_length=32, null=True)
    words = models.CharField(max_length=500, blank=True)
    found = models.JSONField(null=True)
    idempotency_key = models.CharField(max_length=255, null=True)
    digest = models.CharField(max_length=64, null=True)

    class Meta:
        # NULLs don't collide: searches without a key are as many as one likes.
        constraints = (models.UniqueConstraint(fields=("account", "idempotency_key"), name="search_unique_key"),)
        indexes = (
            models.Index(fields=("account", "id"), name="search_of_account"),
            # What nobody has ended, oldest first: whoever works searches off asks for it twice a second
            # (decision 0155).
            models.Index(fields=("id",), name="search_not_ended", condition=models.Q(ended=None)),
            models.Index(fields=("created",), name="search_by_age"),  # they go after a day
        )

    def __str__(self) -> str:
        return f"{self.id}"
