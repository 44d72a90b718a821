"""Servers of their own for each test of chaos."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from pytest_django import DjangoDbBlocker

from tests.chaos.servers import Nats, Postgres, nats_binary, postgres_binaries
from tests.databases import connect
from tests.templates import MUST_RUN


@pytest.fixture
def postgres(django_db_blocker: DjangoDbBlocker) -> Iterator[Postgres]:
    binaries = postgres_binaries()
    if binaries is None:
        (pytest.fail if MUST_RUN else pytest.skip)("no PostgreSQL server to start")
    server = Postgres(binaries)
    with django_db_blocker.unblock():
        connect(server.url(server.port))
        call_command("migrate", verbosity=0)
        yield server
    server.remove()


@pytest.fixture
def nats() -> Iterator[Nats]:
    binary = nats_binary()
    if binary is None:
        (pytest.fail if MUST_RUN else pytest.skip)("no NATS server to start")
    server = Nats(binary)
    yield server
    server.remove()
