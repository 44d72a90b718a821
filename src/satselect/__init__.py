"""Selects the satellite tasks worth most that fit the resources, proves it, and keeps the rest."""

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

__all__ = [
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
