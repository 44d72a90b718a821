"""Which iterations exist for a customer, and that they are found without reading those of others."""

import pytest
from django.db import connection
from django.db.models import Q

from satselect.application.access.visibility import visible_iterations
from satselect.application.tasks.submission import Submission
from satselect.application.tasks.submit import submit
from satselect.schemas.tasks import NewTask
from satselect.store.models import Fleet, Iteration, User
from tests.application.buffers import NOW, run, task
from tests.people import user

pytestmark = pytest.mark.usefixtures("database")


def send(who: User, *tasks: NewTask) -> None:
    submit(Submission(fleet="default", account_id=who.account_id, user_id=who.id, tasks=tasks, digest=""), at=NOW)


@pytest.fixture
def people(database: object) -> list[User]:
    """Anna's second task waits for an iteration that considers nothing new, berta's batch has no task, carla is new."""
    anna, berta, carla = (user(name, "customer") for name in ("anna", "berta", "carla"))
    send(anna, task("a", "camera", profit=2), task("b", "camera"))
    run()
    run()
    send(berta)
    run()
    run()
    return [anna, berta, carla]


def test_a_customer_sees_the_iterations_that_considered_or_scheduled_what_is_theirs(people: list[User]) -> None:
    seen = [
        [list(Iteration.objects.order_by("version")).index(each) for each in visible_iterations(who)] for who in people
    ]
    assert [sorted(each) for each in seen] == [[0, 1], [2], []]
    for who in people:
        mine = Q(batches__account=who.account_id) | Q(assignments__task__account=who.account_id)
        assert set(visible_iterations(who)) == set(Iteration.objects.filter(mine))


def test_iterations_are_listed_along_their_index(people: list[User]) -> None:
    wanted = visible_iterations(people[0]).filter(fleet=Fleet.objects.get()).order_by("-version")[:51]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET enable_seqscan = off")  # a small table is read whole otherwise
            cursor.execute("SET enable_bitmapscan = off")
        plan = wanted.explain()
        if connection.vendor == "postgresql":
            cursor.execute("RESET enable_seqscan")
            cursor.execute("RESET enable_bitmapscan")
    assert not [word for word in ("SCAN ", "LIST SUBQUERY", "B-TREE", "Sort", "Seq Scan") if word in plan], plan
