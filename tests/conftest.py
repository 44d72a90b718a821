import os
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from satselect.selection.warm import warm_up
from tests.databases import FOR_FAULTS, OVER_THE_BUS, Database, Databases
from tests.faults import Installation, installed
from tests.nats_server import NatsName, new_name
from tests.services import Services

# Compiled code is slow the first time, and a busy machine always. A gate must say the same of the same commit twice.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", PATIENT)
settings.register_profile("gate", PATIENT, derandomize=True)
settings.load_profile("gate" if os.environ.get("CI") else "explore")

_STARTS_PROCESSES = {"service", "guarded", "services", "installation", "terminal"}


def pytest_runtestloop(session: pytest.Session) -> None:
    """Compiles the engine before the first test of a process that needs it: tests have a time limit."""
    names = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    if names & _STARTS_PROCESSES and not session.config.option.collectonly:
        warm_up()


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Iterator[Databases]:
    with django_db_blocker.unblock():
        made = Databases(tmp_path_factory.mktemp("databases"))
        yield made
        made.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs what takes a database on each kind; what goes through a service, over the bus too.

    A module about what no database and no bus has a part in names those it runs on as `DATABASES`.
    """
    if "database" in metafunc.fixturenames:
        through_service = {"service", "guarded"} & set(metafunc.fixturenames)
        usual = ["sqlite", "postgresql", *([OVER_THE_BUS] if through_service else [])]
        kinds = getattr(metafunc.module, "DATABASES", usual)
        metafunc.parametrize("database", kinds, indirect=True)


@pytest.fixture
def database(request: pytest.FixtureRequest, databases: Databases) -> Database:
    """An empty database, each kind in turn."""
    return databases.get(request.param, is_served="services" in request.fixturenames)


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
    with httpx.Client(base_url=services.address(database), timeout=30) as client:
        yield client


@pytest.fixture
def guarded(database: Database, services: Services) -> Iterator[httpx.Client]:
    """A client, without a key, of a running `satselect serve` that asks for keys."""
    with httpx.Client(base_url=services.address(database, auth="keys"), timeout=30) as client:
        yield client


@pytest.fixture
def nats_name() -> Iterator[NatsName]:
    """A name on NATS that only this test uses."""
    name = new_name()
    yield name
    name.delete()
