"""Tasks: lists and single ones."""

from datetime import datetime
from heapq import merge
from itertools import islice
from operator import attrgetter
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema

from satselect.api.answers import task_answers
from satselect.api.callers import caller_of
from satselect.api.conditions import tagged
from satselect.api.paging import Limit, page_of
from satselect.scheduling.visible import EVERYONE, visible_tasks
from satselect.schemas.labels import Label
from satselect.schemas.tasks import Status, TaskAnswer, TaskPage
from satselect.store.models import Fleet, Task
from satselect.store.naming import tasks_named

router = Router(tags=["tasks"])


class TaskFilter(Schema):
    """Which tasks a list shows."""

    status: Status | None = None
    fleet: Label | None = None
    name: Label | None = None
    cursor: UUID | None = None
    limit: Limit = 50


@router.get("/api/v1/tasks", response=TaskPage, url_name="list_tasks")
def list_tasks(request: HttpRequest, wanted: Query[TaskFilter]) -> TaskPage:
    """Tasks, newest first."""
    at = timezone.now()
    visible = visible_tasks(caller_of(request, *EVERYONE)).select_related("fleet").order_by("-id")
    if wanted.cursor:
        visible = visible.filter(id__lt=wanted.cursor)
    # Each kind from its own index: asked for all at once, SQLite reads the whole buffer.
    kinds = _kinds(visible, wanted, at)
    newest = merge(*(kind[: wanted.limit + 1] for kind in kinds), key=attrgetter("id"), reverse=True)
    shown, following = page_of(request, list(islice(newest, wanted.limit + 1)), wanted.limit, attrgetter("id"))
    return TaskPage.model_construct(items=task_answers(shown, at=at), next=following)


@router.get("/api/v1/tasks/{uuid:task_id}", response=TaskAnswer, url_name="get_task")
def get_task(request: HttpRequest, task_id: UUID) -> TaskAnswer:
    """One task."""
    task = get_object_or_404(visible_tasks(caller_of(request, *EVERYONE)).select_related("fleet"), id=task_id)
    return tagged(request, task_answers([task], at=timezone.now())[0])


def _kinds(visible: "QuerySet[Task]", wanted: TaskFilter, at: datetime) -> "list[QuerySet[Task]]":
    """The wanted tasks, in parts that an index has in their order."""
    fleet = {} if wanted.fleet is None else {"fleet": _fleet_id(wanted.fleet)}
    match wanted.status:
        case None if fleet and not wanted.name:
            return [visible.filter(**fleet, status=status) for status in Status]  # as the fleet's index has them
        case None:
            return [_having(visible, wanted.name, **fleet)]
        case Status.BUFFERED as status:
            in_time = Q(deadline__isnull=True) | Q(deadline__gte=at)
            return [_having(visible, wanted.name, status=status, **fleet).filter(in_time)]
        case Status.EXPIRED as status:
            # A task is expired from its deadline on, though that is recorded a little later.
            late = Task.objects.filter(status=Status.BUFFERED, deadline__lt=at)
            overdue = _having(late, wanted.name, **fleet)
            recorded = _having(visible, wanted.name, status=status, **fleet)
            return [recorded, visible.filter(id__in=overdue.values("id"))]
        case status:
            return [_having(visible, wanted.name, status=status, **fleet)]


def _fleet_id(slug: str) -> int:
    """Looked up before: of a fleet that it doesn't know yet PostgreSQL expects few tasks. 0 for none."""
    return Fleet.objects.filter(slug=slug).values_list("id", flat=True).first() or 0


def _having(tasks: "QuerySet[Task]", name: str | None, **fields: object) -> "QuerySet[Task]":
    return tasks_named(tasks, name, **fields) if name else tasks.filter(**fields)
