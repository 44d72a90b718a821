import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satselect.application.errors import QuotaError
from satselect.application.tasks.change import Report, cancel, fail
from satselect.application.tasks.quotas import quota_of
from satselect.application.tasks.submission import Submission
from satselect.application.tasks.submit import submit
from satselect.store.models import Task, User
from tests.application.buffers import NOW, run, task
from tests.databases import counts
from tests.people import user

pytestmark = pytest.mark.usefixtures("database")


def send(anna: User, number: int, *, limit: int) -> None:
    tasks = [task(f"{n}", "camera", max_attempts=9) for n in range(number)]
    submit(
        Submission(fleet="default", account_id=anna.account_id, user_id=anna.id, tasks=tasks, digest="", quota=limit),
        at=NOW,
    )


def test_as_many_as_the_limit_fit_and_one_more_stores_nothing() -> None:
    anna, berta = user("anna", "customer"), user("berta", "customer")
    send(anna, 3, limit=5)
    send(anna, 2, limit=5)
    before = counts()
    with pytest.raises(QuotaError, match="5 of your tasks are buffered, and 1 more are over the limit of 5"):
        send(anna, 1, limit=5)
    assert counts() == before
    send(anna, 0, limit=5)
    send(berta, 5, limit=5)


def test_what_left_the_buffer_makes_room() -> None:
    anna = user("anna", "customer")
    send(anna, 5, limit=5)
    run()
    for waiting in Task.objects.filter(status="buffered")[:2]:
        cancel(waiting, Report(anna, NOW))
    send(anna, 3, limit=5)
    with pytest.raises(QuotaError):
        send(anna, 1, limit=5)


def test_a_task_that_is_tried_again_counts_again() -> None:
    anna = user("anna", "customer")
    send(anna, 2, limit=5)
    run()
    send(anna, 3, limit=5)
    fail(Task.objects.get(status="scheduled"), Report(anna, NOW))
    assert User.objects.get(id=anna.id).buffered_at_most == 6  # 5 are there; it is never too low
    with pytest.raises(QuotaError):
        send(anna, 1, limit=5)


def test_a_limit_that_was_lowered_holds() -> None:
    anna = user("anna", "customer")
    send(anna, 5, limit=5)
    with pytest.raises(QuotaError):
        send(anna, 1, limit=2)


def test_tasks_are_counted_only_when_the_estimate_says_they_do_not_fit() -> None:
    anna = user("anna", "customer")
    send(anna, 1, limit=100)
    with CaptureQueriesContext(connection) as queries:
        send(anna, 1, limit=100)
    # Of what the server has prepared by now, its client keeps no text; what counts tasks is asked by the ORM.
    statements = [query["sql"].lower() for query in queries if query["sql"]]
    assert not [sql for sql in statements if "count(" in sql and "store_task" in sql]


def test_customers_have_the_usual_limit_and_operators_none_unless_one_is_set() -> None:
    people = [user(role, role) for role in ("customer", "operator", "admin")]
    assert [quota_of(each, usual=7) for each in people] == [7, None, None]
    for each in people:
        each.buffered_limit = 3
    assert [quota_of(each, usual=7) for each in people] == [3, 3, 3]
