"""Selects the satellite tasks worth most that fit the resources, proves it, and keeps the rest."""

from typing import TYPE_CHECKING

from satselect._version import __version__
from satselect.selection.errors import (
    CertificateError,
    InvalidCapacityError,
    InvalidProblemError,
    InvalidTaskError,
    SatselectError,
)
from satselect.selection.outcome import Selection
from satselect.selection.problem import Task
from satselect.selection.select import select

if TYPE_CHECKING:
    from satselect.selection.buffer import Buffer

__all__ = [
    "Buffer",
    "CertificateError",
    "InvalidCapacityError",
    "InvalidProblemError",
    "InvalidTaskError",
    "SatselectError",
    "Selection",
    "Task",
    "__version__",
    "select",
]


def __getattr__(name: str) -> object:
    # The buffer's rooms are compiled and take a third of a second to load: only who asks for it waits.
    if name == "Buffer":
        from satselect.selection.buffer import Buffer

        return Buffer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
