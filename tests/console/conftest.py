import pytest
from django.test import Client
from pytest_django import Settings

from tests.console.worlds import PASSWORD, World, make_world
from tests.databases import Database


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
