"""Selects the satellite tasks worth most that fit the resources, proves it, and keeps the rest."""

from importlib import import_module
from typing import TYPE_CHECKING

from satselect._version import __version__
from satselect.engine.problem.errors import (
    CertificateError,
    InvalidArgumentError,
    InvalidCapacityError,
    InvalidProblemError,
    InvalidTaskError,
    SatselectError,
    UnknownTaskError,
)
from satselect.engine.problem.task import Task
from satselect.engine.result.selection import Selection
from satselect.engine.select import select

if TYPE_CHECKING:
    from satselect.client.client import Client
    from satselect.engine.buffer.buffer import Buffer
    from satselect.engine.plan import plan
    from satselect.engine.plan_buffer import PlanBuffer
    from satselect.engine.planning.explanation import TimedExplanation
    from satselect.engine.planning.formulation.setups import Modes, Slew
    from satselect.engine.planning.model import Assignment, Opportunity, Pass, Resource, TimedTask
    from satselect.engine.planning.outcome import Plan
    from satselect.engine.result.explanation import Explanation
    from satselect.orbits.finding import passes

__all__ = [
    "Assignment",
    "Buffer",
    "CertificateError",
    "Client",
    "Explanation",
    "InvalidArgumentError",
    "InvalidCapacityError",
    "InvalidProblemError",
    "InvalidTaskError",
    "Modes",
    "Opportunity",
    "Pass",
    "Plan",
    "PlanBuffer",
    "Resource",
    "SatselectError",
    "Selection",
    "Slew",
    "Task",
    "TimedExplanation",
    "TimedTask",
    "UnknownTaskError",
    "__version__",
    "passes",
    "plan",
    "select",
]


def __getattr__(name: str) -> object:
    # Some rooms are compiled and take a third of a second to load: only who asks for them waits.
    rooms = {
        "Assignment": "engine.planning.model",
        "Buffer": "engine.buffer.buffer",
        "Client": "client.client",
        "Explanation": "engine.result.explanation",
        "Modes": "engine.planning.formulation.setups",
        "Opportunity": "engine.planning.model",
        "Pass": "engine.planning.model",
        "Plan": "engine.planning.outcome",
        "PlanBuffer": "engine.plan_buffer",
        "Resource": "engine.planning.model",
        "Slew": "engine.planning.formulation.setups",
        "TimedExplanation": "engine.planning.explanation",
        "TimedTask": "engine.planning.model",
        "passes": "orbits.finding",
        "plan": "engine.plan",
    }
    if name in rooms:
        return getattr(import_module(f"satselect.{rooms[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
