"""`satselect worker`: settles what is submitted to the services on the same database and bus."""

import argparse
import logging
import os

from satselect.cli.service.end import ends_in_time
from satselect.cli.service.setup import (
    FAILED,
    WRONG_INPUT,
    end_soon,
    engine_ready,
    fail,
    open_machine_room,
    set_up,
    work_beside,
)
from satselect.cli.terminal.telling import in_one


def run(given: argparse.Namespace) -> int:
    """Works until it is told to stop. Gives the exit code: 0 done, 1 the database was lost, 2 wrong settings."""
    with ends_in_time():
        return _run(given)


def _run(given: argparse.Namespace) -> int:
    if code := set_up(given.database, bus=given.bus, migrates=False):
        return code
    from django.conf import settings

    if not settings.SATSELECT_BUS_URL:
        return fail("a worker needs a bus: --bus nats://host:port, or SATSELECT_BUS_URL", code=WRONG_INPUT)
    if code := _check_tables():
        return code
    from satselect.bus import connect
    from satselect.observe.health import watch_bus
    from satselect.web.runtime import runtime
    from satselect.worker.run import run as work

    try:
        bus = connect(settings.SATSELECT_BUS_URL)
    except ImportError as error:
        return fail(f"the bus needs {error.name}: pip install 'satselect[scale]'", code=WRONG_INPUT)
    watch_bus(bus)
    if code := open_machine_room():
        return code
    with engine_ready(), work_beside():
        code = work(
            database=settings.ENVIRONMENT.database_url,
            bus=bus,
            planner=runtime().planner,
            threads=settings.ENVIRONMENT.worker_threads,
            on_stop=end_soon,
        )
    if code:
        logging.shutdown()
        os._exit(code)  # a thread may wait for a database that is gone, and nothing it holds is worth waiting for
    return code


def _check_tables() -> int:
    """The exit code if the tables aren't what they should be. A worker does not migrate: several start at once."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return fail(f"can't use the database: {in_one(error)}", code=FAILED)
    finally:
        connection.close()
    if missing:
        return fail("the database lacks migrations: start satselect serve first, or django-admin migrate", code=FAILED)
    return 0
