from datetime import timedelta
from uuid import uuid4

import pytest

from satselect.application.errors import ConflictError
from satselect.application.maintenance.housekeeping import expire
from satselect.application.tasks.change import Report, cancel, complete, fail
from satselect.application.tasks.edit import edit
from satselect.schemas.reading.faults import InvalidError
from satselect.store.models import Event, Fleet, History, Task, User
from satselect.store.queries.buffer.heads import overdue
from satselect.store.queries.uses import uses_of
from tests.application.buffers import NOW, buffer, names, run, task
from tests.databases import counts

pytestmark = pytest.mark.usefixtures("database")


def report(**facts: object) -> Report:
    return Report(User.objects.get(), NOW, **facts)  # type: ignore[arg-type]


def one(name: str) -> Task:
    return Task.objects.get(name=name)


def status(name: str) -> tuple[str, int, int]:
    return one(name).status, one(name).attempts, Fleet.objects.get().buffered


@pytest.fixture
def two(database: object) -> None:
    """`won` is scheduled, `lost` is buffered."""
    buffer(task("won", "camera", profit=9, max_attempts=2), task("lost", "camera"))
    run()


@pytest.mark.usefixtures("two")
def test_a_buffered_task_that_is_cancelled_leaves_the_buffer() -> None:
    cancel(one("lost"), report())
    assert (status("lost"), names(run())) == (("cancelled", 0, 0), [])


@pytest.mark.usefixtures("two")
def test_a_scheduled_task_that_is_cancelled_has_no_live_assignment() -> None:
    cancel(one("won"), report())
    assert status("won") == ("cancelled", 0, 1)
    assert not one("won").assignments.filter(is_live=True).exists()


@pytest.mark.usefixtures("two")
def test_a_completed_task_stays_assigned() -> None:
    complete(one("won"), report())
    assert status("won") == ("completed", 1, 1)
    assert one("won").assignments.filter(is_live=True).count() == 1


@pytest.mark.usefixtures("two")
def test_a_failed_task_with_attempts_left_competes_again_and_then_is_failed() -> None:
    fail(one("won"), report(words="clouds"))
    assert status("won") == ("buffered", 1, 2)
    assert names(run()) == ["won"]
    fail(one("won"), report())
    assert status("won") == ("failed", 2, 1)
    assert names(run()) == ["lost"]


@pytest.mark.usefixtures("two")
def test_what_can_not_be_done_is_refused_and_changes_nothing() -> None:
    complete(one("won"), report())
    before = counts()
    for change, name in ((cancel, "won"), (fail, "won"), (fail, "lost"), (complete, "lost")):
        with pytest.raises(ConflictError):
            change(one(name), report())
    with pytest.raises(ConflictError):
        edit(one("won"), {"profit": 1}, report())
    assert counts() == before


@pytest.mark.usefixtures("two")
def test_doing_it_twice_is_doing_it_once() -> None:
    complete(one("won"), report())
    cancel(one("lost"), report())
    before = counts()
    complete(one("won"), report())
    cancel(one("lost"), report())
    assert counts() == before


@pytest.mark.usefixtures("two")
def test_a_report_about_another_attempt_is_refused() -> None:
    with pytest.raises(ConflictError):
        fail(one("won"), report(iteration_id=uuid4()))
    fail(one("won"), report(iteration_id=one("won").assignments.get().iteration_id))
    assert one("won").status == "buffered"


@pytest.mark.usefixtures("two")
def test_an_earlier_attempt_is_not_completed_by_a_later_one() -> None:
    first = one("won").assignments.get().iteration_id
    fail(one("won"), report())
    second = run().id
    complete(one("won"), report(iteration_id=second))
    before = counts()
    with pytest.raises(ConflictError):
        complete(one("won"), report(iteration_id=first))
    complete(one("won"), report(iteration_id=second))
    assert counts() == before


def test_a_task_whose_deadline_has_passed_is_neither_cancelled_nor_edited() -> None:
    buffer(task("late", "camera", deadline=NOW - timedelta(seconds=1)), at=NOW - timedelta(hours=1))
    before = counts()
    with pytest.raises(ConflictError, match="the task is expired"):
        cancel(one("late"), report())
    with pytest.raises(ConflictError):
        edit(one("late"), {"profit": 2}, report())
    assert counts() == before


@pytest.mark.usefixtures("two")
def test_of_two_who_change_a_task_at_once_one_is_refused() -> None:
    first, second = one("won"), one("won")
    fail(first, report())
    before = counts()
    with pytest.raises(ConflictError):
        complete(second, report())
    assert counts() == before


def test_what_was_scheduled_since_it_was_read_is_cancelled_as_such_and_the_buffer_is_not_counted_below_nothing() -> (
    None
):
    buffer(task("a", "camera"))
    read = one("a")
    run()
    cancel(read, report())
    assert status("a") == ("cancelled", 0, 0)


def test_what_somebody_else_found_overdue_at_the_same_time_is_recorded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    later = NOW + timedelta(hours=2)
    buffer(task("a", "camera", deadline=NOW + timedelta(hours=1)))
    found = overdue(Fleet.objects.get().id, at=later, limit=10)
    assert expire(at=later) == 1
    before = counts()
    monkeypatch.setattr("satselect.application.maintenance.housekeeping.overdue", lambda *_, **__: found)
    assert (expire(at=later), status("a"), counts()) == (0, ("expired", 0, 0), before)


@pytest.mark.usefixtures("two")
def test_changes_are_in_the_history_and_in_the_events() -> None:
    fail(one("won"), report(words="clouds"))
    row = History.objects.filter(task__name="won").order_by("id").last()
    assert row is not None
    assert (row.before, row.after, row.reason, row.words) == ("scheduled", "buffered", "failed, tried again", "clouds")
    event = Event.objects.order_by("number").last()
    assert event is not None
    assert (event.kind, event.task) == ("task", one("won"))


def test_an_edited_task_competes_with_its_new_fields_and_its_old_age() -> None:
    buffer(task("a", "camera"), task("b", "disk", profit=5), task("c", "disk", profit=5))
    edit(one("a"), {"resources": {"disk": 1, "antenna": 1}, "profit": 7}, report())
    assert names(run()) == ["a"]
    assert list(uses_of([one("a").id])[one("a").id]) == ["disk", "antenna"]
    edit(one("c"), {"profit": 6}, report())
    assert names(run()) == ["c"]


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [({"resources": {"camera": 2}}, "/resources/camera"), ({"not_before": NOW + timedelta(days=1)}, "")],
)
def test_an_edit_that_makes_no_task_is_refused(sent: dict[str, object], pointer: str) -> None:
    buffer(task("a", "camera", deadline=NOW + timedelta(hours=1)))
    before = counts()
    with pytest.raises(InvalidError) as caught:
        edit(one("a"), sent, report())
    assert ([fault.pointer for fault in caught.value.faults], counts()) == ([pointer], before)


def test_housekeeping_records_what_is_overdue() -> None:
    buffer(task("a", "camera", deadline=NOW), task("b", "camera"))
    assert [expire(at=NOW), expire(at=NOW + timedelta(seconds=1)), expire(at=NOW + timedelta(seconds=1))] == [0, 1, 0]
    assert status("a") == ("expired", 0, 1)
    assert names(run(NOW + timedelta(seconds=2))) == ["b"]
