from django.db import models
from django.db.models import F, Q

from satselect.store.models.fleets import Fleet, Satellite, Supply


class Outage(models.Model):
    """That a satellite, or a supply, is out of service from a time until another, or until that is said."""

    fleet = models.ForeignKey(Fleet, on_delete=models.CASCADE, related_name="outages", db_index=False)
    satellite = models.ForeignKey(Satellite, null=True, on_delete=models.CASCADE, related_name="outages")
    supply = models.ForeignKey(Supply, null=True, on_delete=models.CASCADE, related_name="outages")
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True)
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(satellite__isnull=True, supply__isnull=False)
                | Q(satellite__isnull=False, supply__isnull=True),
                name="outage_of_one",
            ),
            models.CheckConstraint(condition=Q(ends__isnull=True) | Q(ends__gt=F("starts")), name="outage_ends_later"),
        )
        indexes = (models.Index(fields=("fleet", "ends"), name="outage_of_fleet"),)

    def __str__(self) -> str:
        return f"{self.starts} to {self.ends}"
