"""Tasks: lists and single ones."""

from datetime import datetime
from heapq import merge
from itertools import islice
from operator import attrgetter
from typing import Annotated, Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import Field

from satselect.api.answers import task_answers
from satselect.api.callers import EVERYONE, caller_of, visible_tasks
from satselect.api.paging import next_page
from satselect.schemas.labels import Label
from satselect.schemas.tasks import Status, TaskAnswer, TaskPage
from satselect.store.models import Task

router = Router(tags=["tasks"])


class TaskFilter(Schema):
    """Which tasks a list shows."""

    status: Status | None = None
    fleet: Label | None = None
    name: Label | None = None
    cursor: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 50


@router.get("/api/v1/tasks", response=TaskPage, url_name="list_tasks")
def list_tasks(request: HttpRequest, wanted: Query[TaskFilter]) -> TaskPage:
    """Tasks, newest first."""
    at = timezone.now()
    visible = visible_tasks(caller_of(request, *EVERYONE))
    tasks = visible.select_related("fleet").order_by("-id").filter(**_equal(wanted))
    if wanted.cursor:
        tasks = tasks.filter(id__lt=wanted.cursor)
    # Each kind from its own index: asked for all at once, SQLite reads the whole buffer.
    kinds = _with_status(tasks, wanted.status, at) if wanted.status else [tasks]
    newest = merge(*(kind[: wanted.limit + 1] for kind in kinds), key=attrgetter("id"), reverse=True)
    page = list(islice(newest, wanted.limit + 1))
    items = task_answers(page[: wanted.limit], at=at)
    return TaskPage.model_construct(
        items=items, next=next_page(request, items[-1].id) if len(page) > wanted.limit else None
    )


@router.get("/api/v1/tasks/{uuid:task_id}", response=TaskAnswer, url_name="get_task")
def get_task(request: HttpRequest, task_id: UUID) -> TaskAnswer:
    """One task."""
    task = get_object_or_404(visible_tasks(caller_of(request, *EVERYONE)).select_related("fleet"), id=task_id)
    return task_answers([task], at=timezone.now())[0]


def _equal(wanted: TaskFilter) -> dict[str, Any]:
    fields = {"fleet__slug": wanted.fleet, "name": wanted.name}
    return {field: value for field, value in fields.items() if value is not None}


def _with_status(tasks: "QuerySet[Task]", status: Status, at: datetime) -> "list[QuerySet[Task]]":
    # A task is expired from its deadline on, though that is recorded a little later.
    recorded = tasks.filter(status=status)
    if status is Status.BUFFERED:
        return [recorded.filter(Q(deadline__isnull=True) | Q(deadline__gte=at))]
    if status is Status.EXPIRED:
        overdue = Task.objects.filter(status=Status.BUFFERED, deadline__lt=at)
        return [recorded, tasks.filter(id__in=overdue.values("id"))]
    return [recorded]
