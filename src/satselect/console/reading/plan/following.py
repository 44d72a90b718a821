"""What a fleet runs next."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q, Subquery

from satselect.application.access.visibility import visible_assignments
from satselect.schemas.tasks import Status
from satselect.store.models import Assignment, Fleet, User
from satselect.store.queries.finished import whose_task

MOST_SHOWN = 8


def read_following(user: User, fleet: Fleet, *, at: datetime) -> Sequence[Assignment]:
    """The next tasks that were not reported, with those under way, by start; none of a fleet without a horizon."""
    if fleet.horizon_s is None:
        return ()
    there = visible_assignments(user).filter(
        Q(ends__gt=at) | Q(starts__gte=at),
        whose_task(status=Status.SCHEDULED),
        is_live=True,
        satellite__in=list(fleet.satellites.values_list("id", flat=True)),
        starts__gte=at - timedelta(seconds=fleet.longest_s),
    )
    there = there.select_related("task", "satellite").order_by("starts", "id")
    # Once one satellite alone has begun so many, all together have at least as many: nothing later needs to be read.
    until = _enough(fleet, at)
    found = list(there.filter(starts__lte=until)[:MOST_SHOWN]) if until else []
    # Of what is planned some may be reported already, or be of others.
    return found if len(found) == MOST_SHOWN else list(there[:MOST_SHOWN])


def _enough(fleet: Fleet, at: datetime) -> datetime | None:
    """When so many have started on one satellite: the index of each is read so far, and never a whole plan."""
    to_come = Assignment.objects.filter(satellite=OuterRef("id"), is_live=True, starts__gte=at).order_by("starts")
    enough = Subquery(to_come.values("starts")[MOST_SHOWN - 1 : MOST_SHOWN])
    times = fleet.satellites.annotate(enough=enough).values_list("enough", flat=True)
    return min((time for time in times if time is not None), default=None)
