"""What scheduled tasks hold until their execution is reported."""

from django.db.models import Q, QuerySet, Sum

from satselect.store.models import AssignmentResource, Iteration


def held_units(fleet_id: int) -> dict[int, int]:
    """Supply to the units of it that tasks of the fleet hold now."""
    held = AssignmentResource.objects.filter(assignment__satellite__fleet=fleet_id, assignment__ended=None)
    rows = held.values("supply").annotate(units=Sum("amount")).values_list("supply", "units")
    return {supply: int(units) for supply, units in rows}


def held_before(iteration: Iteration) -> QuerySet[AssignmentResource]:
    """What tasks of earlier iterations held when this one ran, by versions; by time where none was kept."""
    earlier = AssignmentResource.objects.filter(
        assignment__satellite__fleet=iteration.fleet_id, assignment__iteration__version__lt=iteration.version
    )
    # Versions and not times where they are known: an assignment may have ended by the clock of another machine.
    ended_later = Q(assignment__ended_version__gte=iteration.version) | Q(
        assignment__ended_version=None, assignment__ended__gt=iteration.as_of
    )
    return earlier.filter(Q(assignment__ended=None) | ended_later)
