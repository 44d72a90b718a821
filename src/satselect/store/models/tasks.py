from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from satselect.schemas.fields.limits import MAX_NAME_CHARACTERS
from satselect.schemas.fields.profits import as_sent
from satselect.schemas.tasks import Status
from satselect.store.models.accounts import Account, User
from satselect.store.models.elements import ElementSet
from satselect.store.models.fleets import Fleet, Satellite

STATUSES = [(status.value, status.value) for status in Status]


class Batch(models.Model):
    """The tasks of one submission.

    Numbered per fleet, and answered by the first iteration that considered it. `attempts` are counted before each
    try, for batches that kill the process that works on them. `traceparent` is the span in which it was submitted; null
    if nobody traced. `answer` is what operators were answered, `answer_to_account` what customers were: a repetition
    may come from either.
    """

    class State(models.TextChoices):
        PENDING = "pending"
        DONE = "done"
        DEAD = "dead"

    id = models.UUIDField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="batches", db_index=False)
    fleet = models.ForeignKey(Fleet, on_delete=models.PROTECT, related_name="batches", db_index=False)
    seq = models.BigIntegerField()
    idempotency_key = models.CharField(max_length=255, null=True)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    iteration = models.ForeignKey("Iteration", null=True, on_delete=models.PROTECT, related_name="batches")
    answer = models.TextField(null=True)
    answer_to_account = models.TextField(null=True)
    traceparent = models.CharField(max_length=64, null=True)
    created = models.DateTimeField()

    class Meta:
        verbose_name_plural = "batches"
        constraints = (
            models.UniqueConstraint(fields=("fleet", "seq"), name="batch_unique_seq"),
            # Batches without a key are as many as one likes: NULLs don't collide.
            models.UniqueConstraint(fields=("account", "idempotency_key"), name="batch_unique_key"),
        )
        indexes = (models.Index(fields=("state", "fleet", "seq"), name="batch_in_state"),)

    def __str__(self) -> str:
        return f"{self.id}"


class Signature(models.Model):
    """What tasks ask for: many tasks share one, and of one only the best tasks can be selected.

    `amounts` maps resource ids, as text, to amounts; `satellites` are the ids of those they may run on, null for any;
    `digest` is what makes it unique at any length. Tasks that ask for an interval have signatures of their own.
    None is ever changed or deleted: tasks, and the history of those that were edited, say by it what they use.
    """

    fleet = models.ForeignKey(Fleet, on_delete=models.PROTECT, related_name="signatures", db_index=False)
    digest = models.CharField(max_length=64)
    amounts = models.JSONField()
    satellites = models.JSONField(null=True)
    is_timed = models.BooleanField(db_default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("fleet", "digest"), name="signature_unique"),)

    def __str__(self) -> str:
        return f"{self.amounts}"


class Task(models.Model):
    """One piece of work: selected whole or not at all.

    `rank_key` ranks the buffered tasks of a signature: the profit, where nothing ages
    (`application.planning.buffer.ageing`). `satellites` are the slugs of those it may run on, as sent; null for any.
    The older of two tasks is the one with the smaller (batch_seq, position).

    What it uses is what its signature says. `resource_order` has the ids of these resources in the order sent, with
    commas between; null where they go up. `uses`, by name in that order, is there after `store.queries.uses.tell_uses`.

    A timed one asks for an interval inside one of its opportunities: `duration_ms` milliseconds, or the whole of it if
    that is null, and within the window. Its deadline is the earlier one of `deadline_sent` and the last time at which
    it can still start; without time `deadline` is what was sent, and the other null.
    """

    id = models.UUIDField(primary_key=True)
    # Those of the batch, of which the database checks them: to do it for each task was an eighth of storing a batch.
    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="tasks", db_index=False, db_constraint=False
    )
    fleet = models.ForeignKey(
        Fleet, on_delete=models.PROTECT, related_name="tasks", db_index=False, db_constraint=False
    )
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tasks", db_index=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="tasks", db_index=False)
    batch_seq = models.BigIntegerField()
    position = models.PositiveIntegerField()
    # None is ever deleted; and to check it locks the row of each for as long as the batch is stored.
    signature = models.ForeignKey(
        Signature, on_delete=models.PROTECT, related_name="tasks", db_index=False, db_constraint=False
    )
    name = models.CharField(max_length=MAX_NAME_CHARACTERS)
    reference = models.CharField(max_length=MAX_NAME_CHARACTERS, null=True)
    payload = models.JSONField(null=True)
    profit = models.FloatField()
    rank_key = models.FloatField()
    is_whole_profit = models.BooleanField()  # whether 9 was sent, or 9.0 (decision 0011)
    resource_order = models.TextField(null=True)
    satellites = models.JSONField(null=True)
    not_before = models.DateTimeField(null=True)
    deadline = models.DateTimeField(null=True)
    deadline_sent = models.DateTimeField(null=True)
    is_timed = models.BooleanField(db_default=False)
    duration_ms = models.BigIntegerField(null=True)
    window_starts = models.DateTimeField(null=True)
    window_ends = models.DateTimeField(null=True)
    deliver_by = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=STATUSES, default=Status.BUFFERED.value)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=1)
    created = models.DateTimeField()
    updated = models.DateTimeField()
    uses: dict[str, int]

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("batch", "position"), name="task_unique_position"),
            models.CheckConstraint(condition=Q(profit__gte=0), name="task_profit_not_negative"),
            models.CheckConstraint(
                condition=Q(status__in=[status.value for status in Status]), name="task_status_known"
            ),
        )
        indexes = (
            # The heads of a signature, in the order in which they win, and the jumps from one to the next
            # (decision 0012). `store.queries.buffer.heads` asks in this condition's words, or SQLite doesn't use it.
            models.Index(
                "fleet",
                "signature",
                F("rank_key").desc(),
                "batch_seq",
                "position",
                condition=Q(status="buffered"),
                name="task_heads",
            ),
            # Whose time comes: `store/queries/buffer/starts.py` and `changed_signatures.py`.
            models.Index(
                fields=("fleet", "not_before"),
                condition=Q(status="buffered", not_before__isnull=False),
                name="task_of_not_before",
            ),
            # Those by profit, deadline and customer: the orders in which people page through a buffer (decision 0071).
            models.Index(
                "fleet",
                F("profit").desc(),
                "batch_seq",
                "position",
                condition=Q(status="buffered"),
                name="task_by_profit",
            ),
            models.Index(
                fields=("fleet", "deadline", "id"),
                condition=Q(status="buffered", deadline__isnull=False),
                name="task_by_deadline",
            ),
            models.Index(fields=("account", "fleet", "id"), condition=Q(status="buffered"), name="task_by_customer"),
            # How many a user has waiting, where quotas are counted anew.
            models.Index(fields=("submitted_by",), condition=Q(status="buffered"), name="task_of_user"),
            # Expired tasks are listed from two: those recorded by status, those only overdue by deadline
            # (decision 0012).
            models.Index(fields=("status", "deadline"), condition=Q(deadline__isnull=False), name="task_of_deadline"),
            models.Index(fields=("account", "id"), name="task_of_account"),
            # Lists, newest first; those of several statuses are merged from one look-up for each (decision 0027).
            models.Index(fields=("fleet", "status", "id"), name="task_of_fleet"),
            models.Index(fields=("status", "id"), name="task_of_status"),
            # In the order of letters' numbers, which finds names by their beginnings too.
            models.Index(fields=("name", "id"), opclasses=("varchar_pattern_ops", "uuid_ops"), name="task_of_name"),
            models.Index(fields=("reference", "id"), condition=Q(reference__isnull=False), name="task_of_reference"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def profit_as_sent(self) -> int | float:
        """9 for 9, 9.0 for 9.0."""
        return as_sent(self.profit, self.is_whole_profit)


class OfferedManager(models.Manager["Opportunity"]):
    """Opportunities that tasks still have."""

    def get_queryset(self) -> models.QuerySet["Opportunity"]:
        """All but the withdrawn ones."""
        return super().get_queryset().filter(withdrawn=None)


class Opportunity(models.Model):
    """When a task may run on a satellite, and what it is worth there if that differs, in the order sent.

    One that was worked out has the elements that it comes from as its origin. An outdated one was worked out from
    elements that count no longer: it is there for the assignments that were made in it.

    One that an edit took away is `withdrawn` since then, and stays, as an assignment that is over lies within it:
    `objects`, and what tasks have, are the others, `every` is all.
    """

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="opportunities", db_index=False)
    fleet = models.ForeignKey(Fleet, on_delete=models.PROTECT, related_name="+", db_index=False)
    satellite = models.ForeignKey(Satellite, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    profit = models.FloatField(null=True)
    details = models.JSONField(default=dict)
    origin = models.ForeignKey(ElementSet, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_outdated = models.BooleanField(db_default=False)
    withdrawn = models.DateTimeField(null=True)
    # The first one is what Django takes where opportunities are reached through a task, so none there is withdrawn.
    objects = OfferedManager()
    every: "ClassVar[models.Manager[Opportunity]]" = models.Manager()

    class Meta:
        verbose_name_plural = "opportunities"
        constraints = (
            models.UniqueConstraint(fields=("task", "position"), name="opportunity_unique_position"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="opportunity_ends_later"),
            models.CheckConstraint(
                condition=Q(profit__isnull=True) | Q(profit__gte=0), name="opportunity_profit_not_negative"
            ),
        )
        # By start alone: `Fleet.longest_s` says how far before some time those begin that still last then.
        indexes = (models.Index(fields=("fleet", "starts"), name="opportunity_of_fleet"),)

    def __str__(self) -> str:
        return f"{self.starts} to {self.ends}"
