from django.db import models

from satselect.schemas.fields.limits import MAX_NAME_CHARACTERS
from satselect.schemas.fields.profits import as_sent
from satselect.store.models.accounts import Account
from satselect.store.models.fleets import Fleet
from satselect.store.models.tasks import Batch


class Product(models.Model):
    """What can be ordered of a fleet without knowing its satellites: an imaging mode.

    `resources` maps names to amounts, as a task says them; `geometries` are the kinds of places; `parameters` is a
    JSON Schema of what an order says besides; `satellites` are the slugs of those that may take it, null for any;
    `sight` are the conditions under which a place is seen, null if it needs none; `details` is what its opportunities
    say besides, as the mode of a resource.
    """

    slug = models.SlugField(max_length=64, unique=True)
    fleet = models.ForeignKey(Fleet, on_delete=models.PROTECT, related_name="products")
    title = models.CharField(max_length=MAX_NAME_CHARACTERS)
    description = models.TextField(blank=True)
    license = models.CharField(max_length=MAX_NAME_CHARACTERS)
    keywords = models.JSONField(default=list)
    geometries = models.JSONField()
    resources = models.JSONField()
    duration_s = models.FloatField()
    profit = models.FloatField(null=True)
    is_whole_profit = models.BooleanField(default=False)
    parameters = models.JSONField(default=dict)
    satellites = models.JSONField(null=True)
    sight = models.JSONField(null=True)
    details = models.JSONField(default=dict)
    is_offered = models.BooleanField(default=True)
    created = models.DateTimeField()

    def __str__(self) -> str:
        return self.slug

    @property
    def profit_as_sent(self) -> int | float | None:
        """9 for 9, 9.0 for 9.0; None if each order says."""
        return None if self.profit is None else as_sent(self.profit, self.is_whole_profit)


class Order(models.Model):
    """What somebody ordered of a product. Its task has the same id; there is none where it was refused.

    `wish` is the time, the place and the filter as they were sent, `parameters` what was said besides. `refusal` is the
    code of why it can't be, null for an order that is a task.
    """

    id = models.UUIDField(primary_key=True)
    # Without an index of its own: the one below begins with it.
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="orders", db_index=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="orders")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="orders")
    wish = models.JSONField()
    parameters = models.JSONField()
    refusal = models.CharField(max_length=32, null=True)
    words = models.CharField(max_length=500, blank=True)
    created = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("account", "id"), name="order_of_account"),)

    def __str__(self) -> str:
        return f"{self.id}"


class BreakEven(models.Model):
    """From which profit on an order that lost would have won: what was found last, and whether somebody waits for more.

    It is `needs`, or `unknown` says why there is none; null while nothing was found. That is exact for the fleet at
    `version`, as of then. `wanted` is since when somebody waits for one of now; null if nobody does. Who works it out
    claims it until `claimed_until` and counts `attempts`: only the last one who did may end it.
    """

    order = models.OneToOneField(Order, on_delete=models.CASCADE, primary_key=True, related_name="break_even")
    version = models.BigIntegerField(null=True)
    as_of = models.DateTimeField(null=True)
    needs = models.FloatField(null=True)
    unknown = models.CharField(max_length=32, null=True)
    wanted = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("attempts", "wanted"), name="break_even_wanted", condition=models.Q(wanted__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"of {self.order_id}"
