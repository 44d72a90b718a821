"""What PostgreSQL has planned once is planned again before tables are much larger than they were then."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import psycopg
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from satselect.store.models import Batch, Fleet, Signature
from satselect.store.queries.buffer.heads import heads
from satselect.store.sql import bulk_insert, statements
from satselect.store.sql.bulk_insert import insert
from satselect.store.sql.chunks import in_parts
from satselect.store.sql.ids import new_id
from satselect.store.sql.statements import ask
from tests.application.buffers import NOW, buffer, task
from tests.databases import Database

DATABASES = ["postgresql"]
pytestmark = pytest.mark.usefixtures("database")

LOOK_UP = "SELECT digest FROM store_signature WHERE id {among:bigint}"
MANY = 20_000
BEGIN_S = 1000.0


def plan_of(words: str, *values: str) -> str:
    """How PostgreSQL does the prepared statement that has these words, as it stands by now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE strpos(statement, %s) > 0", [words])
        ((name,),) = cursor.fetchall()
        cursor.execute(f"EXPLAIN EXECUTE {name}({', '.join(['%s'] * len(values))})", values)
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.fixture
def only(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The id of a signature, looked up until that is prepared, and planned while there is no other one."""
    growth = statements.Growth()  # as if the process had stored nothing before
    monkeypatch.setattr(statements, "GROWTH", growth)
    monkeypatch.setattr(bulk_insert, "GROWTH", growth)
    monkeypatch.setattr(statements, "monotonic", lambda: BEGIN_S)
    buffer(task("x", "a"))
    id = Signature.objects.get().id
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (FULL, ANALYZE) store_signature")  # or it keeps the pages of the test before
    connection.close()
    for _ in range(4):
        assert len(ask(LOOK_UP, [id])) == 1
    assert "Seq Scan" in plan_of("SELECT digest FROM", "{1}")
    yield id
    connection.close()  # the usual one knows nothing of what was prepared here


def rows() -> Sequence[tuple[object, ...]]:
    """Many signatures more."""
    fleet = Fleet.objects.get()
    return [(fleet.id, f"digest {number}", {}, None, False) for number in range(MANY)]


COLUMNS = ("fleet_id", "digest", "amounts", "satellites", "is_timed")


def test_when_this_process_stored_many_rows(only: int) -> None:
    insert(Signature, COLUMNS, rows())
    ask(LOOK_UP, [only])
    assert "store_signature_pkey" in plan_of("SELECT digest FROM", "{1}")


def test_when_this_process_stored_them_a_few_at_a_time(only: int) -> None:
    for part in in_parts(rows(), size=400):
        insert(Signature, COLUMNS, part)
        ask(LOOK_UP, [only])
    assert "store_signature_pkey" in plan_of("SELECT digest FROM", "{1}")


def test_after_some_seconds_whoever_stored_them(only: int, monkeypatch: pytest.MonkeyPatch) -> None:
    Signature.objects.bulk_create(Signature(**dict(zip(COLUMNS, row, strict=True))) for row in rows())
    monkeypatch.setattr(statements, "monotonic", lambda: BEGIN_S + statements.PLANNED_AGAIN_S + 0.1)
    with CaptureQueriesContext(connection) as queries:
        ask(LOOK_UP, [only])
    assert len(queries) == 1, "what was done besides nobody asked for"
    assert "store_signature_pkey" in plan_of("SELECT digest FROM", "{1}")


def test_heads_do_not_read_the_batches_that_are_done() -> None:
    fleet, account = Fleet.objects.get(), buffer(task("x", "a")).account_id
    done = Batch.State.DONE.value
    rows = ((new_id(NOW), account, fleet.id, seq, "", done, 0, timezone.now()) for seq in range(10, 10 + MANY))
    insert(Batch, ("id", "account_id", "fleet_id", "seq", "digest", "state", "attempts", "created"), rows)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    find = partial(heads, fleet.id, {Signature.objects.get().id: 1}, last_seq=1, at=NOW, is_ageing=False)
    for _ in range(4):
        assert len(find()) == 1
    plan = plan_of("CROSS JOIN LATERAL", "{1}", "{1}", str(fleet.id), "1", NOW.isoformat())
    assert "batch_in_state" in plan, plan


def test_a_column_of_another_type_fails_once_in_a_process(database: Database) -> None:
    """As a migration changes it while processes of the version before go on."""
    question = "SELECT name FROM changing"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE changing (name varchar(200))")
        parameters = cursor.connection.info.dsn
    try:
        with ThreadPoolExecutor(1) as elsewhere, psycopg.connect(parameters, autocommit=True) as migrating:
            for ask_in in (ask, partial(lambda *given: elsewhere.submit(ask, *given).result())):
                for _ in range(4):
                    assert ask_in(question) == []
            migrating.execute("ALTER TABLE changing ALTER COLUMN name TYPE varchar(400)")
            with pytest.raises(OperationalError):
                ask(question)
            for _ in range(4):
                assert ask(question) == []
                assert elsewhere.submit(ask, question).result() == []
            elsewhere.submit(lambda: connection.close()).result()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE changing")
