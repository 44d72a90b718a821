"""Why tasks wait: the one teller, for a page of them in a few queries, however many there are, and without a selection.

It tells what the last iteration knew, from what that recorded and what history says changed since. What is not so any
more is told as a change; the next iteration decides with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from satselect.application.access.rights import sees_all
from satselect.application.availability.availability import Availability, Unavailable, resources_in
from satselect.application.availability.now import read_availability
from satselect.application.availability.recorded import recorded
from satselect.application.explanation.past import NOTHING, Past, Then
from satselect.application.explanation.reasons.rules import Known, first_rule
from satselect.application.explanation.reasons.scene import Lack, Place, Scene
from satselect.application.explanation.reasons.since import RIVALS, Change, of_fleet, of_holders, of_satellites, of_task
from satselect.schemas.explanations import Reason
from satselect.store.models import Assignment, Batch, Fleet, History, Iteration, Resource, Task, User
from satselect.store.queries.buffer.demands import Demand, demands_of
from satselect.store.queries.outages import out_of_service
from satselect.store.sql.chunks import in_parts

_DECIDED = frozenset({Reason.FAILED, Reason.FREE, Reason.HELD, Reason.OUT, Reason.NEVER})


@dataclass(frozen=True, slots=True)
class Why:
    """Why a task waits.

    Attributes:
        reason: of what kind that is.
        iteration_id: the last iteration that considered it; None if none did.
        then: what the task was, where an iteration decided about it or might have.
        demand: what it asked for then.
        scene: what that iteration left, where it considered the task and did not select it.
        places: where the task could have run.
        changes: what is not so any more.
        is_possible: whether the fleet, as it is now, could ever run the task: out of service or held is not for ever.
    """

    reason: Reason
    iteration_id: UUID | None = None
    then: Then | None = None
    demand: Demand | None = None
    scene: Scene | None = None
    places: Sequence[Place] = ()
    changes: Sequence[Change] = ()
    is_possible: bool = True

    @property
    def lacking(self) -> Mapping[str, Lack]:
        """By supply, what there was too little of for the task alone."""
        return self.scene.lacking(self.demand) if self.scene and self.demand else {}


def why_waiting(
    tasks: Sequence[Task], last: Iteration | None, *, at: datetime, by: User | None = None
) -> dict[UUID, Why]:
    """For each of these buffered tasks of a fleet, why it waits at that time.

    Args:
        tasks: as they were read before.
        last: the fleet's last iteration.
        at: now.
        by: who is told, for customers don't hear of others' changes; None for somebody who may know all.
    """
    if not tasks:
        return {}
    # At the version that the iteration made nothing of the fleet changed, so there is no past to be read.
    is_as_it_was = last is None or last.version == Fleet.objects.values_list("version", flat=True).get(id=last.fleet_id)
    past = NOTHING if last is None or is_as_it_was else Past.read([task.id for task in tasks], since=last.version)
    then = {task.id: past.of(task, last.version) for task in tasks if last}
    told = _before(tasks, last, then, at)
    told |= _failed([task for task in tasks if told[task.id].reason is Reason.FAILED])
    if last is not None and "horizon_s" in last.settings and not is_as_it_was:
        return _with_changes(tasks, told, last, at, _rivals(last, by))
    if last is None or last.availability is None:
        return told
    lost = [task for task in tasks if told[task.id].reason is Reason.HELD]
    told |= _lost(lost, last, then)
    if is_as_it_was:
        return _with_changes(tasks, told, last, at, set())
    return _impossible(tasks, _with_changes(tasks, told, last, at, _rivals(last, by)), last.fleet_id)


def why_lost(tasks: Sequence[Task], iteration: Iteration, past: Past) -> dict[UUID, Why]:
    """For each of these tasks, which lost in an iteration, why it did: as it was then, whatever became of it."""
    if iteration.availability is None:
        # Of a plan in time it is known who got a place, and not who was in whose way.
        reason = Reason.HELD if "horizon_s" in iteration.settings else Reason.NOT_KEPT
        return {task.id: Why(reason, iteration.id) for task in tasks}
    return _lost(tasks, iteration, {task.id: past.of(task, iteration.version) for task in tasks})


def _before(tasks: Sequence[Task], last: Iteration | None, then: Mapping[UUID, Then], at: datetime) -> dict[UUID, Why]:
    """The reasons as far as the tasks' own past says them; held stands for whatever the iteration found."""
    batches: dict[UUID, tuple[str, int | None]] = {}
    for part in in_parts(sorted({task.batch_id for task in tasks})):
        rows = Batch.objects.filter(id__in=part).values_list("id", "state", "iteration__version")
        batches.update({id: (state, version) for id, state, version in rows})
    told = {}
    for task in tasks:
        state, first = batches.get(task.batch_id, (None, None))
        rule = first_rule(Known(task, at, state, first, last, then.get(task.id)))
        iteration_id = last.id if last and rule.reason is Reason.HELD else None
        told[task.id] = Why(rule.reason, iteration_id, then.get(task.id) if rule.tells_changes else None)
    return told


def _failed(tasks: Sequence[Task]) -> dict[UUID, Why]:
    """Those that were selected, and whose attempt failed since: the iteration that selected them."""
    selected: dict[UUID, UUID] = {}
    for part in in_parts([task.id for task in tasks]):
        rows = Assignment.objects.filter(task__in=part).order_by("iteration__version")
        selected.update(rows.values_list("task_id", "iteration_id"))
    return {task.id: Why(Reason.FAILED, selected.get(task.id)) for task in tasks}


def _lost(tasks: Sequence[Task], iteration: Iteration, then: Mapping[UUID, Then]) -> dict[UUID, Why]:
    availability = recorded(iteration)
    if not tasks or availability is None:
        return {}
    demands = demands_of(sorted({then[task.id].signature_id for task in tasks}))
    resources = resources_in(demands.values())
    scene = Scene.read(iteration, availability, resources, _names(resources - availability.supplies.keys()))
    return {task.id: _told(then[task.id], demands[then[task.id].signature_id], scene) for task in tasks}


def _told(then: Then, demand: Demand, scene: Scene) -> Why:
    places = scene.places(demand)
    found = {place.reason for place in places}
    # One satellite that had room says more than all those that had none.
    order = (Reason.FREE, Reason.HELD, Reason.OUT)
    reason = next((reason for reason in order if reason in found), Reason.NEVER)
    return Why(reason, scene.iteration.id, then, demand, scene, places)


def _with_changes(
    tasks: Sequence[Task], told: Mapping[UUID, Why], last: Iteration, at: datetime, rivals: set[UUID]
) -> dict[UUID, Why]:
    """The same with what changed since. What no iteration considered has nothing that it could differ from."""
    compared = [task for task in tasks if told[task.id].then]
    if not compared:
        return dict(told)
    signatures = {task.signature_id for task in compared} | {_then(told, task).signature_id for task in compared}
    demands = demands_of(sorted(signatures))
    now = _availability_now(last.fleet_id, demands, at)
    # A plan recorded nothing to compare with: then only what changed of the tasks themselves is told.
    then = recorded(last) or now
    asks_anew = any(task.signature_id != _then(told, task).signature_id for task in compared)
    known = {id: then.name_of(id) for id in then.supplies}
    names = known | _names(resources_in(demands.values())) if asks_anew else known
    changed = dict(told)
    for task in compared:
        why = told[task.id]
        asked = demands[_then(told, task).signature_id], demands[task.signature_id]
        changes = of_task(task, _then(told, task), asked, names)
        changes += of_satellites(asked, {**then.satellites, **now.satellites})
        if why.scene:
            changes += of_fleet(asked[0], then, now) + of_holders(why.places, why.scene)
        if why.reason in (Reason.HELD, Reason.FREE) and rivals - {task.id}:
            changes.append(RIVALS)
        changed[task.id] = replace(why, changes=changes)
    return changed


def _impossible(tasks: Sequence[Task], told: Mapping[UUID, Why], fleet_id: int) -> dict[UUID, Why]:
    """The same, knowing which tasks can't run any more, of those about which an iteration decided."""
    decided = [task for task in tasks if told[task.id].reason in _DECIDED]
    if not decided:
        return dict(told)
    demands = demands_of(sorted({task.signature_id for task in decided}))
    # As if all were in service and nothing held: neither is for ever.
    there = read_availability(fleet_id, sorted(resources_in(demands.values())), Unavailable())
    possible = {
        id: any(all(stored.capacity >= amount for stored, amount in uses) for uses in there.places(demand).values())
        for id, demand in demands.items()
    }
    return {**told, **{one.id: replace(told[one.id], is_possible=possible[one.signature_id]) for one in decided}}


def _then(told: Mapping[UUID, Why], task: Task) -> Then:
    then = told[task.id].then
    assert then is not None  # noqa: S101 - such tasks are left out before
    return then


def _availability_now(fleet_id: int, demands: Mapping[int, Demand], at: datetime) -> Availability:
    return read_availability(
        fleet_id, sorted(resources_in(demands.values())), Unavailable(out=out_of_service(fleet_id, at))
    )


def _rivals(last: Iteration, by: User | None) -> set[UUID]:
    """Two of the tasks of the fleet that were edited, or entered or left the buffer since, as far as that is told."""
    since = History.objects.filter(fleet=last.fleet_id, version__gt=last.version)
    if by and not sees_all(by):
        since = since.filter(task__account=by.account_id)
    # Two, since one of them may be the task that is asked about.
    return set(since.order_by().values_list("task_id", flat=True).distinct()[:2])


def _names(resource_ids: set[int]) -> dict[int, str]:
    names: dict[int, str] = {}
    for part in in_parts(sorted(resource_ids)):
        names.update(Resource.objects.filter(id__in=part).values_list("id", "name"))
    return names
