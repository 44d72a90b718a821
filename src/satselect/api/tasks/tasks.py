"""Tasks: lists and single ones."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from heapq import merge
from itertools import islice
from operator import attrgetter
from typing import TypeAlias
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from satselect.api.answers import task_answer, task_answers
from satselect.application.access.rights import Right
from satselect.application.access.visibility import visible_tasks
from satselect.application.tasks.fetched import note_fetched
from satselect.schemas.fields.labels import Label
from satselect.schemas.task_answers import TaskAnswer, TaskPage
from satselect.schemas.tasks import Status
from satselect.store.models import Task
from satselect.store.queries.tasks.tasks_by_name import tasks_named
from satselect.web.callers import caller_of, fleet_for
from satselect.web.conditions import tagged
from satselect.web.lookups import look_up
from satselect.web.paging import Limit, page_of

router = Router(tags=["tasks"])

Tasks: TypeAlias = "QuerySet[Task]"


class TaskFilter(Schema):
    """Which tasks a list shows."""

    status: list[Status] = Field(default_factory=list, description="several times for any of several")
    fleet: Label | None = None
    name: Label | None = None
    reference: Label | None = None
    cursor: UUID | None = None
    limit: Limit = 50


@router.get(
    "/api/v1/tasks", response=TaskPage, by_alias=True, url_name="list_tasks", openapi_extra={"responses": {404: {}}}
)
def list_tasks(request: HttpRequest, wanted: Query[TaskFilter]) -> TaskPage:
    """Tasks, newest first."""
    at = timezone.now()
    user = caller_of(request, Right.READ)
    # Ids are enough to find the page: what its tasks are like one statement reads for all of them (decision 0171).
    visible = visible_tasks(user).only("id").order_by("-id")
    if wanted.cursor:
        visible = visible.filter(id__lt=wanted.cursor)
    # Each kind from its own index: asked for all at once, SQLite reads the whole buffer.
    fleet = {} if wanted.fleet is None else {"fleet": fleet_for(user, wanted.fleet).id}
    kinds = _kinds(visible, wanted, fleet, at)
    newest = merge(*(kind[: wanted.limit + 1] for kind in kinds), key=attrgetter("id"), reverse=True)
    shown, following = page_of(request, list(islice(newest, wanted.limit + 1)), wanted.limit, attrgetter("id"))
    task_ids = [task.id for task in shown]
    note_fetched(user, task_ids, at=at)
    return TaskPage.model_construct(items=task_answers(task_ids, at=at), next=following)


@router.get("/api/v1/tasks/{uuid:task_id}", response=TaskAnswer, by_alias=True, url_name="get_task")
def get_task(request: HttpRequest, task_id: UUID) -> TaskAnswer:
    """One task."""
    user, at = caller_of(request, Right.READ), timezone.now()
    task = look_up(visible_tasks(user).only("id"), "task", id=task_id)
    note_fetched(user, [task.id], at=at)
    return tagged(request, task_answer(task.id, at=at))


def _kinds(visible: Tasks, wanted: TaskFilter, fleet: Mapping[str, int], at: datetime) -> list[Tasks]:
    """The wanted tasks, in parts that an index has in their order."""
    statuses: Sequence[Status] = list(dict.fromkeys(wanted.status))
    if not statuses and (wanted.name or wanted.reference or not fleet):
        return [_having(visible, wanted, **fleet)]
    if not statuses:
        return [visible.filter(**fleet, status=status) for status in Status]  # as the fleet's index has them
    return [kind for status in statuses for kind in _of_status(visible, wanted, status, fleet, at)]


def _of_status(
    visible: Tasks, wanted: TaskFilter, status: Status, fleet: Mapping[str, int], at: datetime
) -> Iterator[Tasks]:
    having = _having(visible, wanted, status=status, **fleet)
    if status is Status.BUFFERED:
        yield having.filter(Q(deadline__isnull=True) | Q(deadline__gte=at))
        return
    yield having
    if status is Status.EXPIRED:
        # A task is expired from its deadline on, though that is recorded a little later.
        overdue = _having(Task.objects.filter(status=Status.BUFFERED, deadline__lt=at), wanted, **fleet)
        yield visible.filter(id__in=overdue.values("id"))


def _having(tasks: Tasks, wanted: TaskFilter, **fields: object) -> Tasks:
    if wanted.reference:
        found = tasks_named(tasks, "reference", wanted.reference, **fields)
        return found.filter(name=wanted.name) if wanted.name else found
    return tasks_named(tasks, "name", wanted.name, **fields) if wanted.name else tasks.filter(**fields)
