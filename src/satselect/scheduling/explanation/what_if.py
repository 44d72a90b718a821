"""What if these tasks were submitted? The selection that there would be; nothing of it is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

import satselect
from satselect.scheduling.errors import BusyError, UnknownFleetError
from satselect.scheduling.iteration.kept import FOREVER, KeptBuffer
from satselect.scheduling.iteration.refresh import read_buffer, refreshed, situation_of
from satselect.scheduling.submission.submit import Submission, store
from satselect.schemas.faults import Fault, InvalidError, pointer_of
from satselect.schemas.tasks import NewTask
from satselect.selection.errors import InvalidCapacityError
from satselect.selection.units import total
from satselect.store.models import Fleet, Task, User
from satselect.store.parts import in_parts
from satselect.store.transactions import short_transaction

Capacities = Mapping[str, int]
MOST_TRIES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What would be selected.

    Attributes:
        chosen: the places of the given tasks that would be selected, each with its satellite if it chooses one.
        profit: of all that would be selected, of the buffer too.
        displaced: the buffered tasks that would be selected without the given ones, but not with them, oldest first.
        profit_without: what the fleet's buffer would earn alone; None without a fleet.
    """

    selection: satselect.Selection
    chosen: Mapping[int, str | None]
    profit: float
    displaced: Sequence[Task] = ()
    profit_without: float | None = None


def select_among(
    tasks: Sequence[NewTask],
    *,
    capacities: Capacities | None = None,
    satellites: Mapping[str, Capacities] | None = None,
    time_limit_s: float,
) -> Outlook:
    """The best of these tasks alone. When they may start and must be done does not count.

    Raises:
        InvalidError: a name is both shared and a satellite's, or a task names a satellite that isn't there.
    """
    _check_satellites(tasks, satellites or {})
    try:
        given = [
            satselect.Task(task.name, task.resources, profit=task.profit, satellites=task.satellites) for task in tasks
        ]
        selection = satselect.select(given, capacities=capacities, satellites=satellites, time_limit=time_limit_s)
    except InvalidCapacityError as error:
        raise InvalidError([Fault(str(error), pointer_of("capacities", str(error.resource)))]) from None
    places = {task: place for place, task in enumerate(given)}
    chosen = {places[task]: selection.assignments.get(task) for task in selection.tasks}
    return Outlook(selection=selection, chosen=chosen, profit=selection.profit)


def _check_satellites(tasks: Sequence[NewTask], satellites: Mapping[str, Capacities]) -> None:
    if faults := [
        Fault("there is no such satellite", pointer_of("tasks", place, "satellites", index))
        for place, task in enumerate(tasks)
        for index, slug in enumerate(task.satellites or ())
        if slug not in satellites
    ]:
        raise InvalidError(faults)


def select_with(fleet: str, tasks: Sequence[NewTask], *, by: User, at: datetime, time_limit_s: float) -> Outlook:
    """What an iteration would select if these tasks were submitted to the fleet now.

    Raises:
        UnknownFleetError: there is no such fleet.
        InvalidError: the fleet could not take a task.
        BusyError: the fleet kept moving on.
    """
    submission = Submission(fleet=fleet, account_id=by.account_id, user_id=by.id, tasks=tasks, digest="")
    for _ in range(MOST_TRIES):
        kept = _buffer_of(fleet, at)
        before = kept.buffer.select(time_limit=time_limit_s)
        alone = {kept.head(task).id: kept.head(task).profit for task in before.tasks}
        if after := _with(kept, submission, at):
            return _outlook(after, alone, after.buffer.select(time_limit=time_limit_s))
    raise BusyError(f"the fleet moved on {MOST_TRIES} times")


def _buffer_of(fleet: str, at: datetime) -> KeptBuffer:
    found = Fleet.objects.filter(slug=fleet).first()
    if found is None:
        raise UnknownFleetError(fleet)
    kept = read_buffer(situation_of(found.id, at))
    kept.until = FOREVER  # it is only asked for this moment
    return kept


def _with(kept: KeptBuffer, submission: Submission, at: datetime) -> KeptBuffer | None:
    """What was read with the tasks besides, as the last batch; None if others were submitted meanwhile.

    They are submitted indeed, by the code that does it, and read by the code that reads it; then all of it is undone.
    The transaction is as short as that of a submission, unless the tasks name what nobody in the buffer names: then the
    buffer may have to be read in it.
    """
    with short_transaction():
        seq = store(submission, at).seq
        now = situation_of(kept.fleet_id, at)
        is_next = (now.version, seq) == (kept.version, kept.seq + 1)
        after = refreshed(kept, now) if is_next else None
        transaction.set_rollback(True)
    return after


def _outlook(kept: KeptBuffer, alone: Mapping[UUID, float], selection: satselect.Selection) -> Outlook:
    heads = {task: kept.head(task) for task in selection.tasks}
    displaced = alone.keys() - {head.id for head in heads.values()}
    return Outlook(
        selection=selection,
        chosen={
            head.position: selection.assignments.get(task) for task, head in heads.items() if head.batch_seq == kept.seq
        },
        profit=total(head.profit for head in heads.values()),
        displaced=_oldest_first(list(displaced)),
        profit_without=total(alone.values()),
    )


def _oldest_first(ids: Sequence[UUID]) -> Sequence[Task]:
    found = [task for part in in_parts(ids) for task in Task.objects.filter(id__in=part)]
    return sorted(found, key=lambda task: (task.batch_seq, task.position))
