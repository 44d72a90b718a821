from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from satselect.schemas.fleets import LONGEST_S, USUAL_SETTLE_S, Release
from satselect.schemas.horizons import LONGEST_HORIZON_S, USUAL_STAY, USUAL_STEP_S, Kind, Replan
from satselect.schemas.iterations import Cause
from satselect.store.partitions import PARTITIONS

CAUSES = [(cause.value, cause.value) for cause in Cause]
RELEASES = [(release.value, release.value) for release in Release]
KINDS = [(kind.value, kind.value) for kind in Kind]


class Fleet(models.Model):
    """Satellites that are scheduled together: the unit of an iteration.

    `version` moves with whatever can spoil a selection under way, `seq` with every batch, `event_number` with every
    event, `buffered` with every task that enters or leaves the buffer. They change in transactions that update this
    row first, so that their order is the order of commits. `event_moment` is when the newest event came, in
    microseconds since 1970, made to grow with every event.

    `ageing_per_hour` is what an hour of waiting adds to a task's profit for the selection, `release` when scheduled
    tasks give back what they use.

    `iterated` is when it iterated last, `freed_by` what let waiting tasks in since. `iterate_at` is when it is to be
    looked whether it should iterate by itself: never later than it should, `settle_s` after the last iteration at the
    earliest. Customers see break-even profits, which tell of others' profits, where `shows_break_even`. `forgotten` is
    the newest version of which a change was pruned: what the buffer was before it can't be told any more.
    """

    slug = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    is_open = models.BooleanField(default=False)
    shows_break_even = models.BooleanField(default=False)
    ageing_per_hour = models.FloatField(default=0)
    release = models.CharField(max_length=16, choices=RELEASES, default=Release.ITERATION.value)
    settle_s = models.FloatField(null=True, blank=True, db_default=USUAL_SETTLE_S)
    iterate_every_s = models.FloatField(null=True, blank=True)
    horizon_s = models.FloatField(null=True, blank=True)
    frozen_s = models.FloatField(db_default=0)
    step_s = models.FloatField(db_default=USUAL_STEP_S)
    stay = models.FloatField(db_default=USUAL_STAY)
    replan = models.CharField(
        max_length=8, choices=[(one.value, one.value) for one in Replan], db_default=Replan.ALWAYS.value
    )
    # How far back to look for opportunities that began before some time and still last: `store.queries.plans.chances`.
    longest_s = models.FloatField(db_default=0, editable=False)
    iterated = models.DateTimeField(null=True, editable=False)
    iterate_at = models.DateTimeField(null=True, editable=False)
    freed_by = models.CharField(max_length=16, blank=True, choices=CAUSES, db_default="", editable=False)
    version = models.BigIntegerField(default=0)
    seq = models.BigIntegerField(default=0)
    event_number = models.BigIntegerField(default=0)
    event_moment = models.BigIntegerField(db_default=0, editable=False)
    buffered = models.BigIntegerField(default=0)
    forgotten = models.BigIntegerField(default=0)
    # Computed by the database and stored there, so that all processes share the fleets out by the same numbers.
    partition = models.GeneratedField(
        expression=F("id") % PARTITIONS, output_field=models.SmallIntegerField(), db_persist=True
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(buffered__gte=0), name="fleet_buffered_not_negative"),
            models.CheckConstraint(condition=Q(ageing_per_hour__gte=0), name="fleet_ageing_not_negative"),
            models.CheckConstraint(
                condition=Q(settle_s__isnull=True) | Q(settle_s__range=(0, LONGEST_S)), name="fleet_settle_in_range"
            ),
            models.CheckConstraint(
                condition=Q(iterate_every_s__isnull=True) | Q(iterate_every_s__range=(1, LONGEST_S)),
                name="fleet_timer_in_range",
            ),
            models.CheckConstraint(
                condition=Q(horizon_s__isnull=True) | Q(horizon_s__gt=0, horizon_s__lte=LONGEST_HORIZON_S),
                name="fleet_horizon_in_range",
            ),
            models.CheckConstraint(condition=Q(frozen_s__gte=0, stay__gte=0, stay__lte=1), name="fleet_plan_in_range"),
            models.CheckConstraint(condition=Q(step_s__gt=0), name="fleet_step_positive"),
        )
        indexes = (
            # Holds only fleets that expect something: looking for them twice a second reads nothing of the others
            # (decision 0098).
            models.Index(fields=("iterate_at",), condition=Q(iterate_at__isnull=False), name="fleet_of_iterate_at"),
        )

    def __str__(self) -> str:
        return self.slug


class Satellite(models.Model):
    """A spacecraft of a fleet; it owns resources."""

    # No index of its own: the constraint below begins with it. So wherever tables say `db_index=False`: an index begins
    # with the column, or too little looks it up to make each insert dearer.
    fleet = models.ForeignKey(Fleet, on_delete=models.PROTECT, related_name="satellites", db_index=False)
    slug = models.SlugField(max_length=64)
    name = models.CharField(max_length=200)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("fleet", "slug"), name="satellite_unique_in_fleet"),)

    def __str__(self) -> str:
        return self.slug


class Resource(models.Model):
    """What tasks name: something of limited capacity.

    Within a fleet a name is either shared by the satellites or each satellite's own, never both: it has one row. Names
    that operators gave are declared; one that a task brought into an open fleet is shown to who used it.

    In a plan a renewable one is held from a task's start to its end and `turnaround_s` more, a budget is used up over
    the horizon, and a reservoir is filled by tasks and drained by passes. `transition` says what lies between
    two uses that depends on both (`schemas.transitions`).
    """

    fleet = models.ForeignKey(Fleet, on_delete=models.PROTECT, related_name="resources", db_index=False)
    name = models.CharField(max_length=200)
    is_shared = models.BooleanField(default=False)
    is_declared = models.BooleanField(db_default=False)
    kind = models.CharField(max_length=10, choices=KINDS, db_default=Kind.RENEWABLE.value)
    turnaround_s = models.FloatField(db_default=0)
    transition = models.JSONField(null=True)
    created = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("fleet", "name"), name="resource_unique_in_fleet"),
            models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in Kind]), name="resource_kind_known"),
            models.CheckConstraint(
                condition=Q(turnaround_s=0) | Q(turnaround_s__gt=0, kind=Kind.RENEWABLE.value),
                name="resource_turnaround_of_renewable",
            ),
            models.CheckConstraint(
                condition=Q(transition__isnull=True) | Q(kind=Kind.RENEWABLE.value),
                name="resource_transition_of_renewable",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Supply(models.Model):
    """How much of a resource one satellite has, or the fleet itself where there is no satellite.

    A reservoir held `level` units at `level_at`, as an operator said; it was empty if nobody did.
    """

    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="supplies")
    satellite = models.ForeignKey(Satellite, null=True, on_delete=models.PROTECT, related_name="supplies")
    capacity = models.BigIntegerField(default=1)
    level = models.BigIntegerField(db_default=0)
    level_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "supplies"
        constraints = (
            models.CheckConstraint(condition=Q(capacity__gte=0), name="supply_capacity_not_negative"),
            models.CheckConstraint(condition=Q(level__gte=0), name="supply_level_not_negative"),
            # NULLs are all different to both databases, so rows of the fleet itself need a constraint of their own.
            models.UniqueConstraint(fields=("resource", "satellite"), name="supply_unique_of_satellite"),
            models.UniqueConstraint(
                fields=("resource",), condition=Q(satellite__isnull=True), name="supply_unique_of_fleet"
            ),
        )

    def __str__(self) -> str:
        return f"{self.capacity} of resource {self.resource_id}"


class Pass(models.Model):
    """A contact of a satellite: what is in its reservoirs when it starts has left when it ends, as much as it drains.

    `drains` maps names of reservoirs to units; `station` is whom it delivers to, null for nobody, as sunlight. `origin`
    are the elements that it was worked out from, over the station of that slug; null if somebody gave it.
    """

    fleet = models.ForeignKey(Fleet, on_delete=models.CASCADE, related_name="passes", db_index=False)
    satellite = models.ForeignKey(Satellite, on_delete=models.CASCADE, related_name="passes")
    station = models.CharField(max_length=200, null=True)
    starts = models.DateTimeField()
    ends = models.DateTimeField()
    drains = models.JSONField(default=dict)
    origin = models.ForeignKey(
        "store.ElementSet", null=True, on_delete=models.CASCADE, related_name="+", db_index=False
    )

    class Meta:
        verbose_name_plural = "passes"
        constraints = (
            # Three, as a station that is NULL equals no other, and of what was worked out one pass begins at a time.
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="pass_ends_later"),
            models.UniqueConstraint(
                fields=("satellite", "starts", "ends", "station"), condition=Q(origin=None), name="pass_unique"
            ),
            models.UniqueConstraint(
                fields=("satellite", "starts", "ends"), condition=Q(station=None), name="pass_unique_without_station"
            ),
            models.UniqueConstraint(
                fields=("satellite", "station", "starts"),
                condition=Q(origin__isnull=False),
                name="pass_unique_worked_out",
            ),
        )
        indexes = (models.Index(fields=("fleet", "ends"), name="pass_of_fleet"),)

    def __str__(self) -> str:
        return f"{self.starts} to {self.ends}"
