from collections.abc import Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings

from tests.console.browsers import chromium, opened_page
from tests.console.worlds import PASSWORD, World, make_world
from tests.databases import TO_LOOK_AT, Database, Databases
from tests.services import Services

expect.set_options(timeout=30_000)  # on a busy machine everything takes its time


@pytest.fixture
def world(database: Database, settings: Settings) -> World:
    # The usual hash takes most of a second, on purpose.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return make_world()


@pytest.fixture
def keys_asked(settings: Settings) -> None:
    """Nobody is the local operator without saying so."""
    settings.SATSELECT_AUTH = "keys"


@pytest.fixture
def as_(world: World, keys_asked: None) -> "SignIn":
    """A function that gives a client of somebody who has signed in."""
    return SignIn()


class SignIn:
    def __call__(self, name: str) -> Client:
        client = Client(headers={"Accept": "text/html"})
        assert client.login(username=name, password=PASSWORD)
        return client


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def open_world(databases: Databases) -> World:
    databases.get(TO_LOOK_AT)
    return make_world(signing_in=())


@pytest.fixture
def address(services: Services, databases: Databases) -> str:
    return services.address(databases.get(TO_LOOK_AT))


@pytest.fixture
def page(browser: Browser, address: str, open_world: World) -> Iterator[Page]:
    """A page of the local operator, watched."""
    yield from opened_page(browser, address, 1440, "light")
