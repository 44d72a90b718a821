"""What lies between two uses of a resource and depends on both: given to it, and known of what is planned."""

from datetime import datetime, timedelta
from typing import Any

from satselect.application.errors import ConflictError
from satselect.schemas.horizons import Kind
from satselect.schemas.transitions import Position, Transition
from satselect.store.models import AssignmentResource, Resource, Supply
from satselect.store.queries.supplies import transition_of

ONE_UNIT = "transitions that depend on both uses are for a renewable resource of one unit"


def give_transition(resource: Resource, transition: Transition | None, *, at: datetime) -> dict[str, Any] | None:
    """The resource has it from now on, on every satellite, or none. Gives what is kept.

    How it stands in what is planned is told anew, so that the database can guard what comes beside that. Call it in
    the transaction that changes the resource.

    Raises:
        ConflictError: it is not renewable.
    """
    if transition is not None and resource.kind != Kind.RENEWABLE:
        raise ConflictError(ONE_UNIT)
    kept = None if transition is None else transition.model_dump(exclude_defaults=True)
    Resource.objects.filter(id=resource.id).update(transition=kept)
    _tell_positions(resource.id, transition_of(kept), at)
    return kept


def check_units(resource_id: int) -> None:
    """Lets a resource pass that has one unit wherever it is, or no transition.

    Raises:
        ConflictError: it has more.
    """
    if Supply.objects.filter(resource=resource_id, capacity__gt=1, resource__transition__isnull=False).exists():
        raise ConflictError(ONE_UNIT)


def _tell_positions(resource_id: int, transition: Transition | None, at: datetime) -> None:
    """Of what is not over for so long that nothing that comes has to do with it."""
    since = at - (timedelta(0) if transition is None else transition.longest)
    uses = AssignmentResource.objects.filter(supply__resource=resource_id, starts__isnull=False, is_held=True)
    uses = uses.filter(assignment__is_live=True, ends__gt=since).select_related("assignment__opportunity")
    for use in uses.iterator(chunk_size=1_000):
        spot = use.assignment.opportunity
        position = Position() if transition is None or spot is None else transition.position(spot.details)
        if position != (use.angle, use.mode):  # each row that is written is looked at by a trigger
            AssignmentResource.objects.filter(id=use.id).update(angle=position.angle, mode=position.mode)
