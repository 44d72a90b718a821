"""The endpoint, and what it stores."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.urls import path
from ninja import NinjaAPI, Schema

from satselect.schemas.tasks import NewTask
from satselect.store.models import (
    Assignment,
    AssignmentResource,
    Batch,
    Event,
    Fleet,
    History,
    Iteration,
    ResourceUse,
    Satellite,
    Signature,
    Supply,
    Task,
    User,
)

SELECTED = 4
"""Tasks of five that are stored as if they had been selected: together they use all that the satellite has."""
NEW_SIGNATURES = 2

api = NinjaAPI(docs_url=None, openapi_url=None)


class Stored(Schema):
    """What is answered."""

    id: UUID
    tasks: list[UUID]


@api.get("/readyz")
def ready(request: HttpRequest) -> str:
    """Whether it answers."""
    return "ready"


@api.post("/api/v1/fleets/{slug}/tasks", response={201: Stored})
def post_tasks(request: HttpRequest, slug: str, tasks: list[NewTask]) -> tuple[int, Stored]:
    """Stores a batch, and as many rows besides as a service does."""
    at = datetime.now(UTC)
    with transaction.atomic():
        Fleet.objects.filter(slug=slug).update(
            seq=F("seq") + 1, version=F("version") + 1, event_number=F("event_number") + 2, iterated=at
        )
        fleet = Fleet.objects.get(slug=slug)
        supplies = list(Supply.objects.filter(satellite__fleet=fleet).order_by("id"))
        iteration = _iteration(fleet, at)
        batch = _batch(fleet, iteration, at)
        made = _tasks(fleet, batch, tasks, at)
        _assign(iteration, made[:SELECTED], supplies)
        _tell(fleet, batch, iteration, made, at)
    return 201, Stored(id=batch.id, tasks=[task.id for task in made])


def _iteration(fleet: Fleet, at: datetime) -> Iteration:
    return Iteration.objects.create(
        id=uuid4(),
        fleet=fleet,
        version=fleet.version,
        considered_seq=fleet.seq,
        as_of=at,
        status="optimal",
        proof="tree",
        objective=1.0,
        profit=1.0,
        bound=1.0,
        gap=0.0,
        greedy_profit=1.0,
        duration_s=0.0,
        settings={},
        capacities={},
        prices={},
        scheduled=SELECTED,
        buffered=fleet.buffered,
    )


def _batch(fleet: Fleet, iteration: Iteration, at: datetime) -> Batch:
    user = User.objects.get(username="local")
    return Batch.objects.create(
        id=uuid4(),
        account_id=user.account_id,
        fleet=fleet,
        seq=fleet.seq,
        digest=uuid4().hex,
        state=Batch.State.DONE,
        iteration=iteration,
        created=at,
    )


def _tasks(fleet: Fleet, batch: Batch, sent: list[NewTask], at: datetime) -> list[Task]:
    user = User.objects.get(username="local")
    signatures = Signature.objects.bulk_create(
        Signature(fleet=fleet, digest=uuid4().hex, amounts={}) for _ in range(NEW_SIGNATURES)
    )
    return Task.objects.bulk_create(
        Task(
            id=uuid4(),
            account=batch.account,
            fleet=fleet,
            submitted_by=user,
            batch=batch,
            batch_seq=batch.seq,
            position=position,
            signature=signatures[position % NEW_SIGNATURES],
            name=task.name,
            profit=float(task.profit),
            rank_key=float(task.profit),
            is_whole_profit=False,
            status="scheduled" if position < SELECTED else "buffered",
            created=at,
            updated=at,
        )
        for position, task in enumerate(sent)
    )


def _assign(iteration: Iteration, tasks: list[Task], supplies: list[Supply]) -> None:
    satellite = Satellite.objects.get(fleet=iteration.fleet)
    assigned = Assignment.objects.bulk_create(
        Assignment(iteration=iteration, task=task, satellite=satellite) for task in tasks
    )
    AssignmentResource.objects.bulk_create(
        AssignmentResource(
            assignment=assigned[number % SELECTED], iteration=iteration, supply=supply, capacity=1, amount=1
        )
        for number, supply in enumerate(supplies)
    )
    ResourceUse.objects.bulk_create(
        ResourceUse(iteration=iteration, supply=supply, capacity=1, used=1) for supply in supplies
    )


def _tell(fleet: Fleet, batch: Batch, iteration: Iteration, tasks: list[Task], at: datetime) -> None:
    History.objects.bulk_create(
        History(task=task, at=at, before="buffered", after="scheduled", reason="selected", iteration=iteration)
        for task in tasks[:SELECTED]
    )
    number = fleet.event_number
    Event.objects.bulk_create(
        [
            Event(fleet=fleet, number=number - 1, at=at, kind=Event.Kind.BATCH, batch=batch, reason="accepted"),
            Event(fleet=fleet, number=number, at=at, kind=Event.Kind.ITERATION, iteration=iteration),
        ]
    )


urlpatterns = [path("", api.urls)]
