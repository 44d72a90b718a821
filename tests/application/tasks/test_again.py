"""A change of a task that an iteration selected just then is made of the task as it is by then."""

from datetime import timedelta

import pytest

from satselect.application.conditions import unless_changed
from satselect.application.errors import ChangedError, ConflictError
from satselect.application.tasks.change import Report, cancel, complete, fail
from satselect.application.tasks.edit import edit
from satselect.store.models import History, Task, User
from tests.application.buffers import NOW, buffer, run, task

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def read_before() -> Task:
    """A task as it was before it was selected."""
    buffer(task("a", "camera"))
    found = Task.objects.get()
    run()
    assert (found.status, Task.objects.get().status) == ("buffered", "scheduled")
    return found


def report() -> Report:
    return Report(User.objects.get(), NOW + timedelta(seconds=1))


def test_what_can_be_done_to_it_is_done(read_before: Task) -> None:
    cancel(read_before, report())
    assert (read_before.status, Task.objects.get().status) == ("scheduled", "cancelled")
    assert History.objects.filter(after="cancelled").count() == 1


def test_what_can_not_is_refused_for_what_it_is(read_before: Task) -> None:
    with pytest.raises(ConflictError, match="only a buffered task can be edited"):
        edit(read_before, {"profit": 5}, report())
    complete(Task.objects.get(), report())
    stale = Task.objects.get()
    stale.status = "scheduled"
    with pytest.raises(ConflictError, match="the task is completed"):
        fail(stale, report())


def test_who_saw_it_otherwise_is_told_so_before_anything_else(read_before: Task) -> None:
    complete(Task.objects.get(), report())
    condition = unless_changed("task", lambda: Task.objects.get().status, "scheduled")
    for change in (fail, cancel):
        with pytest.raises(ChangedError):
            change(Task.objects.get(), Report(User.objects.get(), NOW, condition))
    with pytest.raises(ChangedError):
        edit(Task.objects.get(), {"profit": 5}, Report(User.objects.get(), NOW, condition))
