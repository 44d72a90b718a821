from django.db import models

from satselect.schemas.fields.limits import MAX_NAME_CHARACTERS
from satselect.store.models.accounts import User
from satselect.store.models.fleets import Satellite


class ElementSet(models.Model):
    """Orbital elements that a satellite was given, as they were sent. Rows are added; the newest one counts.

    `epoch`, `number` (in the catalogue) and `name` are what the source says; `digest` is its SHA-256.
    """

    satellite = models.ForeignKey(Satellite, on_delete=models.CASCADE, related_name="element_sets", db_index=False)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    epoch = models.DateTimeField()
    number = models.IntegerField(null=True)
    name = models.CharField(max_length=MAX_NAME_CHARACTERS)
    source = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        indexes = (models.Index(fields=("satellite", "id"), name="elements_of_satellite"),)

    def __str__(self) -> str:
        return f"{self.name} at {self.epoch}"
