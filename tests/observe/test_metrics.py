from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from satselect.application.errors import StaleError
from satselect.application.maintenance.housekeeping import expire
from satselect.application.planning.iterate import iterate
from satselect.application.planning.settle import settle
from satselect.application.tasks.submission import Submission
from satselect.application.tasks.submit import submit
from satselect.observe.fleets import OTHER, FleetLabels
from satselect.observe.inbox import Inbox
from satselect.observe.metrics import Metrics
from satselect.store.defaults import DEFAULT_FLEET
from satselect.store.models import Batch, Fleet, Iteration, User
from satselect.telemetry.listeners import listen
from tests.application.buffers import NOW, task
from tests.databases import Database
from tests.planners import planner


@pytest.fixture
def metrics(database: Database) -> Iterator[Metrics]:
    made = Metrics()
    end = listen(made.hear)
    yield made
    end()


def figures(metrics: Metrics) -> dict[str, float]:
    """Each time series by name and labels, as a scrape tells it."""
    lines = [line for line in metrics.page().decode().splitlines() if line.startswith("satselect_")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def send(*profits: float, key: str | None = None) -> Batch:
    user = User.objects.first()
    assert user is not None
    tasks = [task(f"task {profit}", "camera", profit=profit) for profit in profits]
    batch = Submission(
        fleet=DEFAULT_FLEET, account_id=user.account_id, user_id=user.id, tasks=tasks, digest="", idempotency_key=key
    )
    return submit(batch, at=NOW).batch


def test_a_batch_is_counted_from_its_acceptance_to_its_iteration(metrics: Metrics) -> None:
    settle(planner(5), send(3, 2, 1))
    told = figures(metrics)
    assert {name: told[f'satselect_{name}{{fleet="default"}}'] for name in _OF_FLEET} == _OF_FLEET
    assert told['satselect_iterations_total{fleet="default",status="optimal"}'] == 1
    assert told["satselect_solve_duration_seconds_count"] == 1
    assert told["satselect_iteration_duration_seconds_sum"] >= told["satselect_solve_duration_seconds_sum"] > 0


_OF_FLEET = {
    "batches_accepted_total": 1,
    "tasks_accepted_total": 3,
    "batches_done_total": 1,
    "tasks_scheduled_total": 1,
    "profit_scheduled_total": 3,
    "gap_ratio": 0,
}


def test_a_repetition_is_counted_apart(metrics: Metrics) -> None:
    send(1, key="a")
    send(1, key="a")
    told = figures(metrics)
    assert told["satselect_batches_repeated_total"] == 1
    assert told['satselect_batches_accepted_total{fleet="default"}'] == 1


def test_the_second_iteration_selects_from_a_kept_buffer(metrics: Metrics) -> None:
    settle(planner(5), send(1))
    settle(planner(5), send(1))
    told = figures(metrics)
    assert told['satselect_buffers_total{source="read"}'] == 1
    assert told['satselect_buffers_total{source="kept"}'] == 1


def test_a_refused_iteration_is_counted_and_made_again(metrics: Metrics) -> None:
    refused: list[Iteration] = []

    def overtaken(buffer: object, *, time_limit: float) -> object:
        if not refused:
            refused.append(iterate(planner(5), Fleet.objects.get().id, at=NOW))
            raise StaleError
        return buffer.select(time_limit=time_limit)  # type: ignore[attr-defined]

    settle(planner(5, select=overtaken), send(1))  # type: ignore[arg-type]
    assert figures(metrics)["satselect_commits_fenced_total"] == 1


def test_overdue_tasks_are_counted_by_whoever_finds_them(metrics: Metrics) -> None:
    batch = send(1)
    batch.tasks.update(deadline=NOW - timedelta(seconds=1))
    expire(at=NOW)
    assert figures(metrics)["satselect_tasks_expired_total"] == 1


def test_what_waits_is_read_from_the_database(metrics: Metrics) -> None:
    metrics.registry.register(Inbox(kept_s=0))
    assert figures(metrics)["satselect_oldest_pending_batch_seconds"] == 0
    send(1, 2)
    Batch.objects.update(created=timezone.now() - timedelta(minutes=5))
    told = figures(metrics)
    assert told['satselect_tasks_buffered{fleet="default"}'] == 2
    assert (told["satselect_batches_pending"], told["satselect_batches_dead"]) == (1, 0)
    assert 300 <= told["satselect_oldest_pending_batch_seconds"] < 400
    assert told["satselect_database_up"] == 1


def test_only_so_many_fleets_are_labels(database: Database) -> None:
    first = Fleet.objects.get()
    others = [Fleet.objects.create(slug=f"fleet-{number}", name="") for number in range(3)]
    labels = FleetLabels(most=2)
    assert [labels.label(fleet.id) for fleet in (first, *others, first)] == [
        "default",
        "fleet-0",
        OTHER,
        OTHER,
        "default",
    ]
    assert labels.label(10**6) == OTHER
