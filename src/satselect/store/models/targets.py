from django.db import models

from satselect.store.models.fleets import Fleet
from satselect.store.models.tasks import Task


class Target(models.Model):
    """What the satellites of a task look at: its opportunities are worked out from their elements.

    `sent` is the target as it was sent. `ordered` is what an order says besides: `details` of its opportunities, and
    the `filter` that takes them; empty for others. `searched` says of each satellite, by its id as text, from which
    elements (`elements`), up to when (`until`), and why not (`reason`, `detail`). `searched_until` is up to when all
    of them are searched; null before they are, and once elements change. `revision` grows with each change: what was
    worked out from something old is not stored. A closed one is of a task that is over.
    """

    task = models.OneToOneField(Task, on_delete=models.CASCADE, primary_key=True, related_name="target")
    fleet = models.ForeignKey(Fleet, on_delete=models.PROTECT, related_name="+", db_index=False)
    sent = models.JSONField()
    ordered = models.JSONField(default=dict)
    searched = models.JSONField(default=dict)
    searched_until = models.DateTimeField(null=True)
    revision = models.BigIntegerField(default=0)
    is_closed = models.BooleanField(default=False)

    class Meta:
        indexes = (
            models.Index(
                fields=("fleet", "searched_until"), condition=models.Q(is_closed=False), name="target_of_fleet"
            ),
        )

    def __str__(self) -> str:
        return f"target of {self.task_id}"
