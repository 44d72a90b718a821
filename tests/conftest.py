import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path
from zlib import crc32

import httpx
import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from satselect.engine.warm import get_ready_to_plan
from tests.compiled import Compilations
from tests.databases import (
    FOR_FAULTS,
    KINDS,
    ON_POSTGRESQL,
    OVER_THE_BUS,
    Database,
    Databases,
    folder_for_databases,
    migrated,
)
from tests.faults import Installation, installed
from tests.hashes import FastHasher
from tests.nats_server import NatsName, new_name
from tests.services import NO_TLS, Services
from tests.templates import Templates, room_for_processes

# Compiled code is slow the first time, and a busy machine always. A gate must say the same of the same commit twice.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", PATIENT)
settings.register_profile("gate", PATIENT, derandomize=True)
settings.load_profile("gate" if os.environ.get("CI") else "explore")

_USUAL_TIMEOUT_S = 120


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collects tests without a look for garbage, which is a quarter of it, and keeps them out of all later looks."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One test process more than cores, as one often waits for a clock, where PostgreSQL has room for that."""
    wanted = len(os.sched_getaffinity(0)) + 1
    return min(wanted, room_for_processes() or wanted)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Starts with what asks for more time than is usual: what is long must not be what others wait for at the end."""
    # pytest-django would make its database where the test before left the connection.
    if own := [item.nodeid for item in items if item.get_closest_marker("django_db")]:
        raise pytest.UsageError(f"instead of django_db take the fixture `database`: {', '.join(own)}")
    items.sort(key=lambda item: -_timeout_s(item))


def _timeout_s(item: pytest.Item) -> float:
    marker = item.get_closest_marker("timeout")
    return max(float(marker.args[0]), _USUAL_TIMEOUT_S) if marker else _USUAL_TIMEOUT_S


@pytest.hookimpl(tryfirst=True)  # a process of several has a loop of its own, after which no other is asked
def pytest_runtestloop(session: pytest.Session) -> None:
    """Has the engine ready before the first test: tests have a time limit, and mean the engine that is compiled."""
    if session.items and not session.config.option.collectonly:
        get_ready_to_plan()


@pytest.fixture(scope="session")
def compilations() -> Compilations:
    return Compilations()


@pytest.fixture(autouse=True)
def _nothing_is_compiled(compilations: Compilations) -> Iterator[None]:
    """Two processes that compile a function at the same time may load each other's, for other arguments, and crash."""
    before = compilations.count()
    yield
    assert compilations.count() == before, f"`warm` has to enter this, too; compiled by now: {compilations.names()}"


@pytest.fixture(autouse=True, scope="session")
def _passwords_are_hashed_fast() -> None:
    """In this process: a hash is slow on purpose, and no test is about that. Services hash as they always do."""
    django_settings.PASSWORD_HASHERS = [f"{FastHasher.__module__}.{FastHasher.__qualname__}"]


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Iterator[Databases]:
    with django_db_blocker.unblock():
        shared = tmp_path_factory.getbasetemp()
        if "PYTEST_XDIST_WORKER" in os.environ:  # its folder is one of several of the same test run
            shared = shared.parent
        with folder_for_databases() as own:
            made = Databases(own, Templates(shared, migrated))
            yield made
            made.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs what takes a database on each kind, or on those that its module names as `DATABASES`.

    Only the modules about work that a bus carries name it, too; what no database has a part in runs on one of them.
    """
    if "database" in metafunc.fixturenames:
        kinds = getattr(metafunc.module, "DATABASES", KINDS)
        if not {"service", "guarded"} & set(metafunc.fixturenames):
            kinds = [kind for kind in kinds if kind != OVER_THE_BUS]
        metafunc.parametrize("database", kinds, indirect=True)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Leaves to `make long` what is much the same twice: of tests on PostgreSQL each is inline, or goes over the bus.

    Of cases that cost much (`in_turn`) each is on one database alone.
    """
    if not isinstance(item, pytest.Function) or "database" not in item.fixturenames:
        return
    kinds, kind = getattr(item.module, "DATABASES", KINDS), str(item.callspec.params["database"])
    marker = item.get_closest_marker("in_turn")
    turns = kinds if marker else [one for one in kinds if one in ON_POSTGRESQL]
    if kind in turns and (_number(item, kind) + turns.index(kind)) % len(turns):
        item.add_marker(pytest.mark.long)


def _number(item: pytest.Function, kind: str) -> int:
    """Of its case, as the mark says; or one of which, whatever its cases are called, half are even."""
    marker = item.get_closest_marker("in_turn")
    if marker and marker.args:
        return int(str(item.callspec.params[marker.args[0]]))
    case = [part for part in item.callspec.id.split("-") if part != kind]
    return crc32(" ".join([item.originalname, *case]).encode())


@pytest.fixture
def database(request: pytest.FixtureRequest, databases: Databases) -> Database:
    """An empty database, each kind in turn."""
    is_served = "services" in request.fixturenames
    if is_served:
        request.getfixturevalue("services").end_unused()
    return databases.get(request.param, is_served=is_served)


@pytest.fixture
def migrated_folder(databases: Databases, tmp_path: Path) -> Path:
    """A folder in which an earlier process made its tables: to migrate takes seconds, to copy does not."""
    databases.templates.sqlite(tmp_path / "satselect.sqlite3")
    return tmp_path


@pytest.fixture(scope="session")
def services(databases: Databases) -> Iterator[Services]:
    running = Services()
    yield running
    running.stop()


@pytest.fixture
def installation(databases: Databases, nats_name: NatsName) -> Iterator[Installation]:
    """Processes to start and kill, on an empty database and a bus of their own."""
    with installed(databases.get(FOR_FAULTS).url, nats_name.url) as made:
        yield made


@pytest.fixture
def service(database: Database, services: Services) -> Iterator[httpx.Client]:
    """A client of a running `satselect serve` on that database."""
    with httpx.Client(base_url=services.address(database), timeout=30, verify=NO_TLS) as client:
        yield client


@pytest.fixture
def guarded(database: Database, services: Services) -> Iterator[httpx.Client]:
    """A client, without a key, of a running `satselect serve` that asks for keys."""
    with httpx.Client(base_url=services.address(database, auth="keys"), timeout=30, verify=NO_TLS) as client:
        yield client


@pytest.fixture
def nats_name() -> Iterator[NatsName]:
    """A name on NATS that only this test uses."""
    name = new_name()
    yield name
    name.delete()
