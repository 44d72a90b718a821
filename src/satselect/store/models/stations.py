from django.db import models

from satselect.schemas.fields.limits import MAX_NAME_CHARACTERS
from satselect.store.models.fleets import Fleet


class Station(models.Model):
    """An antenna on the ground: the passes of a fleet's satellites over it are worked out from their elements.

    `latitude` and `longitude` are degrees (WGS 84), `height_m` metres above the ellipsoid. A satellite is heard from
    `minimum_elevation` degrees on, and passes shorter than `minimum_length_s` are left out. `drains_per_s` maps names
    of reservoirs to units that a pass drains in a second. `satellites` are the slugs of those that it serves, null for
    all of the fleet.

    `searched`, `searched_until` and `revision` are as those of `Target`.
    """

    fleet = models.ForeignKey(Fleet, on_delete=models.CASCADE, related_name="stations", db_index=False)
    slug = models.SlugField(max_length=64)
    name = models.CharField(max_length=MAX_NAME_CHARACTERS)
    latitude = models.FloatField()
    longitude = models.FloatField()
    height_m = models.FloatField()
    minimum_elevation = models.FloatField()
    minimum_length_s = models.FloatField()
    drains_per_s = models.JSONField()
    satellites = models.JSONField(null=True)
    searched = models.JSONField(default=dict)
    searched_until = models.DateTimeField(null=True)
    revision = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("fleet", "slug"), name="station_unique_in_fleet"),)

    def __str__(self) -> str:
        return self.slug
