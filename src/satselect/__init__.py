"""Selects the satellite tasks worth most that fit the resources, proves it, and keeps the rest."""

from importlib import import_module
from typing import TYPE_CHECKING

from satselect._version import __version__
from satselect.selection.errors import (
    CertificateError,
    InvalidArgumentError,
    InvalidCapacityError,
    InvalidProblemError,
    InvalidTaskError,
    SatselectError,
    UnknownTaskError,
)
from satselect.selection.outcome import Selection
from satselect.selection.problem import Task
from satselect.selection.select import select

if TYPE_CHECKING:
    from satselect.client.client import Client
    from satselect.orbits.finding import passes
    from satselect.selection.buffer import Buffer
    from satselect.selection.explain import Explanation

__all__ = [
    "Buffer",
    "CertificateError",
    "Client",
    "Explanation",
    "InvalidArgumentError",
    "InvalidCapacityError",
    "InvalidProblemError",
    "InvalidTaskError",
    "SatselectError",
    "Selection",
    "Task",
    "UnknownTaskError",
    "__version__",
    "passes",
    "select",
]


def __getattr__(name: str) -> object:
    # Some rooms are compiled and take a third of a second to load: only who asks for them waits.
    rooms = {
        "Buffer": "selection.buffer",
        "Client": "client.client",
        "Explanation": "selection.explain",
        "passes": "orbits.finding",
    }
    if name in rooms:
        return getattr(import_module(f"satselect.{rooms[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
