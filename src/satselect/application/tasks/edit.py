"""Edit a task while it is buffered, or planned for a time that may still change."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from satselect.application.access.visibility import status_at
from satselect.application.again import MovedError, again_if_moved
from satselect.application.conditions import looked_at_first
from satselect.application.errors import ConflictError
from satselect.application.lifecycle import Change
from satselect.application.planning.automatic import let_in, look_again
from satselect.application.planning.buffer.ageing import rank_key
from satselect.application.tasks.change import Report, changed, end_assignment, note
from satselect.application.tasks.deadlines import fault_of, passed
from satselect.application.tasks.opportunities import Opportunities, unfit
from satselect.application.tasks.quotas import count_returned
from satselect.application.tasks.resources import demands_for
from satselect.application.tasks.timed import timed_columns
from satselect.schemas.iterations import Cause
from satselect.schemas.opportunities import NewOpportunity, Span
from satselect.schemas.planning.plans import OF_TIME, NewTimedTask
from satselect.schemas.planning.targets import NewTarget
from satselect.schemas.reading.faults import Fault, InvalidError, pointer_of
from satselect.schemas.tasks import Status
from satselect.store.models import Assignment, Fleet, History, Target, Task
from satselect.store.queries.buffer.signatures import signature_ids
from satselect.store.queries.counters import Counted
from satselect.store.queries.uses import order_of, uses_of

_PLAIN = ("name", "satellites", "not_before", "max_attempts", "reference", "payload")
_DEMANDED = {"resources", "satellites", "opportunities"}

KEPT_AT_EDITS = ("profit", "is_whole_profit", "signature_id", "not_before", "deadline")
"""What decides how a task competes: history keeps it as it was."""

_UNTIMED = {
    "is_timed": False,
    "duration_ms": None,
    "window_starts": None,
    "window_ends": None,
    "deliver_by": None,
    "deadline_sent": None,
}


@again_if_moved
def edit(
    task: Task,
    sent: Mapping[str, Any],
    report: Report,
    *,
    accepts_expired: bool = False,
    most_candidates: int | None = None,
) -> None:
    """Gives the task these fields; it keeps its age. A deadline that has passed is taken only where the client says so.

    What is planned for a time that is not frozen goes back to the buffer, and competes as it is then.

    Args:
        task: as it was read.
        sent: the fields that change.
        report: who does it, and when.
        accepts_expired: whether the deadline may have passed.
        most_candidates: how many satellites, or opportunities, the task may have to choose from; None for any number.

    Raises:
        ConflictError: it is neither buffered nor planned for a time that may change, or changed in the meantime.
        ChangedError: it is not as it should be.
        InvalidError: it would be no task that the fleet can take.
    """
    with looked_at_first(report.condition):
        is_planned = _is_planned(task, report.at)
        before = _fields(task)
        wanted = {**before, **sent}
        if is_planned and wanted == before:  # nothing that was planned has to move
            report.condition()
            return
        _check(before, sent, wanted, report.at, accepts_expired=accepts_expired)
        asked = NewTimedTask.model_construct(**wanted)
        if words := asked.contradiction:
            raise InvalidError([Fault(words)])
        _check_time(asked, sent, report.at, accepts_expired=accepts_expired, most=most_candidates)
    with changed(task, report, entering=int(is_planned)) as changing:
        if is_planned:
            _take_back(task, changing.fleet, report)
        signature_id = _give(task, asked, sent, changing.fleet, report, most_candidates)
        changing.signatures.add(signature_id)
        asks_otherwise = is_planned or bool(sent.keys() & {*_DEMANDED, *OF_TIME})
        _let_in(changing.fleet, task, wanted, report.at, asks_anew=asks_otherwise)


def _give(
    task: Task,
    asked: NewTimedTask,
    sent: Mapping[str, Any],
    fleet: Counted,
    report: Report,
    most_candidates: int | None,
) -> int:
    """Stores and notes what the task is now. Gives the id of its signature."""
    signature_id, order = task.signature_id, task.resource_order
    # What it doesn't ask for anew stays, even where no satellite has enough of it any more.
    if sent.keys() & _DEMANDED:
        signature_id, order = _demand_anew(task, asked, sent, fleet, report.at, most_candidates)
    _store(task, asked, (signature_id, order), fleet.ageing_per_hour, report.at)
    was = {column: getattr(task, column) for column in KEPT_AT_EDITS}
    change = Change(Status(task.status), Status.BUFFERED, History.Reason.EDITED)
    note(fleet, task, change, replace(report, words=", ".join(sorted(sent))), was=was)
    return signature_id


def may_be_edited(task: Task, at: datetime) -> bool:
    """Whether it is buffered, or planned for a time that may still change."""
    try:
        _is_planned(task, at)
    except ConflictError:
        return False
    return True


def _is_planned(task: Task, at: datetime) -> bool:
    """Whether it has to be taken back first.

    Raises:
        ConflictError: it can't be edited.
    """
    status = status_at(task, at)
    if status is Status.BUFFERED:
        return False
    if status is not Status.SCHEDULED or not task.is_timed:
        raise ConflictError("only a buffered task can be edited")
    if not _movable(task.id, task.fleet, at).exists():
        raise ConflictError("the task is in the frozen part of the plan: it can't be edited any more")
    return True


def _movable(task_id: UUID, fleet: Fleet, at: datetime) -> QuerySet[Assignment]:
    frozen_until = at + timedelta(seconds=fleet.frozen_s)
    return Assignment.objects.filter(task=task_id, is_live=True, starts__gte=frozen_until)


def _take_back(task: Task, fleet: Counted, report: Report) -> None:
    """It is planned for no time any more, and counts as one that waits. The database refuses it of what is frozen."""
    settings = Fleet.objects.get(id=fleet.id)
    frozen_until = report.at + timedelta(seconds=settings.frozen_s)
    live = _movable(task.id, settings, report.at)
    ids = list(live.values_list("id", flat=True))
    if not ids:
        raise MovedError
    # In this order: the database takes `frozen_until` only of an assignment that has ended.
    end_assignment(fleet, task, report)
    Assignment.objects.filter(id__in=ids).update(frozen_until=frozen_until)
    # It counts for its user's quota again, and never fails for it: the task had its place before.
    count_returned(task)


def _check(
    before: Mapping[str, Any],
    sent: Mapping[str, Any],
    wanted: Mapping[str, Any],
    at: datetime,
    *,
    accepts_expired: bool,
) -> None:
    if before["target"] is not None and (faults := list(_searched_for(before, sent))):
        raise InvalidError(faults)
    if wanted["opportunities"] is not None and sent.get("satellites") is not None:
        raise InvalidError([Fault("opportunities say which satellites, so satellites can't", "/satellites")])
    if wanted["not_before"] and wanted["deadline"] and wanted["deadline"] < wanted["not_before"]:
        raise InvalidError([Fault("the deadline is before not_before")])
    deadline = None if accepts_expired else sent.get("deadline")
    if deadline and (fault := fault_of(deadline, "/deadline", at=at)):
        raise InvalidError([fault])


def _searched_for(before: Mapping[str, Any], sent: Mapping[str, Any]) -> Iterator[Fault]:
    """What would have to be searched again."""
    for name in ("satellites", *OF_TIME):
        if name in sent and (name == "opportunities" or sent[name] != before[name]):
            yield Fault("what was searched for a target can't change", pointer_of(name))


def _check_time(
    asked: NewTimedTask, sent: Mapping[str, Any], at: datetime, *, accepts_expired: bool, most: int | None
) -> None:
    """What is asked for in time goes as it goes when it is submitted."""
    if not sent.keys() & set(OF_TIME):
        return
    count = len(asked.opportunities or ())
    if most is not None and count > most:
        raise InvalidError([Fault(f"{count} opportunities; at most {most} fit in one request", "/opportunities")])
    if fault := unfit(asked, ()):
        raise InvalidError([fault])
    if not accepts_expired and (faults := list(passed(asked.model_copy(update={"deadline": None}), (), at=at))):
        raise InvalidError(faults)


def _let_in(fleet: Counted, task: Task, wanted: Mapping[str, Any], at: datetime, *, asks_anew: bool) -> None:
    """A task that may start earlier is like one that was submitted late; one that asks for less may fit now."""
    before, after = task.not_before, wanted["not_before"]
    if before and before > at and (after is None or after <= at):
        let_in(fleet, Cause.NOT_BEFORE, at=at)
    elif after != before:
        look_again(fleet, at=at)
    if asks_anew:
        let_in(fleet, Cause.EDIT, at=at)


def _fields(task: Task) -> dict[str, Any]:
    return {
        "name": task.name,
        "resources": uses_of([task.id])[task.id],
        "profit": task.profit_as_sent,
        "satellites": task.satellites,
        "not_before": task.not_before,
        "deadline": task.deadline_sent if task.is_timed else task.deadline,
        "max_attempts": task.max_attempts,
        "reference": task.reference,
        "payload": task.payload,
        **_fields_of_time(task),
    }


def _fields_of_time(task: Task) -> dict[str, Any]:
    if not task.is_timed:
        return dict.fromkeys(OF_TIME)
    target = Target.objects.filter(task=task.id).first()
    spots = task.opportunities.order_by("position").select_related("satellite")
    window = None
    if task.window_starts is not None and task.window_ends is not None:
        window = Span.model_construct(starts=task.window_starts, ends=task.window_ends)
    return {
        "target": None if target is None else NewTarget.model_validate(target.sent),
        "opportunities": None
        if target is not None
        else [
            NewOpportunity.model_construct(
                satellite=spot.satellite.slug,
                starts=spot.starts,
                ends=spot.ends,
                profit=spot.profit,
                details=spot.details,
            )
            for spot in spots
        ],
        "duration": None if task.duration_ms is None else task.duration_ms / 1000,
        "window": window,
        "deliver_by": task.deliver_by,
    }


def _demand_anew(
    task: Task,
    asked: NewTimedTask,
    sent: Mapping[str, Any],
    fleet: Counted,
    at: datetime,
    most_candidates: int | None,
) -> tuple[int, str | None]:
    """Stores what the task asks for now. Gives the id of its signature, and in which order."""
    timed = Opportunities.of([asked], fleet, places=[()])
    demands = demands_for(timed.stand_ins, fleet, most_candidates=most_candidates, places=[()])
    (demand,) = timed.marked(demands)
    (signature_id,) = signature_ids(fleet.id, [demand])
    if "opportunities" in sent and asked.target is None:
        timed.replace(task, at=at)
    return signature_id, order_of(demand)


def _store(
    task: Task, asked: NewTimedTask, demanded: tuple[int, str | None], ageing_per_hour: float, at: datetime
) -> None:
    signature_id, order = demanded
    profit = float(asked.profit)
    of_time = {name: value for name, (value,) in timed_columns([asked]).items()} or _UNTIMED
    # A compare-and-set against all that was read, as in `set_status`.
    same = Task.objects.filter(id=task.id, status=task.status, updated=task.updated)
    if not same.update(
        **{name: getattr(asked, name) for name in _PLAIN},
        **{"deadline": asked.deadline} | of_time,
        status=Status.BUFFERED,
        profit=profit,
        rank_key=rank_key(profit, task.created, ageing_per_hour),
        is_whole_profit=isinstance(asked.profit, int),
        signature_id=signature_id,
        resource_order=order,
        updated=at,
    ):
        raise MovedError
