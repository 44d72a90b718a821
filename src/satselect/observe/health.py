"""Whether a process can do its work: for load balancers and supervisors."""

from collections.abc import Mapping
from functools import cache
from typing import Literal

from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor

from satselect.bus.base import Bus
from satselect.engine.readiness import state
from satselect.store.models import Fleet
from satselect.store.sql.sqlite_file import check_files

BusState = Literal["none", "up", "down"]

_watched: list[Bus] = []


def watch_bus(bus: Bus) -> None:
    """Has readiness and metrics tell of the bus, too. Without it there is none."""
    _watched[:] = [bus]


def bus_state() -> BusState:
    """How the bus is."""
    return "none" if not _watched else "up" if _watched[0].is_connected else "down"


def readiness() -> Mapping[str, str]:
    """The state: `ready`, or `degraded` while the bus is down, which delays batches and loses none; and the engine's.

    Raises:
        OperationalError: the database doesn't answer, is not the one that the service works on, or lacks migrations.
    """
    # First of all: SQLite goes on answering from a file that was removed, as long as it has it open.
    check_files()
    connection.ensure_connection()
    _check_migrated()
    try:
        Fleet.objects.exists()  # a database that was dropped and made anew answers, and has no tables
    except ProgrammingError as error:
        raise OperationalError("migrations are missing") from error
    bus = bus_state()
    return {"status": "degraded" if bus == "down" else "ready", "bus": bus, "engine": state().value}


@cache
def _check_migrated() -> None:
    # What is migrated stays so; a failure is not cached.
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise OperationalError("migrations are missing")
