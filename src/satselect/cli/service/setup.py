"""What the commands that work on the service's database share: Django set up, tables up to date."""

import gc
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from time import monotonic

from satselect.cli.service.end import count_down
from satselect.cli.terminal.telling import in_one, tell

log = logging.getLogger(__name__)

SWITCH_S = 0.0005
"""So long a thread keeps the interpreter while others want it, not Python's five milliseconds: a small request gives it
away at each of its many statements, and would wait that long for it each time while a large one is read or stored."""

GARBAGE_AFTER = 10_000
"""New objects after which the youngest are looked through: a large batch is hundreds of thousands that all stay."""

DONE, FAILED, WRONG_INPUT = 0, 1, 2


def set_up(database: str | None, *, host: str | None = None, bus: str | None = None, migrates: bool = True) -> int:
    """Makes Django ready. Gives the exit code if that fails, after saying why.

    Args:
        database: its URL; None leaves it to `SATSELECT_DATABASE_URL`.
        host: the address to answer on; None leaves it to `SATSELECT_HOST`.
        bus: its URL; None leaves it to `SATSELECT_BUS_URL`.
        migrates: whether to bring the tables up to date.
    """
    try:
        import django
        from django.core.exceptions import ImproperlyConfigured
    except ImportError as error:
        return fail(f"the service needs {error.name}: pip install 'satselect[server]'", code=WRONG_INPUT)
    os.environ["DJANGO_SETTINGS_MODULE"] = "satselect.config.settings"
    sys.setswitchinterval(SWITCH_S)
    given = {"SATSELECT_HOST": host, "SATSELECT_DATABASE_URL": database, "SATSELECT_BUS_URL": bus}
    # All settings come from the environment: what an option says stands there before Django reads them.
    os.environ.update((name, value) for name, value in given.items() if value is not None)
    try:
        django.setup()
    except ImproperlyConfigured as error:
        return fail(str(error), code=WRONG_INPUT)
    return migrate() if migrates else DONE


@contextmanager
def engine_ready() -> Iterator[None]:
    """Loads the engine; what is not compiled of it yet is compiled beside, for as long as this lasts.

    Until then the process selects without compiled code, and a fleet that plans waits.
    """
    from satselect.engine.loaded import keep_little
    from satselect.engine.warm import get_ready, is_cached, is_cached_to_plan

    if may_select := is_cached():
        get_ready()
    keep_little()  # of what is loaded later, too; what is garbage by now is collected
    gc.freeze()  # what is loaded stays: looking through it for garbage would stop all threads for a tenth of a second
    gc.set_threshold(GARBAGE_AFTER, *gc.get_threshold()[1:])
    with nullcontext() if may_select and is_cached_to_plan() else _compiling(is_for_selecting=not may_select):
        yield


@contextmanager
def _compiling(*, is_for_selecting: bool) -> Iterator[None]:
    from satselect.engine.beside import Beside

    if is_for_selecting:
        tell("the engine is compiled beside, once on a machine; selections are made without it until then")
    begun = monotonic()

    def told(is_done: bool) -> None:
        if is_done and is_for_selecting:
            log.info("engine.compiled", extra={"duration_s": round(monotonic() - begun, 1)})
        elif not is_done and not is_over:
            log.error("engine.not_compiled")

    log.info("engine.compiling", extra={"part": "selecting" if is_for_selecting else "planning"})
    compiling, is_over = Beside(told), []
    try:
        yield
    finally:
        is_over.append(True)
        compiling.stop()


def open_machine_room(is_alive: Callable[[], bool] = lambda: True) -> int:
    """Answers probes and scrapes on a port of their own, if one is set. Gives the exit code if that fails."""
    from django.conf import settings

    from satselect.observe import machines

    host, port = settings.SATSELECT_METRICS_HOST, settings.SATSELECT_METRICS_PORT
    if port is None:
        return DONE
    try:
        machines.open_machine_room(port, host=host, is_alive=is_alive)
    except OSError as error:
        return fail(f"can't answer on {host}, port {port}: {error.strerror}", code=FAILED)
    return DONE


def end_soon() -> None:
    """The process is asked to end: what is under way ends with what it has, and the process in any case.

    Whatever it is still at then is as if it had been killed: what was accepted is kept, and settled by another one.
    """
    from satselect.web.runtime import runtime

    runtime().shutdown.begin()
    count_down()


def fail(message: str, *, code: int) -> int:
    """The exit code, after saying why, each fault in a line."""
    tell(*message.splitlines())
    return code


@contextmanager
def work_beside(*, searches: bool = True) -> Iterator[None]:
    """Does what is done without being asked, for as long as this lasts; searches only where no others do them."""
    from django.conf import settings
    from django.utils import timezone

    from satselect.application.maintenance.housekeeping import keep_house
    from satselect.application.ordering.searches.working import work_off_searches
    from satselect.application.webhooks.delivery_worker import deliver
    from satselect.web.runtime import runtime

    house, delivery_worker = keep_house(timezone.now), None
    stop_searches = work_off_searches(timezone.now, runtime().shutdown, runtime().plan_prices) if searches else None
    if settings.SATSELECT_WEBHOOKS != "off":
        delivery_worker = deliver(timezone.now, allows_private=settings.SATSELECT_WEBHOOKS == "private")
    try:
        yield
    finally:
        house.set()
        if stop_searches:
            stop_searches()
        if delivery_worker:
            delivery_worker.stop()


def migrate() -> int:
    """Brings the tables up to date. Gives the exit code if that fails, after saying why."""
    from django.core.management import call_command
    from django.core.management.sql import emit_post_migrate_signal
    from django.db import DEFAULT_DB_ALIAS, DatabaseError

    from satselect.store.sql.migrating import is_migrated, one_migrates

    try:
        with one_migrates():
            if is_migrated():  # a fifth of what it takes to begin: the command loads them all to see that
                emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
            else:
                call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        return fail(f"can't use the database: {in_one(error)}", code=FAILED)
    return DONE
