"""What is changed while the engine selects spoils no more than it has to, and keeps no fleet from getting on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

import satselect
from satselect.application.dispatch.inbox import settle_pending
from satselect.application.errors import BusyError, ConflictError, StaleError
from satselect.application.planning.buffer.buffer_cache import BufferCache
from satselect.application.planning.iterate import iterate
from satselect.application.planning.settle import settle
from satselect.application.tasks.change import Report, cancel, complete, fail
from satselect.application.tasks.edit import edit
from satselect.store.models import Batch, Fleet, Iteration, Task, User
from satselect.web.runtime import runtime
from tests.application.buffers import NOW, buffer, names, run, task
from tests.planners import planner

pytestmark = pytest.mark.usefixtures("database")


def report() -> Report:
    return Report(User.objects.get(), NOW, follow=runtime().planner.buffers.follow)


def fleet_id() -> int:
    return Fleet.objects.get().id


@pytest.mark.parametrize("what", [complete, cancel, fail])
def test_a_report_on_a_scheduled_task_spoils_no_selection(what: Callable[[Task, Report], None]) -> None:
    buffer(task("done", "camera"))
    run()
    assert selected_while(what) == [1]


def test_a_report_spoils_it_where_scheduled_tasks_hold_what_they_use() -> None:
    Fleet.objects.update(release="completion")
    buffer(task("done", "camera"))
    run()
    assert len(selected_while(complete)) == 2


def selected_while(what: Callable[[Task, Report], None]) -> list[int]:
    """From how many tasks the engine selected `next`, each time, while `done` was reported the first time."""
    calls: list[int] = []

    def reported(waiting: satselect.Buffer, **settings: object) -> satselect.Selection:
        if not calls:
            what(Task.objects.get(name="done"), report())
        calls.append(len(waiting))
        return waiting.select()

    batch = buffer(task("next", "camera"))
    assert names(settle(planner(1, select=reported), batch)) == ["next"]
    return calls


def test_who_edits_again_and_again_keeps_no_fleet_from_iterating() -> None:
    batch = buffer(task("restless", "camera"), task("other", "disk"))
    limits: list[float] = []

    def edited(waiting: satselect.Buffer, *, time_limit: float) -> satselect.Selection:
        limits.append(time_limit)
        if len(limits) < 5:  # what takes longer meets an edit
            edit(Task.objects.get(name="restless"), {"profit": len(limits)}, replace(report(), at=later(len(limits))))
        return waiting.select()

    iteration = settle(planner(1, select=edited), batch)
    assert (names(iteration), iteration.settings["time_limit_s"]) == (["restless", "other"], limits[-1])
    # Each time half as long, less what reading took: half of that at most.
    assert all(most / 2 <= given <= most for given, most in zip(limits, (1, 0.5, 0.25, 0.125, 0.0625), strict=True))


def later(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_buffer_is_kept_though_what_was_selected_from_it_is_refused() -> None:
    buffer(task("a", "camera"), task("b", "camera", profit=2), task("c", "camera", profit=1.5))

    def edited(waiting: satselect.Buffer, **settings: object) -> satselect.Selection:
        edit(Task.objects.get(name="a"), {"profit": 3}, report())
        return waiting.select()

    with pytest.raises(StaleError):
        iterate(planner(1, select=edited), fleet_id(), at=NOW)
    kept = runtime().planner.buffers.take(fleet_id())
    assert kept
    assert (kept.version, len(kept.stale), len(kept.buffer)) == (1, 1, 2)  # of one signature the best two are enough
    runtime().planner.buffers.put(kept)
    assert names(run()) == ["a"]


def test_what_happens_after_a_commit_is_not_missed() -> None:
    buffer(task("a", "camera"), task("b", "camera", profit=2))
    shelf = BufferCache()
    iterate(planner(1, buffers=shelf), fleet_id(), at=NOW)
    kept = shelf.take(fleet_id())
    assert kept
    shelf.follow(fleet_id(), kept.version + 1, {7})
    shelf.put(kept)
    assert (kept.version, kept.stale & {7}) == (2, {7})


def test_a_batch_that_another_process_settled_meanwhile_is_answered_by_its_iteration() -> None:
    batch, others = buffer(task("a", "camera")), BufferCache()

    def clock() -> datetime:
        if not Iteration.objects.exists():
            iterate(planner(1, buffers=others), fleet_id(), at=NOW)
        return NOW

    assert names(settle(planner(1, clock=clock), batch)) == ["a"]
    assert Iteration.objects.count() == 2


def test_a_dead_batch_is_not_answered_by_an_iteration() -> None:
    batch = buffer(task("a", "camera"))
    Batch.objects.update(state="dead")
    with pytest.raises(ConflictError, match="dead"):
        settle(planner(1), batch)
    assert not Iteration.objects.exists()


def test_a_fleet_that_kept_moving_on_is_no_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer(task("a", "camera"))

    def overtaken(waiting: satselect.Buffer, **settings: object) -> satselect.Selection:
        Fleet.objects.update(version=Fleet.objects.get().version + 1)
        return waiting.select()

    with pytest.raises(BusyError):
        settle_pending(replace(planner(0.1, select=overtaken), waits_s=0.2), fleet_id(), is_retry=True)
    assert (Batch.objects.get().state, Batch.objects.get().attempts) == ("pending", 0)
