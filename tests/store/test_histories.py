"""The history of a task: the first line is what its own row says, whoever stored it."""

import pytest

from satselect.schemas.tasks import Status
from satselect.store.models import History, Task, User
from satselect.store.queries.tasks.histories import history_of
from tests.application.buffers import NOW, buffer, run, task

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.parametrize("is_of_an_earlier_release", [False, True])
def test_that_it_was_submitted_is_told_once(is_of_an_earlier_release: bool) -> None:
    buffer(task("a", "camera", profit=3))
    one = Task.objects.get()
    if is_of_an_earlier_release:  # they kept a row of it
        History.objects.create(task=one, at=NOW, after=Status.BUFFERED, reason="submitted", by=one.submitted_by)
    else:
        assert not History.objects.exists()
    made = run()
    local = User.objects.get()
    told = [(line.at, line.before, line.after, line.reason, line.by, line.iteration_id) for line in history_of(one)]
    assert told == [
        (NOW, "", "buffered", "submitted", local, None),
        (NOW, "buffered", "scheduled", "selected", None, made.id),
    ]
