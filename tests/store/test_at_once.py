"""Rows that are read in one piece are those that are read one by one."""

import pytest
from django.db import connection

from satselect.store.models import Audit, Task, User
from satselect.store.sql.bulk_insert import insert
from satselect.store.sql.chunks import at_once
from tests.application.buffers import NOW, buffer, task
from tests.store.test_bulk_insert import AWKWARD, FACTS

pytestmark = pytest.mark.usefixtures("database")


def test_whatever_they_hold() -> None:
    user = User.objects.get()
    columns = ("at", "account_id", "user_id", "action", "object_type", "object_id", "facts")
    facts = [fact for fact in FACTS if fact is not None]
    rows = [
        (NOW, user.account_id, user.id, AWKWARD[n % len(AWKWARD)], "b", f"{n}", facts[n % len(facts)])
        for n in range(30)
    ]
    insert(Audit, columns, rows)
    some = Audit.objects.order_by("id").values_list(*columns, "user__account__slug")
    assert list(at_once(some)) == list(some)
    assert len(list(at_once(some))) == len(rows)


def test_ids_and_what_is_unknown() -> None:
    buffer(task("a", "camera"), task("b", "disk"))
    some = Task.objects.order_by("position").values_list("id", "batch_id", "deadline", "satellites", "is_whole_profit")
    assert list(at_once(some)) == list(some)
    assert list(at_once(some.filter(name="none"))) == []


def test_floats_are_refused_where_they_would_be_rounded() -> None:
    buffer(task("a", "camera", profit=0.1 + 0.2))
    some = Task.objects.values_list("profit")
    if connection.vendor == "sqlite":
        with pytest.raises(TypeError):
            at_once(some)
    else:
        assert list(at_once(some)) == [(0.1 + 0.2,)]
