"""The targets of submitted tasks: checked before they are stored, stored with them, and looked at again later."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from satselect.application.opportunities.places import place_of
from satselect.schemas.planning.plans import NewTimedTask
from satselect.schemas.planning.targets import NewTarget, OrderedTarget
from satselect.schemas.reading.faults import Fault, InvalidError, pointer_of
from satselect.schemas.tasks import NewTask
from satselect.store.models import Target
from satselect.store.sql.bulk_insert import insert


def check_targets(tasks: Sequence[NewTask]) -> None:
    """Returns if each target is a place that can be taken in one go. Needs no transaction.

    Raises:
        InvalidError: some are not; with the place of each.
        NoOrbitsError: the extra `orbits` is not installed.
    """
    if faults := [fault for place, task in enumerate(tasks) for fault in _faults_of(place, task)]:
        raise InvalidError(faults)


def store_targets(fleet_id: int, task_ids: Sequence[UUID], tasks: Sequence[NewTask]) -> None:
    """Stores them. Call it in the transaction that stores the tasks."""
    rows: list[tuple[object, ...]] = [
        (id, fleet_id, task.target.model_dump(mode="json"), _ordered(task.target), {}, 0, False)
        for id, task in zip(task_ids, tasks, strict=True)
        if isinstance(task, NewTimedTask) and task.target is not None
    ]
    if rows:
        insert(Target, ("task_id", "fleet_id", "sent", "ordered", "searched", "revision", "is_closed"), rows)


def _ordered(target: NewTarget) -> dict[str, object]:
    return {"details": target.details, "filter": target.filter} if isinstance(target, OrderedTarget) else {}


def _faults_of(place: int, task: NewTask) -> Iterator[Fault]:
    if not isinstance(task, NewTimedTask) or task.target is None:
        return
    try:
        parts = len(place_of(task.target, place, "target").parts())
    except InvalidError as error:
        yield from error.every
        return
    if parts > 1:
        why = f"is {parts} strips, and a task takes one: send a task for each, or a wider swath"
        yield Fault(why, pointer_of(place, "target", "geometry"))
