"""A session of PostgreSQL that goes on from test to test tells nothing of the test before."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from satselect.store.sql.statements import ask
from tests.databases import Database, Databases

DATABASES = ["postgresql"]

LOCK = "SELECT 1 FROM pg_advisory_lock(20261130)"
LOCKS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 20261130"


def test_what_was_prepared_is_forgotten(database: Database, databases: Databases) -> None:
    for _ in range(5):
        ask("SELECT count(*) FROM store_fleet")
    assert ask("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%store_fleet'") == [(1,)]
    databases.get(database.kind)
    assert ask("SELECT count(*) FROM pg_prepared_statements") == [(0,)]
    with CaptureQueriesContext(connection) as queries:
        ask("SELECT count(*) FROM store_fleet")
    assert [query["sql"] for query in queries] == ["SELECT count(*) FROM store_fleet"]  # Django sees none once prepared


def test_what_was_set_and_locked_is_forgotten(database: Database, databases: Databases) -> None:
    ask("SHOW plan_cache_mode")
    ask("SELECT set_config('statement_timeout', '1234', false)")
    ask(LOCK)
    databases.get(database.kind)
    assert ask("SHOW statement_timeout") == [("0",)]
    assert ask("SHOW plan_cache_mode") == [("force_generic_plan",)]
    assert ask(LOCKS) == [(0,)]


def test_it_is_the_same_one(database: Database, databases: Databases) -> None:
    (before,) = ask("SELECT pg_backend_pid()")
    databases.get(database.kind)
    assert ask("SELECT pg_backend_pid()") == [before]


def test_one_that_is_left_in_a_transaction_is_not(database: Database, databases: Databases) -> None:
    (before,) = ask("SELECT pg_backend_pid()")
    connection.set_autocommit(False)
    ask(LOCK)
    databases.get(database.kind)
    assert ask("SELECT pg_backend_pid()") != [before]
    assert ask(LOCKS) == [(0,)]
