"""Pages of a buffer: each task once, in order, whatever the order; and the same tasks as a plain look finds."""

import random
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from satselect.console.reading.tasks.buffered import Wanted, read_buffered
from satselect.console.reading.tasks.reasons import rows_for
from satselect.console.reading.tasks.sorts import PAGE, SORTS
from satselect.store.models import Fleet, Iteration, Task, User
from satselect.store.queries.uses import uses_of
from tests.application.buffers import NOW, buffer, run, task

pytestmark = pytest.mark.usefixtures("database")
COUNT = 3 * PAGE + 18


@pytest.fixture
def many(database: object) -> list[Task]:
    """Many tasks that wait, with equal profits and deadlines among them."""
    chance = random.Random(5)
    for _ in range(3):
        buffer(
            *[
                task(
                    f"task {number}",
                    *chance.sample(["a", "b", "c", "d", "e"], chance.randint(1, 3)),
                    profit=chance.randint(0, 9),
                    deadline=NOW + timedelta(hours=chance.randint(1, 5)),
                )
                for number in range(COUNT // 3)
            ]
        )
    return list(Task.objects.all())


def pages(**wanted: str) -> list[list[Task]]:
    """All of them, following each to the next."""
    found, after = [], ""
    while True:
        page, following = read_buffered(User.objects.get(), Fleet.objects.get(), Wanted(**wanted, after=after))
        found.append(list(page))
        if following is None:
            return found
        after = following


KEYS = {
    "profit": lambda task: (-task.profit, task.batch_seq, task.position),
    "deadline": lambda task: (task.deadline, task.id),
    "newest": lambda task: -task.id.int,
    "oldest": lambda task: task.id.int,
}


@pytest.mark.parametrize("sort", SORTS)
def test_pages_hold_every_task_once_in_order(many: list[Task], sort: str) -> None:
    found = pages(sort=sort)
    assert [len(page) for page in found[:-1]] == [PAGE] * (len(found) - 1)
    assert [one for page in found for one in page] == sorted(many, key=KEYS[sort])


@pytest.mark.parametrize("resource", ["a", "e", "nobody has it"])
def test_tasks_that_use_a_resource_are_found_through_their_signatures(many: list[Task], resource: str) -> None:
    uses = uses_of([one.id for one in many])
    wanted = [one for one in many if resource in uses[one.id]]
    found = [one for page in pages(sort="profit", resource=resource) for one in page]
    assert found == sorted(wanted, key=KEYS["profit"])


def test_of_a_name_those_that_use_a_resource_are_found_wherever_they_are(many: list[Task]) -> None:
    uses = uses_of([one.id for one in many])
    using = sorted((one for one in many if "a" in uses[one.id]), key=KEYS["profit"])
    assert len(using) > PAGE + 1
    named = [one for one in using if one.name == using[-1].name]
    found = [one for page in pages(sort="profit", resource="a", name=using[-1].name) for one in page]
    assert found == named
    Task.objects.update(name="same")
    assert [one.id for page in pages(sort="profit", resource="a", name="same") for one in page] == [
        one.id for one in using
    ]


@pytest.mark.parametrize("after", ["", "x", "1~2", "x~1~1", "nan~1~1", "1~1~1~1", "1~99999999999999999999~1"])
def test_a_cursor_that_says_nothing_starts_anew(many: list[Task], after: str) -> None:
    page, _ = read_buffered(User.objects.get(), Fleet.objects.get(), Wanted("profit", after=after))
    assert list(page) == sorted(many, key=KEYS["profit"])[:PAGE]


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00:00", "x"])
def test_a_cursor_at_no_time_starts_anew(many: list[Task], at: str) -> None:
    after = f"{at}~{many[0].id}"
    page, _ = read_buffered(User.objects.get(), Fleet.objects.get(), Wanted("deadline", after=after))
    assert list(page) == sorted(many, key=KEYS["deadline"])[:PAGE]


def test_reasons_take_a_few_queries_however_many_tasks(many: list[Task]) -> None:
    run()
    last = Iteration.objects.get()
    counts = []
    for count in (1, PAGE):
        tasks = list(Task.objects.filter(status="buffered")[:count])
        with CaptureQueriesContext(connection) as queries:
            rows = rows_for(User.objects.get(), tasks, last, at=NOW)
        assert len(rows) == count
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 11


@pytest.mark.parametrize("sort", ["profit", "deadline", "newest", "oldest"])
def test_a_page_is_read_from_an_index(many: list[Task], sort: str) -> None:
    with CaptureQueriesContext(connection) as queries:
        read_buffered(User.objects.get(), Fleet.objects.get(), Wanted(sort))
    (statement,) = [query["sql"] for query in queries if "LIMIT 51" in query["sql"]]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET enable_seqscan = off")  # a small table is read whole otherwise
            cursor.execute("SET enable_sort = off")
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' if connection.vendor == 'sqlite' else ''}{statement}")
        plan = " ".join(str(row) for row in cursor.fetchall())
        if connection.vendor == "postgresql":
            cursor.execute("RESET enable_seqscan")
            cursor.execute("RESET enable_sort")
    assert "task_" in plan
    assert "USE TEMP B-TREE" not in plan
