"""What is done without being asked goes on, whatever becomes of one round of it."""

from threading import Event as Signal

import pytest
from django.db import OperationalError, connection

from satselect.application.dispatch.sweeper import Sweeper
from satselect.application.errors import StaleError
from satselect.application.maintenance import housekeeping
from satselect.application.maintenance.housekeeping import expire, repeat
from satselect.store.models import Task
from tests.application.buffers import NOW, buffer, task
from tests.application.constellations import constellation
from tests.databases import Database


def test_work_that_breaks_is_done_again() -> None:
    rounds: list[int] = []
    is_done = Signal()

    def work() -> None:
        rounds.append(1)
        if len(rounds) < 3:
            raise RuntimeError
        is_done.set()

    stop = repeat(work, every_s=0.01, name="test")
    assert is_done.wait(30)
    stop.set()


def test_who_looks_again_keeps_its_file_and_after_a_failure_opens_it_anew(database: Database) -> None:
    """On SQLite; on PostgreSQL the connection goes back each time, for others."""
    found: list[object] = []
    is_done = Signal()

    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        found.append(connection.connection)
        if len(found) == 3:
            raise OperationalError
        if len(found) == 4:
            is_done.set()

    stop = repeat(work, every_s=0.01, name="test")
    assert is_done.wait(30)
    stop.set()
    is_kept = database.kind == "sqlite"
    assert [found[0] is found[1], found[1] is found[2], found[2] is found[3]] == [is_kept, is_kept, False]


@pytest.mark.usefixtures("database")
def test_a_batch_that_breaks_the_engine_keeps_no_other_fleet_from_being_swept() -> None:
    slugs = ["default", "second", "third"]
    for slug in slugs[1:]:
        constellation({"one": {"camera": 1}}, slug=slug)
    for slug in slugs:
        buffer(task("a", "camera"), fleet=slug)
    seen: list[int] = []

    def settle(fleet_id: int, *, is_retry: bool) -> list[object]:
        seen.append(fleet_id)
        raise RuntimeError

    sweeper = Sweeper()
    for _ in range(2):
        sweeper.settle_stuck(settle)  # type: ignore[arg-type]
    assert len(seen) == len(slugs)


@pytest.mark.usefixtures("database")
def test_a_fleet_that_moved_on_keeps_no_other_from_expiring(monkeypatch: pytest.MonkeyPatch) -> None:
    constellation({"one": {"camera": 1}}, slug="second")
    for slug in ("default", "second"):
        buffer(task(slug, "camera", deadline=NOW), fleet=slug)
    record = housekeeping._record_overdue
    refused: list[int] = []

    def record_once(fleet_id: int, *facts: object) -> None:
        if not refused:
            refused.append(fleet_id)
            raise StaleError
        record(fleet_id, *facts)  # type: ignore[arg-type]

    monkeypatch.setattr(housekeeping, "_record_overdue", record_once)
    later = NOW.replace(hour=NOW.hour + 1)
    assert (expire(at=later), expire(at=later)) == (1, 1)
    assert set(Task.objects.values_list("status", flat=True)) == {"expired"}
