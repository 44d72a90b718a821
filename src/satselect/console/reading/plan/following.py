"""What a fleet runs next."""

from collections.abc import Sequence
from datetime import datetime

from satselect.console.reading.plan.planned import planned_within
from satselect.console.reading.plan.window import MOST_S, Window
from satselect.schemas.tasks import Status
from satselect.store.models import Assignment, Fleet, User
from satselect.store.queries.whose import whose_task

MOST_SHOWN = 8


def read_following(user: User, fleet: Fleet, *, at: datetime) -> Sequence[Assignment]:
    """The next tasks that were not reported, with those under way, by start; none of a fleet without a horizon."""
    if fleet.horizon_s is None:
        return ()
    there = planned_within(user, fleet, Window(at, MOST_S, follows=False))
    there = there.filter(whose_task(status=Status.SCHEDULED), starts__isnull=False)
    return list(there.select_related("task", "satellite").order_by("starts", "id")[:MOST_SHOWN])
