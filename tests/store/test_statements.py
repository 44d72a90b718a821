"""What is asked without the ORM is what the ORM would find, whatever is in it."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satselect.application.access.keys import local_user
from satselect.store.models import Assignment, Batch, Iteration, Task, User
from satselect.store.queries.tasks.task_facts import facts_of, scheduled_by
from satselect.store.queries.uses import uses_of
from satselect.store.sql.statements import ask, change, columns_of, row_in
from tests.application.buffers import NOW, buffer, run, task

pytestmark = pytest.mark.usefixtures("database")

MOMENT = datetime(2199, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)


def test_a_list_of_any_length_is_one_value() -> None:
    buffer(*(task(f"t{n}", "a") for n in range(30)))
    ids = dict(Task.objects.values_list("name", "id"))
    found = ask("SELECT name FROM store_task WHERE id {among:uuid} ORDER BY position", [ids["t3"], uuid4(), ids["t1"]])
    assert found == [("t1",), ("t3",)]
    assert len(ask("SELECT name FROM store_task WHERE name {among:text}", [*ids, *map(str, range(2000))])) == 30
    assert ask("SELECT name FROM store_task WHERE id {among:uuid}", []) == []


def test_times_and_ids_are_sent_as_they_are_stored() -> None:
    buffer(task("x", "a", deadline=MOMENT), task("y", "a"))
    id = Task.objects.get(name="x").id
    assert change("UPDATE store_task SET updated = %s WHERE id = %s AND deadline <= %s", NOW, id, MOMENT) == 1
    assert change("UPDATE store_task SET updated = %s WHERE id = %s AND deadline < %s", NOW, id, MOMENT) == 0
    assert Task.objects.get(name="x").updated == NOW


@pytest.mark.parametrize("model", [Assignment, Batch, Iteration, Task, User])
def test_a_row_is_that_of_the_orm(model: type[Task]) -> None:
    buffer(task("x", "a", payload={"b": [1, None]}, deadline=MOMENT, satellites=["default"]), task("y", "a", profit=9))
    run()
    for expected in model.objects.all():
        (row,) = ask(
            f"SELECT {columns_of(model, 'one')} FROM {model._meta.db_table} AS one WHERE id = %s",  # noqa: S608
            expected.pk,
        )
        found = row_in(model, row)
        values = ({name: value for name, value in vars(one).items() if name != "_state"} for one in (found, expected))
        mine, theirs = values
        assert mine == theirs
        assert {name: type(value) for name, value in mine.items()} == {n: type(v) for n, v in theirs.items()}


def test_everybody_is_the_local_user_where_no_keys_are_asked_for() -> None:
    assert local_user() == User.objects.get(username="local")


_OWN = (
    *("id", "name", "profit", "is_whole_profit", "satellites", "not_before", "deadline", "max_attempts", "payload"),
    *("reference", "status", "created", "updated", "attempts", "is_timed", "duration_ms", "deliver_by"),
    *("window_starts", "window_ends"),
)


def told(id: UUID) -> dict[str, object]:
    """What the ORM says of a task, by name."""
    row = Task.objects.select_related("fleet").get(id=id)
    live = Assignment.objects.select_related("satellite").filter(task=id, is_live=True).first()
    facts: dict[str, object] = {name: getattr(row, name) for name in _OWN}
    facts |= {"fleet": row.fleet.slug, "frozen_s": row.fleet.frozen_s, "satellite": live and live.satellite.slug}
    facts |= {name: live and getattr(live, name) for name in ("iteration_id", "starts", "ends")}
    return facts | {"uses": uses_of([id])[id]}


def test_facts_of_tasks_are_those_of_the_tables() -> None:
    sent = [
        task("x", "b", "a", profit=9, payload={"é": [1, {"n": None}]}, reference="order 7", deadline=MOMENT),
        task("y", "a", profit=2.5, satellites=["default"], not_before=MOMENT),
        task("nothing", profit=0),
    ]
    buffer(*sent)
    iteration = run()
    ids = list(Task.objects.order_by("-position").values_list("id", flat=True))
    found = facts_of([*ids, uuid4()])
    assert [one._asdict() for one in found] == [told(id) for id in ids]
    scheduled = Task.objects.filter(assignments__iteration=iteration).order_by("-profit", "batch_seq", "position")
    assert [one.id for one in scheduled_by(iteration.id)] == [row.id for row in scheduled]


def test_an_account_is_told_of_its_own_tasks_only() -> None:
    buffer(task("x", "a"), task("y", "b"))
    iteration = run()
    account = User.objects.get(username="local").account_id
    assert len(scheduled_by(iteration.id, account)) == 2
    assert scheduled_by(iteration.id, account + 1) == []


def test_it_takes_two_statements_however_many_tasks() -> None:
    buffer(*(task(f"t{n}", f"r{n}") for n in range(30)))
    iteration = run()
    with CaptureQueriesContext(connection) as queries:
        assert len(scheduled_by(iteration.id)) == 30
    assert len(queries) == 2
