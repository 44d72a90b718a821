"""Record a plan: everything in one short transaction, or nothing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from satselect.application.errors import StaleError
from satselect.application.events.tell import tell_outcome
from satselect.application.failpoints import Point, reach
from satselect.application.lifecycle import MOVED, OVERDUE, REPLANNED, SELECTED, move, note
from satselect.application.planning.automatic import expect_next
from satselect.application.planning.horizon.outcome import PlanOutcome
from satselect.application.planning.horizon.returned import return_to_buffer
from satselect.application.planning.recorded_iteration import MOST_EXPIRED, Recorded, consider
from satselect.schemas.horizons import Kind
from satselect.schemas.iterations import supply_key
from satselect.schemas.tasks import Status
from satselect.store.models import Assignment, AssignmentResource, Iteration
from satselect.store.queries.buffer.heads import overdue
from satselect.store.queries.counters import Counted, count_iteration
from satselect.store.queries.supplies import TimedSupply
from satselect.store.sql.bulk_insert import insert, rows_of
from satselect.store.sql.chunks import in_parts
from satselect.store.sql.ids import new_id
from satselect.store.sql.statements import id_in
from satselect.store.sql.transactions import short_transaction


def record_plan(outcome: PlanOutcome) -> Recorded:
    """The iteration, committed; the batches that it considered are done.

    Raises:
        StaleError: the fleet's version, or a task's status, is not what was planned from. Nothing is recorded.
    """
    scene = outcome.given.scene
    with short_transaction():
        expired = overdue(scene.fleet_id, at=scene.at, limit=MOST_EXPIRED)
        expired = [id for id in expired if id not in outcome.places]
        fleet = _counted(outcome, expired)
        iteration = _stored(outcome, fleet)
        # What ends goes first: a task has one live assignment, and the database refuses uses of one unit that overlap.
        _end(outcome, fleet, iteration)
        move(outcome.selected, SELECTED, at=scene.at, iteration_id=iteration.id)
        move(expired, OVERDUE, at=scene.at, iteration_id=iteration.id)
        assigned = _assign(outcome, iteration)
        batches = consider(iteration, up_to_seq=scene.seq)
        expect_next(fleet, at=scene.at, may_return=bool(scene.outages))
        displaced = [one.task_id for one in outcome.displaced]
        tell_outcome(fleet, iteration.id, at=scene.at, displaced=displaced, expired=expired)
        reach(Point.BEFORE_ITERATION_COMMIT)
    reach(Point.AFTER_ITERATION_COMMIT)
    return Recorded(iteration, batches, len(expired), assigned=assigned)


def _counted(outcome: PlanOutcome, expired: Sequence[UUID]) -> Counted:
    scene = outcome.given.scene
    fleet = count_iteration(
        scene.fleet_id,
        version=scene.version,
        at=scene.at,
        leaving=len(outcome.selected) + len(expired) - len(outcome.displaced),
        events=1 + len(outcome.displaced) + len(expired),
    )
    if fleet is None:
        raise StaleError(f"the fleet is no longer at version {scene.version}")
    return fleet


def _stored(outcome: PlanOutcome, fleet: Counted) -> Iteration:
    scene, plan = outcome.given.scene, outcome.plan
    keys = {one.id: _key(outcome, one) for one in scene.supplies.values()}
    return Iteration.objects.create(
        id=new_id(scene.at),
        fleet_id=fleet.id,
        version=fleet.version,
        considered_seq=scene.seq,
        as_of=scene.at,
        cause=outcome.cause,
        status=plan.status,
        proof=outcome.proof.value,
        objective=outcome.objective,
        profit=outcome.profit,
        bound=outcome.bound,
        gap=outcome.gap,
        duration_s=outcome.duration_s,
        settings=_settings(outcome),
        capacities={keys[one.id]: one.capacity for one in scene.supplies.values()},
        prices={},  # a plan's differ over time, and are worked out when somebody asks
        scheduled=len(outcome.selected) + len(outcome.moved),  # all that have an assignment of it
        buffered=fleet.buffered,
    )


def _settings(outcome: PlanOutcome) -> dict[str, object]:
    settings = outcome.given.scene.settings
    return {
        "time_limit_s": outcome.time_limit_s,
        "ageing_per_hour": settings.ageing_per_hour,
        "horizon_s": settings.horizon_s,
        "frozen_s": settings.frozen_s,
        "step_s": outcome.step_s,
        "stay": settings.stay,
        "replan": settings.replan,
    }


def _key(outcome: PlanOutcome, supply: TimedSupply) -> str:
    satellites = outcome.given.scene.satellites
    return supply_key(satellites[supply.satellite_id] if supply.satellite_id else None, supply.name)


def _end(outcome: PlanOutcome, fleet: Counted, iteration: Iteration) -> None:
    """Ends what moves and what is displaced. What starts in the frozen part is neither, and the database knows."""
    scene = outcome.given.scene
    ended = [*outcome.moved, *outcome.displaced]
    for part in in_parts([one.id for one in ended]):
        live = Assignment.objects.filter(id__in=part, is_live=True, task__status=Status.SCHEDULED)
        count = live.update(is_live=False, ended=scene.at, ended_version=fleet.version, frozen_until=scene.frozen_until)
        if count != len(part):
            raise StaleError(f"{len(part) - count} of {len(part)} assignments are over")
        AssignmentResource.objects.filter(assignment__in=part).update(is_held=False)
    displaced = [one.task_id for one in outcome.displaced]
    move(displaced, REPLANNED, at=scene.at, iteration_id=iteration.id)
    return_to_buffer(displaced, fleet)
    note([one.task_id for one in outcome.moved], MOVED, at=scene.at, iteration_id=iteration.id)


def _assign(outcome: PlanOutcome, iteration: Iteration) -> dict[UUID, int]:
    """The id of each task's assignment."""
    moved = [one.task_id for one in outcome.moved]
    places = {id: outcome.places[id] for id in (*outcome.selected, *moved)}
    columns = ("iteration_id", "task_id", "satellite_id", "is_live", "opportunity_id", "starts", "ends")
    rows = (
        (iteration.id, id, one.satellite_id, True, one.opportunity_id, one.starts, one.ends)
        for id, one in places.items()
    )
    made = rows_of(Assignment, columns, rows).insert_giving("task_id", "id")
    numbers = {id_in(task_id): number for task_id, number in made}
    uses = ("assignment_id", "iteration_id", "supply_id", "capacity", "amount", "is_timed", "is_held", "starts", "ends")
    insert(AssignmentResource, (*uses, "angle", "mode"), _uses(outcome, iteration, numbers))
    return numbers


def _uses(outcome: PlanOutcome, iteration: Iteration, assignments: Mapping[UUID, int]) -> Iterator[Sequence[object]]:
    given = outcome.given
    details = {chance.id: chance.details for chance in given.scene.chances}
    for task_id, number in assignments.items():
        place = outcome.places[task_id]
        for supply, amount in given.uses_of(task_id, place.satellite_id):
            starts, ends = place.starts, place.ends
            if supply.kind != Kind.RENEWABLE:
                starts = ends = None
            if ends is not None:
                ends += timedelta(seconds=supply.turnaround_s)
            is_timed = place.starts is not None
            of_supply = number, iteration.id, supply.id, supply.capacity, amount
            yield *of_supply, is_timed, True, starts, ends, *supply.position(details.get(place.opportunity_id or 0))
