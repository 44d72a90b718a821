"""Changes of single tasks after their submission: edited, cancelled, completed, failed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import F, QuerySet

from satselect.application.access.rights import Right, may
from satselect.application.access.visibility import status_at
from satselect.application.act import Act
from satselect.application.again import MovedError, again_if_moved
from satselect.application.audit import audit
from satselect.application.conditions import looked_at_first
from satselect.application.errors import ConflictError
from satselect.application.events.tell import tell_tasks
from satselect.application.failpoints import Point, reach
from satselect.application.lifecycle import Change
from satselect.application.planning.automatic import let_in
from satselect.application.planning.buffer.ageing import rank_key
from satselect.application.tasks.quotas import count_returned
from satselect.schemas.iterations import Cause
from satselect.schemas.tasks import Status
from satselect.store.models import Assignment, AssignmentResource, History, Task
from satselect.store.queries.counters import Counted, count_change
from satselect.store.sql.transactions import short_transaction

Reason = History.Reason
_VERBS = {
    Reason.EDITED: "edit",
    Reason.CANCELLED: "cancel",
    Reason.COMPLETED: "complete",
    Reason.FAILED: "fail",
    Reason.RETRIED: "fail",
}

Follow = Callable[[int, int, Iterable[int]], None]


def _unfollowed(fleet_id: int, version: int, signature_ids: Iterable[int]) -> None:
    """Nobody keeps a buffer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Act):
    """What somebody says about a task, and so does to it.

    Attributes:
        words: for people.
        links: where what the task brought is.
        follow: told of the fleet, its version, and the signatures of which tasks changed, so that a buffer that is kept
            needn't be read anew. What nobody is told of costs time only.
        iteration_id: the one that it is about; a report about an earlier attempt is refused. None for the last one.
    """

    words: str = ""
    links: Sequence[dict[str, str]] = ()
    iteration_id: UUID | None = None
    follow: Follow = _unfollowed


@again_if_moved
def cancel(task: Task, report: Report) -> None:
    """The task is not wanted any more. Cancelling twice is cancelling once.

    Raises:
        ConflictError: it is neither buffered nor scheduled.
        ChangedError: it is not as it should be.
    """
    # A repetition is no change, but whoever demands another version of the task is told that there is none.
    if task.status == Status.CANCELLED:
        report.condition()
        return
    _check(task, report, Status.BUFFERED, Status.SCHEDULED)
    is_buffered = task.status == Status.BUFFERED
    # What was scheduled is in no selection under way, so taking it away spoils none.
    with changed(task, report, entering=-1 if is_buffered else 0, spoils=is_buffered) as changing:
        fleet = changing.fleet
        end_assignment(fleet, task, report)
        set_status(fleet, task, Status.CANCELLED, Reason.CANCELLED, report)
        if not is_buffered:
            let_in(fleet, Cause.CANCELLATION, at=report.at)


@again_if_moved
def complete(task: Task, report: Report) -> None:
    """The task was executed. Reporting it twice is reporting it once.

    Raises:
        ConflictError: it is not scheduled, or not in that iteration, or was reported with other links.
        ChangedError: it is not as it should be.
    """
    _check(task, report, Status.SCHEDULED, Status.COMPLETED)
    if task.status == Status.COMPLETED:
        report.condition()
        if report.links and list(report.links) != _links_of(task):
            raise ConflictError("it was reported completed before, and with other links: nothing is added to that")
        return
    with changed(task, report, entering=0, spoils=False) as changing:
        fleet = changing.fleet
        if fleet.plans_ahead:
            _give_back_rest(task, report)
        # It stays live: a task that was done must not be scheduled again, and it keeps its interval (decision 0146).
        _live(task).update(ended=report.at, ended_version=fleet.version)
        set_status(fleet, task, Status.COMPLETED, Reason.COMPLETED, report, attempted=1)
        let_in(fleet, Cause.COMPLETION, at=report.at)


def _links_of(task: Task) -> list[dict[str, str]]:
    """What it was reported completed with."""
    last = History.objects.filter(task=task, after=Status.COMPLETED).order_by("-id").first()
    return last.links or [] if last else []


@again_if_moved
def fail(task: Task, report: Report) -> None:
    """The task could not be executed. With attempts left it is buffered again.

    Raises:
        ConflictError: it is not scheduled, or not in that iteration.
        ChangedError: it is not as it should be.
    """
    _check(task, report, Status.SCHEDULED)
    is_last = task.attempts + 1 >= task.max_attempts
    with changed(task, report, entering=0 if is_last else 1, spoils=not is_last) as changing:
        fleet = changing.fleet
        end_assignment(fleet, task, report)
        if is_last:
            set_status(fleet, task, Status.FAILED, Reason.FAILED, report, attempted=1)
        else:
            set_status(fleet, task, Status.BUFFERED, Reason.RETRIED, report, attempted=1)
            count_returned(task)
            # The fleet may have begun to age tasks, or ceased to, since this one left the buffer.
            ranked = rank_key(task.profit, task.created, fleet.ageing_per_hour)
            Task.objects.filter(id=task.id).update(rank_key=ranked)
        let_in(fleet, Cause.FAILURE if is_last else Cause.RETRY, at=report.at)


@dataclass(frozen=True, slots=True)
class Changing:
    """A change that is under way.

    Attributes:
        fleet: as the change counted it.
        signatures: whose heads may be others after it: that of the task, and what the change adds.
    """

    fleet: Counted
    signatures: set[int]


@contextmanager
def changed(task: Task, report: Report, *, entering: int, spoils: bool = True) -> Iterator[Changing]:
    """A transaction in which a task is changed and that is told; what spoils selections moves the fleet's version.

    Raises:
        ChangedError: the task is not as the report demands.
        ConflictError: it left the buffer since it was read.
    """
    with short_transaction():
        # Before anything is read again: it locks the fleet's row, and puts all changes of a fleet into one order
        # (decision 0013).
        fleet = count_change(task.fleet_id, entering=entering, spoils=spoils)
        report.condition()  # first, as in `looked_at_first`; under the lock, so that it still holds at the end
        if fleet is None:
            raise MovedError
        changing = Changing(fleet, {task.signature_id})
        yield changing
        reach(Point.BEFORE_CHANGE_COMMIT)
    reach(Point.AFTER_CHANGE_COMMIT)
    # Only after the commit: a buffer that is kept would else stand for a change that may yet be undone.
    if spoils:
        report.follow(fleet.id, fleet.version, changing.signatures)


def set_status(
    fleet: Counted, task: Task, after: Status, reason: Reason, report: Report, *, attempted: int = 0
) -> None:
    """Changes the status by compare-and-set, and writes history and event.

    Raises:
        ConflictError: the task changed since it was read.
    """
    same = Task.objects.filter(id=task.id, status=task.status, attempts=task.attempts, updated=task.updated)
    if not same.update(status=after, updated=report.at, attempts=F("attempts") + attempted):
        raise MovedError
    note(fleet, task, Change(Status(task.status), after, reason), report)


def note(
    fleet: Counted, task: Task, change: Change, report: Report, *, was: Mapping[str, object] | None = None
) -> None:
    """Writes history and event of a change that was made; of an edit with what the task was before, by column."""
    of_buffer = {"fleet_id": fleet.id, "version": fleet.version}
    # What touches the buffer bears the version that it made, by which the past is told (decision 0096).
    History.objects.create(
        **(of_buffer if Status.BUFFERED in (change.before, change.after) else {}),
        **(was or {}),
        task=task,
        at=report.at,
        before=change.before,
        after=change.after,
        reason=change.reason,
        words=report.words,
        links=list(report.links) or None,
        by=report.by,
    )
    tell_tasks(fleet, [task.id], change, at=report.at)
    facts = {"before": change.before, "after": change.after, "words": report.words}
    if may(report.by, Right.OPERATE):  # of others, and of submissions, the task's history tells
        audit(report, f"task.{_VERBS[change.reason]}", task.id, facts)


def _check(task: Task, report: Report, *statuses: Status) -> None:
    with looked_at_first(report.condition):
        if (status := status_at(task, report.at)) not in statuses:
            raise ConflictError(f"the task is {status}")
        if report.iteration_id and not _live(task).filter(iteration=report.iteration_id).exists():
            raise ConflictError("the task is not scheduled in that iteration")


def _give_back_rest(task: Task, report: Report) -> None:
    """What is renewable is free from now on, after its turnaround. Used up, or written, stays what was."""
    # Strictly between: a report before the start, or after the end, gives nothing back (decision 0146).
    runs = _live(task).filter(starts__lt=report.at, ends__gt=report.at)
    uses = AssignmentResource.objects.filter(assignment__in=runs, ends__isnull=False)
    for use in uses.select_related("supply__resource"):
        busy = timedelta(seconds=use.supply.resource.turnaround_s)
        if use.ends is not None and report.at + busy < use.ends:  # never for longer than it was held
            AssignmentResource.objects.filter(id=use.id).update(ends=report.at + busy)


def end_assignment(fleet: Counted, task: Task, report: Act) -> None:
    """The task is not planned any more, and what it held is free. Call it in the transaction that changes it."""
    if fleet.plans_ahead:
        # The guards of the database look at what is held only.
        AssignmentResource.objects.filter(assignment__in=_live(task)).update(is_held=False)
    _live(task).update(is_live=False, ended=report.at, ended_version=fleet.version)


def _live(task: Task) -> QuerySet[Assignment]:
    return Assignment.objects.filter(task=task, is_live=True)
