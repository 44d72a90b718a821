"""Many rows are stored as few are, and as the ORM stores one."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from satselect.store.models import Audit, Fleet, History, Signature, Task, User
from satselect.store.sql.bulk_insert import COPIED_FROM, insert, rows_of
from tests.application.buffers import NOW, buffer, task

pytestmark = pytest.mark.usefixtures("database")

AWKWARD = [
    "plain",
    "",
    "tab\there",
    "line\nbreak",
    "back\\slash \\N",
    '{braces, "quotes"}',
    "'",
    "NULL",
    "größer 軌道 🛰",
    "\r",
]
FACTS: list[object] = [{}, [], None, {"a": '\\n\n\t"', "b": [1, 2.5, None, True]}, "text", 0, {"軌道": {}}]
MOMENTS = [NOW, datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), NOW + timedelta(microseconds=1)]


@pytest.mark.parametrize("count", [1, 10, COPIED_FROM - 1, COPIED_FROM, COPIED_FROM + 70])
def test_rows_come_back_as_they_were_given(count: int) -> None:
    user = User.objects.get()
    given = [
        (
            MOMENTS[n % 3],
            user.account_id,
            user.id,
            AWKWARD[n % 10],
            "kind",
            f"{n}",
            FACTS[n % 7] if n % 7 != 2 else {"n": n},
        )
        for n in range(count)
    ]
    columns = ("at", "account_id", "user_id", "action", "object_type", "object_id", "facts")
    insert(Audit, columns, given)
    assert list(Audit.objects.order_by("id").values_list(*columns)) == given


@pytest.mark.parametrize("count", [2, COPIED_FROM])
@pytest.mark.parametrize("are_empty", [True, False])
def test_what_is_not_known_is_null(count: int, are_empty: bool) -> None:
    buffer(task("one", "camera", profit=1))
    id, before = Task.objects.get().id, History.objects.count()
    columns = ("task_id", "at", "before", "after", "reason", "words", "profit", "is_whole_profit", "deadline")
    known = (1e-300 / 3, True, NOW)
    given = [
        (id, NOW, "buffered", "buffered", "edited", "", *((None, None, None) if are_empty or n % 2 else known))
        for n in range(count)
    ]
    insert(History, columns, given)
    assert list(History.objects.order_by("id").values_list(*columns))[before:] == given


@pytest.mark.parametrize("count", [2, COPIED_FROM])
def test_what_the_tables_refuse_is_refused_as_everywhere(count: int) -> None:
    user = User.objects.get()
    columns = ("at", "account_id", "user_id", "action", "object_type", "object_id", "facts")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Audit, columns, [(None, user.account_id, user.id, "a", "b", "c", {})] * count)
    assert not Audit.objects.exists()


def test_others_have_the_interpreter_only_a_few_times_meanwhile() -> None:
    user, times = User.objects.get(), list[int]()

    def counted(
        execute: Callable[..., object], statement: str, parameters: Sequence[object], many: bool, context: object
    ) -> object:
        times.append(len(parameters) if many else 1)
        return execute(statement, parameters, many, context)

    columns = ("at", "account_id", "user_id", "action", "object_type", "object_id", "facts")
    rows = [(NOW, user.account_id, user.id, "a", "b", f"{n}", {"n": n}) for n in range(3 * 128 + 2 * 16 + 5)]
    with connection.execute_wrapper(counted):
        insert(Audit, columns, rows)
    assert sum(times) <= 3 + 2 + 5
    assert list(Audit.objects.order_by("id").values_list(*columns)) == rows


@pytest.mark.parametrize("count", [0, 1, 5, 40])
def test_what_the_database_makes_of_rows_is_told(count: int) -> None:
    fleet = Fleet.objects.get()
    columns = ("fleet_id", "digest", "amounts", "satellites", "is_timed")
    made = rows_of(
        Signature, columns, ((fleet.id, f"digest {number}", {"1": 1}, None, False) for number in range(count))
    )
    told = made.insert_giving("digest", "id")
    assert sorted(told) == sorted(Signature.objects.filter(digest__startswith="digest").values_list("digest", "id"))
    assert len(told) == count
