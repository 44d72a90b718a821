"""What the commands that work on the service's database share: Django set up, tables up to date."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from satselect.cli.end import count_down

SWITCH_S = 0.0005
"""So long a thread keeps the interpreter while others want it, not Python's five milliseconds: a small request gives it
away at each of its many statements, and would wait that long for it each time while a large one is read or stored."""

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
    os.environ.update((name, value) for name, value in given.items() if value is not None)
    try:
        django.setup()
    except ImproperlyConfigured as error:
        return fail(str(error), code=WRONG_INPUT)
    return migrate() if migrates else DONE


def make_engine_ready() -> None:
    """Loads the engine, or compiles it. An interruption meanwhile ends the process: nothing is under way yet."""
    from satselect.selection.warm import get_ready

    print("satselect: making the engine ready; the first time takes up to a minute", file=sys.stderr)
    # The compiler would take the exception for one of its own.
    before = signal.signal(signal.SIGINT, lambda *_: os._exit(FAILED))
    try:
        get_ready()
    finally:
        signal.signal(signal.SIGINT, before)


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
    from satselect.scheduling.ending import end

    end()
    count_down()


def fail(message: str, *, code: int) -> int:
    """The exit code, after saying why."""
    print(f"satselect: {message}", file=sys.stderr)
    return code


@contextmanager
def work_beside() -> Iterator[None]:
    """Does what is done without being asked, for as long as this lasts."""
    from django.conf import settings

    from satselect.scheduling.upkeep.housekeeping import keep_house
    from satselect.scheduling.webhooks.postman import deliver

    house, postman = keep_house(), None
    if settings.SATSELECT_WEBHOOKS != "off":
        postman = deliver(allows_private=settings.SATSELECT_WEBHOOKS == "private")
    try:
        yield
    finally:
        house.set()
        if postman:
            postman.stop()


def migrate() -> int:
    """Brings the tables up to date. Gives the exit code if that fails, after saying why."""
    from django.core.management import call_command
    from django.db import DatabaseError

    from satselect.store.migrating import one_migrates

    try:
        with one_migrates():
            call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        return fail(f"can't use the database: {str(error).strip()}", code=FAILED)
    return DONE
