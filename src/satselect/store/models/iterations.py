from django.db import models
from django.db.models import F, Q

from satselect.schemas.iterations import Cause, Quality
from satselect.store.models.fleets import CAUSES, Fleet, Satellite, Supply
from satselect.store.models.tasks import Opportunity, Task


class Iteration(models.Model):
    """One run of the selection over the buffer of a fleet, and its recorded outcome.

    `version` is the fleet's version that it made: no two iterations can have come from the same one.
    `considered_seq` is the last batch it considered; `buffered` counts what stayed behind. `availability` is what it
    selected from, by the ids of supplies; null where that was not kept yet. `WIDE` columns grow with the number of
    resources: lists do without them.
    """

    WIDE = ("settings", "capacities", "prices", "availability")

    id = models.UUIDField(primary_key=True)
    fleet = models.ForeignKey(Fleet, on_delete=models.PROTECT, related_name="iterations", db_index=False)
    version = models.BigIntegerField()
    considered_seq = models.BigIntegerField()
    as_of = models.DateTimeField()
    cause = models.CharField(max_length=16, choices=CAUSES, db_default=Cause.REQUEST.value)
    status = models.CharField(max_length=8, choices=[(quality.value, quality.value) for quality in Quality])
    proof = models.CharField(max_length=16)
    objective = models.FloatField()
    profit = models.FloatField()
    bound = models.FloatField(null=True)
    gap = models.FloatField(null=True)
    greedy_profit = models.FloatField(null=True)
    duration_s = models.FloatField()
    settings = models.JSONField()
    capacities = models.JSONField()
    prices = models.JSONField()
    availability = models.JSONField(null=True)
    scheduled = models.PositiveIntegerField()
    buffered = models.PositiveBigIntegerField()

    class Meta:
        # Of all that selected from one version one passes, whatever code they run (decision 0013).
        constraints = (models.UniqueConstraint(fields=("fleet", "version"), name="iteration_unique_version"),)
        indexes = (models.Index(fields=("fleet", "id"), name="iteration_of_fleet"),)

    def __str__(self) -> str:
        return f"{self.id}"


class Assignment(models.Model):
    """A task given to a satellite in an iteration.

    It is live until its failure or cancellation is reported, and `ended` is when any end of it was: until then it
    holds what it uses, in fleets that release at completion. `ended_version` is the fleet's version then, by which an
    iteration knows whether it came before: clocks differ.

    In a plan it starts and ends at a time inside an opportunity, and `frozen_until` is up to when starts were frozen
    as it ended: the database refuses to end what starts earlier by planning anew. `fetched` is when somebody who
    executes it was first told of it.
    """

    iteration = models.ForeignKey(Iteration, on_delete=models.PROTECT, related_name="assignments")
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="assignments")
    satellite = models.ForeignKey(Satellite, on_delete=models.PROTECT, related_name="assignments", db_index=False)
    is_live = models.BooleanField(default=True)
    ended = models.DateTimeField(null=True)
    ended_version = models.BigIntegerField(null=True)
    opportunity = models.ForeignKey(Opportunity, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    starts = models.DateTimeField(null=True)
    ends = models.DateTimeField(null=True)
    frozen_until = models.DateTimeField(null=True)
    fetched = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(starts=None, ends=None, opportunity=None)
                | Q(starts__isnull=False, ends__gte=F("starts"), opportunity__isnull=False),
                name="assignment_timed_whole",
            ),
            models.CheckConstraint(
                condition=Q(frozen_until=None) | Q(is_live=False, starts__gte=F("frozen_until")),
                name="assignment_frozen_stays",
            ),
            # Kept by the database itself: no task is scheduled twice at once. A completed one stays live, as it has
            # been done.
            models.UniqueConstraint(fields=("task",), condition=Q(is_live=True), name="assignment_one_live"),
            models.UniqueConstraint(fields=("iteration", "task"), name="assignment_unique"),
        )
        indexes = (
            models.Index(fields=("satellite", "ended"), name="assignment_of_satellite"),
            models.Index(
                fields=("satellite", "starts"),
                condition=Q(is_live=True, starts__isnull=False),
                name="assignment_in_plan",
            ),
        )

    def __str__(self) -> str:
        return f"task {self.task_id} in iteration {self.iteration_id}"


class AssignmentResource(models.Model):
    """That an assignment uses an amount of a supply. Where the capacity is 1, one row is all the database allows.

    In a plan that is one at a time: it is busy from `starts` to `ends`, with the turnaround, and no two of them
    overlap that are held. What is no renewable resource has no times. Where transitions depend on both uses, `angle` or
    `mode` is how it stands in this one, and between the two there is as much time as that takes.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="uses")
    iteration = models.ForeignKey(Iteration, on_delete=models.PROTECT, related_name="+", db_index=False)
    supply = models.ForeignKey(Supply, on_delete=models.PROTECT, related_name="+", db_index=False)
    # The supply's, copied: a constraint can't look into another table, and the supply's may change afterwards.
    capacity = models.BigIntegerField()
    amount = models.BigIntegerField()
    is_timed = models.BooleanField(db_default=False)
    is_held = models.BooleanField(db_default=True)
    starts = models.DateTimeField(null=True)
    ends = models.DateTimeField(null=True)
    angle = models.FloatField(null=True)
    mode = models.CharField(max_length=64, null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("iteration", "supply"),
                condition=Q(capacity=1, is_timed=False),
                name="assignment_resource_sole",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=1, amount__lte=F("capacity")), name="assignment_resource_fits"
            ),
        )
        indexes = (models.Index(fields=("iteration",), name="assignment_resource_of"),)

    def __str__(self) -> str:
        return f"{self.amount} of supply {self.supply_id}"


class ResourceUse(models.Model):
    """What an iteration used of a supply.

    `capacity` is what it was then, `held` the units that scheduled tasks of earlier iterations still hold.
    """

    iteration = models.ForeignKey(Iteration, on_delete=models.CASCADE, related_name="uses", db_index=False)
    supply = models.ForeignKey(Supply, on_delete=models.PROTECT, related_name="uses")
    # Copied from the supply for the constraint below; what an iteration used stays right when the capacity falls later.
    capacity = models.BigIntegerField()
    held = models.BigIntegerField(default=0)
    used = models.BigIntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("iteration", "supply"), name="resource_use_unique"),
            models.CheckConstraint(
                condition=Q(held__gte=0, used__gte=0, capacity__gte=F("held") + F("used")), name="resource_use_fits"
            ),
        )

    def __str__(self) -> str:
        return f"{self.held} + {self.used} of {self.capacity}"
