"""Many submitters to one fleet at once, over HTTP: nothing is lost, nothing is scheduled twice, everything fits."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random
from uuid import UUID

import httpx
import pytest
from django.db.models import Count, F

from satselect.store.models import (
    Assignment,
    AssignmentResource,
    Batch,
    Event,
    Fleet,
    History,
    Iteration,
    ResourceUse,
    Supply,
    Task,
)
from satselect.store.queries.uses import uses_of
from tests.databases import AND_OVER_THE_BUS

DATABASES = AND_OVER_THE_BUS

SUBMITTERS = 32
BATCHES = 5
RESOURCES = [f"r{n}" for n in range(8)]


@pytest.fixture
def accepted(service: httpx.Client) -> list[str]:
    """The names of the tasks that were answered with 201, after all submitters are done."""
    first = service.post("/api/tasks/", json=[{"name": "first", "resources": RESOURCES, "profit": 0}])
    assert first.status_code == 201
    Supply.objects.filter(resource__name__in=RESOURCES[:4]).update(capacity=3)
    with ThreadPoolExecutor(SUBMITTERS) as threads:
        names = threads.map(lambda seed: submit_all(str(service.base_url), seed), range(SUBMITTERS))
        return ["first", *(name for some in names for name in some)]


def submit_all(address: str, seed: int) -> list[str]:
    rng, accepted = Random(seed), []
    with httpx.Client(base_url=address, timeout=60) as client:
        for batch in range(BATCHES):
            tasks = [
                {
                    "name": f"{seed}.{batch}.{n}",
                    "resources": rng.sample(RESOURCES, rng.randint(0, 3)),
                    "profit": rng.randint(0, 99),
                }
                for n in range(rng.randint(0, 4))
            ]
            answer = client.post("/api/tasks/", json=tasks)
            assert answer.status_code == 201, answer.text
            accepted += [str(task["name"]) for task in tasks]
            change_some(client, rng)
    return accepted


def change_some(client: httpx.Client, rng: Random) -> None:
    """Cancels, reports or edits a task, whoever submitted it; others do the same at the same time."""
    listed = client.get("/api/v1/tasks?limit=3")
    if listed.status_code == 503:  # more are at it than there are connections: it says so, and this one goes on
        assert "Retry-After" in listed.headers
        return
    for item in listed.json()["items"]:
        change = rng.choice(["cancel", "complete", "fail", "edit", "nothing", "nothing"])
        path = f"/api/v1/tasks/{item['id']}"
        if change == "edit":
            assert client.patch(path, json={"profit": rng.randint(0, 99)}).status_code in {200, 409, 503}
        elif change != "nothing":
            assert client.post(f"{path}/{change}").status_code in {200, 409, 503}


def test_everything_accepted_is_scheduled_once_or_buffered(accepted: list[str]) -> None:
    stored = dict(Task.objects.values_list("name", "status"))
    assert sorted(stored) == sorted(accepted)
    assert set(stored.values()) <= {"scheduled", "buffered", "completed", "cancelled", "failed"}
    assigned = Assignment.objects.filter(is_live=True).values_list("task__name", flat=True)
    assert sorted(assigned) == sorted(name for name, status in stored.items() if status in {"scheduled", "completed"})
    assert Fleet.objects.get().buffered == Task.objects.filter(status="buffered").count()
    check_histories()
    check_resources()
    check_batches()


def check_histories() -> None:
    """Each begins where tasks wait, goes on from where it is, and ends at the task's status."""
    last = dict.fromkeys(Task.objects.values_list("name", flat=True), "buffered")
    for name, before, after in History.objects.order_by("id").values_list("task__name", "before", "after"):
        assert last[name] == before
        last[name] = after
    assert last == dict(Task.objects.values_list("name", "status"))


def check_resources() -> None:
    """From the tasks themselves, not from the sums that the code wrote."""
    assigned = list(Assignment.objects.values_list("iteration", "task"))
    uses, sums = uses_of([task for _, task in assigned]), Counter[tuple[UUID, str]]()
    for iteration, task in assigned:
        sums.update({(iteration, name): amount for name, amount in uses[task].items()})
    written = {
        (use.iteration_id, use.supply.resource.name): use
        for use in ResourceUse.objects.select_related("supply__resource")
    }
    for key, used in sums.items():
        use = written.pop(key)
        assert used == use.used <= use.capacity
    assert not written
    assert not AssignmentResource.objects.filter(amount__gt=F("capacity")).exists()


def check_batches() -> None:
    """Each is done, by the first iteration that considered it; versions, numbers and sequences have no holes."""
    iterations = list(Iteration.objects.order_by("version").values_list("id", "considered_seq", "version"))
    for seq, state, iteration_id in Batch.objects.values_list("seq", "state", "iteration"):
        first = next(id for id, considered, _ in iterations if considered >= seq)
        assert (state, iteration_id) == ("done", first)
    assert len({version for _, _, version in iterations}) == len(iterations)
    numbers = list(Event.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    scheduled = Iteration.objects.annotate(counted=Count("assignments"))
    assert all(iteration.counted == iteration.scheduled for iteration in scheduled)
