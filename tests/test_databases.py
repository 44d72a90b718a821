"""A test finds what it would find in a new database, whatever ran before it."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, connection

from satselect.observe.fleets import OTHER, fleet_name
from satselect.store.models import Account, Audit, Fleet, Role, User
from satselect.web.runtime import runtime
from tests.databases import Database, Databases, connect, drop, names_of_tables
from tests.people import user


def rows() -> dict[str, list[dict[str, Any]]]:
    """Table to its rows, in some order, without ids and when they were made."""
    found = {}
    with connection.cursor() as cursor:
        for table in names_of_tables():
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - own tables
            names = [column.name if hasattr(column, "name") else column[0] for column in cursor.description or ()]
            some = [
                {name: value for name, value in zip(names, row, strict=True) if not varies(name)}
                for row in cursor.fetchall()
            ]
            found[table] = sorted(some, key=repr)
    return found


def varies(column: str) -> bool:
    return column in {"id", "partition", "created", "date_joined", "applied"} or column.endswith("_id")


def test_it_has_the_rows_of_a_new_one(database: Database, databases: Databases, tmp_path: Path) -> None:
    user("somebody", role=Role.OPERATOR)
    Fleet.objects.update(name="another", seq=7)
    SessionStore().create()
    Group.objects.create(name="some")
    databases.get(database.kind)
    left = rows()
    assert {table for table, found in left.items() if found and table.startswith("store_")} == {
        "store_account",
        "store_fleet",
        "store_satellite",
        "store_user",
    }
    new = Databases(tmp_path, databases.templates).create(database.kind, "_new")
    connect(new)
    try:
        assert rows() == left
    finally:
        drop(new)


def test_what_refers_to_what_is_as_in_a_new_one(database: Database, databases: Databases) -> None:
    databases.get(database.kind)
    assert User.objects.get().account == Account.objects.get()
    assert [satellite.slug for satellite in Fleet.objects.get().satellites.all()] == ["default"]


def test_ids_are_others_than_before(database: Database, databases: Databases) -> None:
    before = Fleet.objects.get().pk
    databases.get(database.kind)
    assert Fleet.objects.get().pk > before  # what a process keeps of a fleet it keeps by its id


def test_a_process_keeps_nothing_of_the_database_before(database: Database, databases: Databases) -> None:
    id, before = Fleet.objects.get().pk, runtime()
    Fleet.objects.update(slug="before")
    assert fleet_name(id) == "before"
    databases.get(database.kind)
    assert runtime() is not before
    assert fleet_name(id) == OTHER  # another database may have a fleet of that id


def test_the_audit_is_guarded_again(database: Database, databases: Databases) -> None:
    user("somebody", role=Role.OPERATOR)
    databases.get(database.kind)
    assert not Audit.objects.exists()
    user("somebody", role=Role.OPERATOR)
    with pytest.raises(DatabaseError, match="never changed"):
        Audit.objects.all().delete()
