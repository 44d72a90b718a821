from dataclasses import asdict
from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db.models import ForeignObjectRel
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from satselect.application.access.accounts import find_user
from satselect.application.act import Act
from satselect.application.explanation.explain import explain
from satselect.application.maintenance import prune as module
from satselect.application.maintenance.housekeeping import expire
from satselect.application.maintenance.prune import Pruned, prunable, prune
from satselect.application.tasks.change import Report, cancel, complete, fail
from satselect.store.defaults import LOCAL
from satselect.store.models import Assignment, Audit, Batch, Event, History, Iteration, Task, User
from satselect.store.queries.tasks.histories import history_of
from tests.application.buffers import NOW, buffer, names, run, task
from tests.databases import Database, Databases, counts

pytestmark = pytest.mark.usefixtures("database")

DAY = timedelta(days=1)


def pruned(before: datetime) -> Pruned:
    return prune(before, Act(find_user(LOCAL), NOW + 30 * DAY))


def report(at: datetime) -> Report:
    return Report(User.objects.get(), at)


def test_what_is_over_goes_with_all_that_belongs_to_it() -> None:
    buffer(task("image", "camera"), at=NOW)
    run(NOW)
    complete(Task.objects.get(), report(NOW))
    run(NOW + DAY)  # the last iteration of a fleet stays, so that tasks can be explained
    before = counts()
    assert asdict(pruned(NOW + DAY)) == {"tasks": 1, "batches": 1, "iterations": 1, "events": 3, "sessions": 0}
    after = counts()
    gone = {table for table in before if before[table] != after[table]} - {"store_audit"}
    assert gone == {
        f"store_{table}"
        for table in (
            [
                "task",
                "history",
                "assignment",
                "assignmentresource",
                "resourceuse",
                "batch",
                "iteration",
                "event",
            ]
        )
    }
    assert Task.objects.count() == Batch.objects.count() == 0
    assert Iteration.objects.get().as_of == NOW + DAY


def test_what_is_live_stays_and_keeps_its_iteration() -> None:
    buffer(task("waits", "camera", profit=1), task("runs", "camera", profit=2), task("done", "disk"), at=NOW)
    first = run(NOW)
    complete(Task.objects.get(name="done"), report(NOW))
    run(NOW + DAY)
    run(NOW + 2 * DAY)
    pruned(NOW + 10 * DAY)
    assert set(Task.objects.values_list("name", flat=True)) == {"waits", "runs", "done"}
    assert names(first) == ["runs", "done"]
    complete(Task.objects.get(name="runs"), report(NOW + 3 * DAY))
    pruned(NOW + 10 * DAY)
    assert list(Task.objects.values_list("name", flat=True)) == ["waits"]
    assert not Iteration.objects.filter(id=first.id).exists() or Batch.objects.filter(iteration=first).exists()
    assert [line.reason for line in history_of(Task.objects.get())] == ["submitted", "selected"]


def test_a_task_that_is_tried_again_keeps_the_iteration_that_it_failed_in() -> None:
    buffer(task("image", "camera", max_attempts=2), at=NOW)
    first = run(NOW)
    fail(Task.objects.get(), report(NOW))
    run(NOW + DAY)
    pruned(NOW + 10 * DAY)
    assert names(first) == ["image"]
    assert Assignment.objects.count() == 2


def test_the_latest_stays_whole() -> None:
    buffer(task("image", "camera"), at=NOW)
    run(NOW)
    complete(Task.objects.get(), report(NOW + DAY))
    before = counts()
    assert asdict(pruned(NOW)) == asdict(Pruned())
    assert counts() | {"store_audit": 0} == before | {"store_audit": 0}


def test_events_go_from_the_oldest_without_a_gap() -> None:
    for day in range(5):
        buffer(task("image", "camera"), at=NOW + day * DAY)
    pruned(NOW + 3 * DAY)
    assert list(Event.objects.order_by("number").values_list("number", flat=True)) == [4, 5]


def test_sessions_that_ended_go() -> None:
    Session.objects.create(session_key="old", session_data="", expire_date=NOW)
    Session.objects.create(session_key="new", session_data="", expire_date=NOW + 40 * DAY)
    assert pruned(NOW + DAY).sessions == 1
    assert Session.objects.filter(session_key__in=["old", "new"]).get().session_key == "new"
    Session.objects.all().delete()


def test_it_is_audited_and_the_audit_stays() -> None:
    pruned(NOW)
    pruned(NOW + DAY)
    assert list(Audit.objects.order_by("id").values_list("action", "object_id")) == [
        ("service.prune", NOW.isoformat()),
        ("service.prune", (NOW + DAY).isoformat()),
    ]


@pytest.mark.parametrize("at_once", [1, 2, 500])
def test_a_dry_run_says_what_is_deleted_then(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "AT_ONCE", at_once)
    for day in range(3):
        buffer(*(task(f"{day}.{n}", "camera", profit=n) for n in range(3)), at=NOW + day * DAY)
        run(NOW + day * DAY)
    for each in Task.objects.exclude(name="2.0"):
        cancel(each, report(NOW + 3 * DAY))
    before = counts()
    expected = prunable(NOW + 4 * DAY)
    assert counts() == before
    assert asdict(pruned(NOW + 4 * DAY)) == asdict(expected)
    assert (expected.tasks, expected.batches, expected.iterations) == (8, 2, 2)


def test_whatever_refers_to_what_is_deleted_is_thought_of() -> None:
    # A new table that refers to one of these needs its place in `prune`.
    fields = [field for model in (Task, Batch, Iteration) for field in model._meta.get_fields(include_hidden=True)]
    referring = {field.related_model.__name__ for field in fields if isinstance(field, ForeignObjectRel)}
    assert referring == {
        *("Assignment", "AssignmentResource", "Batch", "Event", "History", "Opportunity", "Order", "ResourceUse"),
        *("Target", "Task"),
    }


STEPS = st.lists(st.sampled_from(["buffer", "run", "complete", "fail", "cancel", "expire"]), max_size=25)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, st.integers(0, 25))
@example(["buffer", "buffer", "buffer", "run", "cancel"], 0)  # the oldest that waits is overdue: it can't be cancelled
def test_whatever_happened_nothing_live_goes_and_all_goes_on(
    database: Database, databases: Databases, steps: list[str], age: int
) -> None:
    databases.get(database.kind)
    for hour, step in enumerate(steps):
        do(step, NOW + hour * DAY)
    live = dict(Task.objects.filter(status__in=["buffered", "scheduled"]).values_list("name", "status"))
    expected = asdict(prunable(NOW + age * DAY))
    assert asdict(pruned(NOW + age * DAY)) == expected
    assert dict(Task.objects.filter(status__in=["buffered", "scheduled"]).values_list("name", "status")) == live
    for each in Task.objects.all():
        assert [line.after for line in history_of(each)][-1] == each.status
        explain(each, at=NOW + 50 * DAY, time_limit_s=5)
    for iteration in Iteration.objects.filter(assignments__task__status="scheduled").distinct():
        assert iteration.scheduled == iteration.assignments.count()
    assert not History.objects.filter(task=None).exists()
    buffer(task("next", "camera", profit=99), at=NOW + 60 * DAY)
    assert "next" in names(run(NOW + 60 * DAY))


def do(step: str, at: datetime) -> None:
    scheduled = Task.objects.filter(status="scheduled").first()
    if step == "buffer":
        deadline = (at + 3 * DAY).isoformat().replace("+00:00", "Z")
        buffer(task(f"a{at}", "camera", max_attempts=2), task(f"b{at}", "camera", deadline=deadline), at=at)
    elif step == "run":
        run(at)
    elif step == "expire":
        expire(at=at)
    elif step == "cancel":
        if waiting := Task.objects.filter(status="buffered").exclude(deadline__lt=at).first():
            cancel(waiting, report(at))
    elif scheduled:
        (complete if step == "complete" else fail)(scheduled, report(at))
