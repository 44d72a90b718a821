from django.db import models
from django.db.models import Q

from satselect.schemas.fields.limits import MAX_NAME_CHARACTERS
from satselect.store.models.accounts import Account, User
from satselect.store.models.fleets import Fleet
from satselect.store.models.iterations import Iteration
from satselect.store.models.tasks import STATUSES, Batch, Signature, Task


class History(models.Model):
    """A change of a task: when, from which status to which, why, by whom. Nobody means the service itself.

    What changes a buffer has the fleet and the version that it made; what an iteration does has the iteration instead.
    An edit keeps what the task was before, so that the past can be told without a row for each task and iteration:
    `profit`, `is_whole_profit`, `signature`, `not_before` and `deadline`. `links` say where what a task brought is.
    """

    class Reason(models.TextChoices):
        SUBMITTED = "submitted"
        SELECTED = "selected"
        OVERDUE = "overdue"
        EDITED = "edited"
        CANCELLED = "cancelled"
        COMPLETED = "completed"
        FAILED = "failed"
        RETRIED = "failed, tried again"
        REPLANNED = "replanned"

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="history")
    at = models.DateTimeField()
    before = models.CharField(max_length=10, choices=STATUSES, blank=True)
    after = models.CharField(max_length=10, choices=STATUSES)
    reason = models.CharField(max_length=32, choices=Reason)
    words = models.CharField(max_length=500, blank=True)
    links = models.JSONField(null=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    iteration = models.ForeignKey(Iteration, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    fleet = models.ForeignKey(Fleet, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.BigIntegerField(null=True)
    profit = models.FloatField(null=True)
    is_whole_profit = models.BooleanField(null=True)
    signature = models.ForeignKey(Signature, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    not_before = models.DateTimeField(null=True)
    deadline = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "histories"
        indexes = (
            # The past of a buffer is told from these rows: what changed after a version, and nothing else
            # (decision 0096).
            models.Index(fields=("fleet", "version"), condition=Q(version__isnull=False), name="history_of_version"),
            # For deleting an iteration: the database looks whether a row refers to it.
            models.Index(fields=("iteration",), condition=Q(iteration__isnull=False), name="history_of_iteration"),
        )

    def __str__(self) -> str:
        return f"{self.before} -> {self.after}"


class Event(models.Model):
    """What happened to a fleet, numbered in the order of commits, so that resuming after a number skips none.

    A task's event says what it was before, what it became, and why; a batch's event, why. What an iteration scheduled
    are its assignments. Who doesn't see all is told its moment as its number: in the same order, but no count. Events
    of earlier releases have none.
    """

    class Kind(models.TextChoices):
        BATCH = "batch"
        ITERATION = "iteration"
        TASK = "task"
        FLEET = "fleet"

    class BatchReason(models.TextChoices):
        ACCEPTED = "accepted"
        GIVEN_UP = "given up"
        REQUEUED = "requeued"

    fleet = models.ForeignKey(Fleet, on_delete=models.PROTECT, related_name="events", db_index=False)
    number = models.BigIntegerField()
    moment = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=16, choices=Kind)
    batch = models.ForeignKey(Batch, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    iteration = models.ForeignKey(Iteration, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    task = models.ForeignKey(Task, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    before = models.CharField(max_length=10, choices=STATUSES, null=True)
    after = models.CharField(max_length=10, choices=STATUSES, null=True)
    reason = models.CharField(max_length=32, choices=History.Reason.choices + BatchReason.choices, null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("fleet", "number"), name="event_unique_number"),)
        # For pruning: the database looks, for each row that is deleted, whether an event refers to it (decision 0064).
        indexes = tuple(
            models.Index(fields=(about,), condition=Q((f"{about}__isnull", False)), name=f"event_of_{about}")
            for about in ("batch", "iteration", "task")
        )

    def __str__(self) -> str:
        return f"{self.number}: {self.kind}"


class Audit(models.Model):
    """Who did what to which object. Rows are added, never changed."""

    at = models.DateTimeField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=64)
    object_type = models.CharField(max_length=32)
    # Text and no reference: what was done with an object stays told when the object is gone.
    object_id = models.CharField(max_length=MAX_NAME_CHARACTERS)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=("object_type", "object_id", "at"), name="audit_of_object"),)

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}"
