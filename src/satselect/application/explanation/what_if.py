"""What if these tasks were submitted? The selection that there would be; nothing of it is stored."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from time import monotonic
from uuid import UUID

from django.db import transaction

import satselect
from satselect.application.errors import BusyError, UnknownFleetError
from satselect.application.explanation.outlook import Outlook, oldest_first
from satselect.application.explanation.what_if_in_time import plan_with
from satselect.application.planning.buffer.fleet_buffer import FleetBuffer
from satselect.application.planning.buffer.load import read_buffer, refreshed, situation_of
from satselect.application.planning.forever import FOREVER
from satselect.application.tasks.rows import BatchRows
from satselect.application.tasks.submission import Submission
from satselect.application.tasks.submit import store
from satselect.engine.problem.errors import InvalidCapacityError
from satselect.engine.problem.exact import total
from satselect.schemas.reading.faults import Fault, InvalidError, pointer_of
from satselect.schemas.tasks import NewTask
from satselect.store.models import Fleet, User
from satselect.store.sql.transactions import short_transaction

Capacities = Mapping[str, int]
MOST_TRIES = 10  # as often a fleet may move on while it is read


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
    return Outlook(selection=selection, objective=selection.profit, chosen=chosen, profit=selection.profit)


def _check_satellites(tasks: Sequence[NewTask], satellites: Mapping[str, Capacities]) -> None:
    if faults := [
        Fault("there is no such satellite", pointer_of("tasks", place, "satellites", index))
        for place, task in enumerate(tasks)
        for index, slug in enumerate(task.satellites or ())
        if slug not in satellites
    ]:
        raise InvalidError(faults)


def select_with(
    fleet: str,
    tasks: Sequence[NewTask],
    *,
    by: User,
    at: datetime,
    time_limit_s: float,
    most_candidates: int | None = None,
) -> Outlook:
    """What an iteration would select if these tasks were submitted to the fleet now.

    Args:
        fleet: its slug.
        tasks: what would be submitted.
        by: whose tasks they would be.
        at: now.
        time_limit_s: how long the engine may select in all.
        most_candidates: how many satellites the tasks may have to choose from in all; None for any number.

    Raises:
        UnknownFleetError: there is no such fleet.
        InvalidError: the fleet could not take a task.
        BusyError: the fleet kept moving on.
    """
    found = Fleet.objects.filter(slug=fleet).first()
    if found is None:
        raise UnknownFleetError(fleet)
    submission = _submission_of(fleet, tasks, by, most_candidates)
    if found.horizon_s is not None:
        return plan_with(found.id, submission, at=at, time_limit_s=time_limit_s)
    until = monotonic() + time_limit_s
    for _ in range(MOST_TRIES):
        kept = _buffer_of(found.id, at)
        before = kept.buffer.select(time_limit=_left_s(until) / 2)  # as long as what it is compared with, at least
        alone = {kept.head(task).id: kept.head(task).profit for task in before.tasks}
        if after := _with(kept, submission, at):
            return _outlook(after, alone, after.buffer.select(time_limit=_left_s(until)))
    raise BusyError(f"the fleet moved on {MOST_TRIES} times")


def _submission_of(fleet: str, tasks: Sequence[NewTask], by: User, most_candidates: int | None) -> Submission:
    return Submission(
        fleet=fleet,
        account_id=by.account_id,
        user_id=by.id,
        tasks=tasks,
        digest="",
        most_candidates=most_candidates,
    )


def _left_s(until: float) -> float:
    return max(until - monotonic(), 0.0)


def _buffer_of(fleet_id: int, at: datetime) -> FleetBuffer:
    kept = read_buffer(situation_of(fleet_id, at))
    kept.until = FOREVER  # it is only asked for this moment
    return kept


def _with(kept: FleetBuffer, submission: Submission, at: datetime) -> FleetBuffer | None:
    """What was read with the tasks besides, as the last batch; None if others were submitted meanwhile.

    They are submitted indeed, by the code that does it, and read by the code that reads it; then all of it is undone.
    The transaction is as short as that of a submission, unless the tasks name what nobody in the buffer names: then the
    buffer may have to be read in it.
    """
    rows = BatchRows.of(submission, at)
    with short_transaction():
        seq = store(rows).seq
        now = situation_of(kept.fleet_id, at)
        is_next = (now.version, seq) == (kept.version, kept.seq + 1)
        after = refreshed(kept, now) if is_next else None
        # Nothing was told either: listeners hear on commit.
        transaction.set_rollback(True)
    return after


def _outlook(kept: FleetBuffer, alone: Mapping[UUID, float], selection: satselect.Selection) -> Outlook:
    heads = {task: kept.head(task) for task in selection.tasks}
    displaced = alone.keys() - {head.id for head in heads.values()}
    return Outlook(
        selection=selection,
        objective=selection.profit,
        chosen={
            head.position: selection.assignments.get(task) for task, head in heads.items() if head.batch_seq == kept.seq
        },
        profit=total(head.profit for head in heads.values()),
        displaced=oldest_first(list(displaced)),
        profit_without=total(alone.values()),
    )
