"""Django's tables and all that uses them, imported for processes that get settings of their own only later.

To import it takes a service longer than all else that it begins with. Of settings importing reads what every service
has alike (`READ`). What is made of them, connections, and what apps do when they are ready, is left to each process.
"""

import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pkgutil import walk_packages
from random import Random
from unittest.mock import patch

from django.apps import apps
from django.conf import LazySettings, settings
from django.db import connections
from django.utils.functional import empty

SETTINGS = "satselect.config.settings"
_ROOMS = "admin api application bus console observe store web"  # of STAPI there are several versions
_OF_FEW = "satselect.observe.sentry", "satselect.store.migrations"
"""What only some processes import."""

READ: set[str] = set()
"""The names of the settings that were read."""


def register() -> None:
    """Imports it, and leaves Django as if nobody had set it up."""
    with _settings_of_nobody():
        installed = [*settings.INSTALLED_APPS]
        with patch.object(LazySettings, "__getattr__", _noted(LazySettings.__getattr__)):
            with patch.object(apps, "get_app_configs", list):  # which are asked to be ready
                apps.populate(installed)
            for name in _modules():
                import_module(name)
    connections.__init__()  # type: ignore[misc]
    connections.__dict__.pop("settings", None)
    apps.ready = False
    apps.populate = _get_ready  # type: ignore[assignment, method-assign]
    for chance in _chances():
        os.register_at_fork(after_in_child=chance.seed)  # else all would go the same way


def _get_ready(_: Iterable[object] | None = None) -> None:
    """What is left of `apps.populate`."""
    if not apps.ready:
        for app in apps.get_app_configs():
            app.ready()
        apps.ready = True


@contextmanager
def _settings_of_nobody() -> Iterator[None]:
    """Those of a process whose environment sets none."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("SATSELECT_")}
    with patch.dict(os.environ, own | {"DJANGO_SETTINGS_MODULE": SETTINGS}, clear=True):
        yield
        settings._wrapped = empty
        del sys.modules[SETTINGS]
    time.tzset()  # settings have a time zone, too


def _noted(get: object) -> object:
    def note(asked: LazySettings, name: str) -> object:
        READ.add(name)
        return get(asked, name)  # type: ignore[operator]

    return note


def _modules() -> Iterator[str]:
    for room in _ROOMS.split():
        package = import_module(f"satselect.{room}")
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(_OF_FEW):
                yield module.name


def _chances() -> list[Random]:
    """Of the modules that are imported."""
    own = [module for name, module in sys.modules.items() if name.startswith("satselect.")]
    return [value for module in own for value in vars(module).values() if type(value) is Random]
