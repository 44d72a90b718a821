from datetime import timedelta

import pytest
from django.db import connection

import satselect
from satselect.application.errors import StaleError
from satselect.application.planning.iterate import iterate
from satselect.application.planning.settle import settle
from satselect.store.models import Batch, Event, Fleet, History, Iteration, Resource, ResourceUse, Supply, Task
from tests.application.buffers import NOW, buffer, names, run, task
from tests.databases import counts
from tests.planners import planner

pytestmark = pytest.mark.usefixtures("database")


def test_the_best_set_is_scheduled_and_the_rest_buffered() -> None:
    buffer(task("both", "camera", "disk", profit=3), task("camera", "camera", profit=2), task("disk", "disk", profit=2))
    iteration = run()
    assert names(iteration) == ["camera", "disk"]
    assert [(each.name, each.status) for each in Task.objects.order_by("position")] == [
        ("both", "buffered"),
        ("camera", "scheduled"),
        ("disk", "scheduled"),
    ]


def test_an_iteration_records_how_good_it_is() -> None:
    buffer(task("both", "camera", "disk", profit=3), task("camera", "camera", profit=2), task("disk", "disk", profit=2))
    iteration = run()
    assert (iteration.profit, iteration.objective, iteration.bound, iteration.gap) == (4, 4, 4, 0)
    assert (iteration.status, iteration.greedy_profit) == ("optimal", 3)
    assert iteration.capacities == {"camera": 1, "disk": 1}
    assert set(iteration.prices) == {"camera", "disk"}
    assert (iteration.scheduled, iteration.buffered, Fleet.objects.get().buffered) == (2, 1, 1)


def test_every_iteration_starts_with_all_resources_free() -> None:
    buffer(task("a", "camera", profit=2), task("b", "camera"))
    assert [names(run()), names(run()), names(run())] == [["a"], ["b"], []]


def test_capacity_is_used_up_and_not_exceeded() -> None:
    buffer(*[task(str(n), "disk") for n in range(5)])
    Supply.objects.update(capacity=3)
    assert names(run()) == ["0", "1", "2"]
    use = ResourceUse.objects.get()
    assert (use.used, use.capacity) == (3, 3)


def test_of_equals_the_older_is_scheduled() -> None:
    buffer(task("late a", "camera"), at=NOW)
    buffer(task("late b", "camera"), at=NOW - timedelta(days=1))  # a clock that was set back
    assert names(run()) == ["late a"]


def test_not_before_keeps_a_task_out_of_earlier_iterations() -> None:
    buffer(task("later", "camera", not_before=NOW + timedelta(hours=1)))
    assert names(run()) == []
    assert names(run(NOW + timedelta(hours=1))) == ["later"]


def test_the_deadline_is_the_last_moment_of_selection() -> None:
    buffer(task("a", "camera", profit=2, deadline=NOW), task("b", "camera", deadline=NOW))
    assert names(run()) == ["a"]
    assert names(run(NOW + timedelta(microseconds=1))) == []
    assert Task.objects.get(name="b").status == "expired"
    assert Fleet.objects.get().buffered == 0


def test_every_change_of_a_task_is_in_its_history() -> None:
    buffer(task("a", "camera", profit=2), task("b", "camera", deadline=NOW))
    first = run()
    second = run(NOW + timedelta(seconds=1))
    rows = History.objects.order_by("id").values_list("task__name", "before", "after", "reason", "iteration")
    assert list(rows) == [
        ("a", "buffered", "scheduled", "selected", first.id),
        ("b", "buffered", "expired", "overdue", second.id),
    ]


def test_events_are_numbered_in_the_order_of_commits() -> None:
    buffer(task("a", "camera"))
    run()
    buffer()
    events = Event.objects.order_by("number").values_list("number", "kind")
    assert list(events) == [(1, "batch"), (2, "iteration"), (3, "batch")]


def test_the_engine_runs_outside_of_any_transaction() -> None:
    buffer(task("a", "camera"))
    seen = []

    def watching(waiting: satselect.Buffer, **settings: object) -> satselect.Selection:
        seen.append(connection.in_atomic_block)
        return waiting.select()

    iterate(planner(1, select=watching), Fleet.objects.get().id, at=NOW)
    assert seen == [False]


def test_a_stale_iteration_is_refused_and_stores_nothing() -> None:
    buffer(task("a", "camera", profit=2), task("b", "camera"))
    after: dict[str, int] = {}

    def overtaken(waiting: satselect.Buffer, **settings: object) -> satselect.Selection:
        run()
        after.update(counts())
        return satselect.select(list(waiting)[1:])  # another task, so that only the version can tell

    with pytest.raises(StaleError, match="version"):
        iterate(planner(1, select=overtaken), Fleet.objects.get().id, at=NOW)
    assert counts() == after


def test_a_task_that_left_the_buffer_is_not_scheduled() -> None:
    buffer(task("a", "camera"))

    def cancelled(waiting: satselect.Buffer, **settings: object) -> satselect.Selection:
        Task.objects.update(status="cancelled")  # without moving the version, as no code should
        return waiting.select()

    before = counts()
    with pytest.raises(StaleError, match="no longer buffered"):
        iterate(planner(1, select=cancelled), Fleet.objects.get().id, at=NOW)
    assert counts() == before


def test_a_submission_does_not_spoil_a_selection_under_way() -> None:
    first = buffer(task("a", "camera"))

    def slow(waiting: satselect.Buffer, **settings: object) -> satselect.Selection:
        buffer(task("b", "disk"))
        return waiting.select()

    iteration = iterate(planner(1, select=slow), Fleet.objects.get().id, at=NOW)
    assert names(iteration) == ["a"]
    states = dict(Batch.objects.values_list("seq", "state"))
    assert states == {first.seq: "done", first.seq + 1: "pending"}


def test_a_batch_is_answered_by_the_first_iteration_that_considered_it() -> None:
    first, second = buffer(task("a", "camera")), buffer(task("b", "disk"))
    shared = settle(planner(1), second)
    run()
    assert settle(planner(1), first) == shared
    assert names(shared) == ["a", "b"]


def test_an_overtaken_batch_is_selected_for_again() -> None:
    batch = buffer(task("a", "camera"))
    calls: list[int] = []

    def overtaken_once(waiting: satselect.Buffer, **settings: object) -> satselect.Selection:
        if not calls:
            Fleet.objects.update(version=7)
        calls.append(len(waiting))
        return waiting.select()

    iteration = settle(planner(1, select=overtaken_once), batch)
    assert (calls, names(iteration), iteration.version) == ([1, 1], ["a"], 8)


def test_a_capacity_that_fell_leaves_the_task_buffered() -> None:
    buffer(task("a", "camera"))
    Supply.objects.filter(resource=Resource.objects.get()).update(capacity=0)
    assert names(run()) == []
    assert Iteration.objects.get().buffered == 1


def test_prices_are_what_the_best_task_that_waits_would_pay() -> None:
    buffer(*[task(f"{n}", "camera", profit=n) for n in (5, 3, 4, 2)], task("never", "upgrade", profit=9))
    Supply.objects.filter(resource__name="upgrade").update(capacity=0)
    assert [(one.profit, one.prices["camera"]) for one in (run(), run(), run(), run())] == [
        (5, 4),
        (4, 3),
        (3, 2),
        (2, 0),
    ]
    buffer(*[task(f"{n}", "camera", profit=n) for n in (6, 7)])
    assert run().prices["camera"] == 6
