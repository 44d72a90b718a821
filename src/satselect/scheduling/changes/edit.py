"""Edit a task while it is buffered."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from satselect.scheduling.changes.change import Report, changed, note
from satselect.scheduling.errors import ConflictError
from satselect.scheduling.iteration.ageing import standing
from satselect.scheduling.iteration.by_itself import let_in, look_again
from satselect.scheduling.lifecycle import Change
from satselect.scheduling.submission.deadlines import fault_of
from satselect.scheduling.submission.resources import demands_for
from satselect.scheduling.submission.signatures import signature_ids
from satselect.scheduling.visible import status_at
from satselect.schemas.faults import Fault, InvalidError
from satselect.schemas.iterations import Cause
from satselect.schemas.tasks import NewTask, Status
from satselect.store.counters import Counted
from satselect.store.demands import Demand
from satselect.store.inserts import insert
from satselect.store.models import History, Task, TaskResource

_DEMANDED = {"resources", "satellites"}

KEPT_AT_EDITS = ("profit", "is_whole_profit", "signature_id", "not_before", "deadline")
"""What decides how a task competes: history keeps it as it was."""

EDITED = Change(Status.BUFFERED, Status.BUFFERED, History.Reason.EDITED)


def edit(task: Task, sent: Mapping[str, Any], report: Report, *, accepts_expired: bool = False) -> None:
    """Gives the task these fields; it keeps its age. A deadline that has passed is taken from who says so.

    Raises:
        ConflictError: it is not buffered, or changed in the meantime.
        ChangedError: it is not as it should be.
        InvalidError: it would be no task that the fleet can take.
    """
    if status_at(task, report.at) is not Status.BUFFERED:
        raise ConflictError("only a buffered task can be edited")
    wanted = {**_fields(task), **sent}
    if wanted["not_before"] and wanted["deadline"] and wanted["deadline"] < wanted["not_before"]:
        raise InvalidError([Fault("the deadline is before not_before")])
    deadline = None if accepts_expired else sent.get("deadline")
    if deadline and (fault := fault_of(deadline, "/deadline", at=report.at)):
        raise InvalidError([fault])
    with changed(task, report, entering=0, touched=(touched := set())) as fleet:
        # What it doesn't ask for anew stays, even where no satellite has enough of it any more.
        asks_anew = bool(sent.keys() & _DEMANDED)
        signature_id = _demand_anew(task, wanted, fleet) if asks_anew else task.signature_id
        touched.add(signature_id)
        _store(task, wanted, signature_id, fleet.ageing_per_hour, report.at)
        was = {column: getattr(task, column) for column in KEPT_AT_EDITS}
        note(fleet, task, EDITED, replace(report, words=", ".join(sorted(sent))), was=was)
        _let_in(fleet, task, wanted, report.at, asks_anew=asks_anew)


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
    amounts = task.uses.order_by("position").values_list("resource__name", "amount")
    return {
        "name": task.name,
        "resources": dict(amounts),
        "profit": task.profit_as_sent,
        "satellites": task.satellites,
        "not_before": task.not_before,
        "deadline": task.deadline,
        "max_attempts": task.max_attempts,
        "reference": task.reference,
        "payload": task.payload,
    }


def _demand_anew(task: Task, wanted: Mapping[str, Any], fleet: Counted) -> int:
    """Stores what the task asks for now. Gives the id of its signature."""
    (demand,) = demands_for([NewTask.model_construct(**wanted)], fleet, places=[()])
    (signature_id,) = signature_ids(fleet.id, [demand])
    _store_uses(task, demand)
    return signature_id


def _store(task: Task, wanted: Mapping[str, Any], signature_id: int, ageing_per_hour: float, at: datetime) -> None:
    plain = {name: value for name, value in wanted.items() if name not in {"resources", "profit"}}
    same = Task.objects.filter(id=task.id, status=Status.BUFFERED, updated=task.updated)
    if not same.update(
        **plain,
        profit=float(wanted["profit"]),
        standing=standing(float(wanted["profit"]), task.created, ageing_per_hour),
        is_whole_profit=isinstance(wanted["profit"], int),
        signature_id=signature_id,
        updated=at,
    ):
        raise ConflictError("the task changed in the meantime")


def _store_uses(task: Task, demand: Demand) -> None:
    TaskResource.objects.filter(task=task).delete()
    rows = ((task.id, id, amount, position) for position, (id, amount) in enumerate(demand.amounts.items()))
    insert(TaskResource, ("task_id", "resource_id", "amount", "position"), rows)
