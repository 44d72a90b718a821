"""Edit a task while it is buffered."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from satselect.application.access.visibility import status_at
from satselect.application.errors import ConflictError
from satselect.application.lifecycle import Change
from satselect.application.planning.automatic import let_in, look_again
from satselect.application.planning.buffer.ageing import rank_key
from satselect.application.tasks.change import Report, changed, note
from satselect.application.tasks.deadlines import fault_of
from satselect.application.tasks.resources import demands_for
from satselect.application.tasks.timed import deadline_of
from satselect.schemas.iterations import Cause
from satselect.schemas.reading.faults import Fault, InvalidError
from satselect.schemas.tasks import NewTask, Status
from satselect.store.models import History, Target, Task, TaskResource
from satselect.store.queries.buffer.demands import Demand
from satselect.store.queries.buffer.signatures import signature_ids
from satselect.store.queries.counters import Counted
from satselect.store.sql.bulk_insert import insert

_DEMANDED = {"resources", "satellites"}

KEPT_AT_EDITS = ("profit", "is_whole_profit", "signature_id", "not_before", "deadline")
"""What decides how a task competes: history keeps it as it was."""

EDITED = Change(Status.BUFFERED, Status.BUFFERED, History.Reason.EDITED)


def edit(
    task: Task,
    sent: Mapping[str, Any],
    report: Report,
    *,
    accepts_expired: bool = False,
    most_candidates: int | None = None,
) -> None:
    """Gives the task these fields; it keeps its age. A deadline that has passed is taken only where the client says so.

    Args:
        task: as it was read.
        sent: the fields that change.
        report: who does it, and when.
        accepts_expired: whether the deadline may have passed.
        most_candidates: how many satellites the task may have to choose from; None for any number.

    Raises:
        ConflictError: it is not buffered, or changed in the meantime.
        ChangedError: it is not as it should be.
        InvalidError: it would be no task that the fleet can take.
    """
    wanted = {**_fields(task), **sent}
    _check(task, sent, wanted, report.at, accepts_expired=accepts_expired)
    if "deadline" in sent:
        wanted["deadline"] = deadline_of(task, sent["deadline"])
    with changed(task, report, entering=0) as changing:
        fleet = changing.fleet
        # What it doesn't ask for anew stays, even where no satellite has enough of it any more.
        asks_anew = bool(sent.keys() & _DEMANDED)
        signature_id = _demand_anew(task, wanted, fleet, most_candidates) if asks_anew else task.signature_id
        changing.signatures.add(signature_id)
        _store(task, wanted, signature_id, fleet.ageing_per_hour, report.at)
        was = {column: getattr(task, column) for column in KEPT_AT_EDITS}
        note(fleet, task, EDITED, replace(report, words=", ".join(sorted(sent))), was=was)
        _let_in(fleet, task, wanted, report.at, asks_anew=asks_anew)


def _check(
    task: Task, sent: Mapping[str, Any], wanted: Mapping[str, Any], at: datetime, *, accepts_expired: bool
) -> None:
    if status_at(task, at) is not Status.BUFFERED:
        raise ConflictError("only a buffered task can be edited")
    if "satellites" in sent and sent["satellites"] != task.satellites and Target.objects.filter(task=task.id).exists():
        raise InvalidError([Fault("what was searched for a target can't change", "/satellites")])
    if task.is_timed and sent.get("satellites") is not None and sent["satellites"] != task.satellites:
        raise InvalidError([Fault("opportunities say which satellites, so satellites can't", "/satellites")])
    if wanted["not_before"] and wanted["deadline"] and wanted["deadline"] < wanted["not_before"]:
        raise InvalidError([Fault("the deadline is before not_before")])
    deadline = None if accepts_expired else sent.get("deadline")
    if deadline and (fault := fault_of(deadline, "/deadline", at=at)):
        raise InvalidError([fault])


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


def _demand_anew(task: Task, wanted: Mapping[str, Any], fleet: Counted, most_candidates: int | None) -> int:
    """Stores what the task asks for now. Gives the id of its signature."""
    asked = NewTask.model_construct(**wanted)
    if task.is_timed and not Target.objects.filter(task=task.id).exists():
        spots = task.opportunities.order_by("position").values_list("satellite__slug", flat=True)
        asked = asked.model_copy(update={"satellites": list(dict.fromkeys(spots))})
    (demand,) = demands_for([asked], fleet, most_candidates=most_candidates, places=[()])
    if task.is_timed:
        demand = replace(demand, satellites=None, is_timed=True)
    (signature_id,) = signature_ids(fleet.id, [demand])
    _store_uses(task, demand)
    return signature_id


def _store(task: Task, wanted: Mapping[str, Any], signature_id: int, ageing_per_hour: float, at: datetime) -> None:
    plain = {name: value for name, value in wanted.items() if name not in {"resources", "profit"}}
    same = Task.objects.filter(id=task.id, status=Status.BUFFERED, updated=task.updated)
    if not same.update(
        **plain,
        profit=float(wanted["profit"]),
        rank_key=rank_key(float(wanted["profit"]), task.created, ageing_per_hour),
        is_whole_profit=isinstance(wanted["profit"], int),
        signature_id=signature_id,
        updated=at,
    ):
        raise ConflictError("the task changed in the meantime")


def _store_uses(task: Task, demand: Demand) -> None:
    TaskResource.objects.filter(task=task).delete()
    rows = ((task.id, id, amount, position) for position, (id, amount) in enumerate(demand.amounts.items()))
    insert(TaskResource, ("task_id", "resource_id", "amount", "position"), rows)
