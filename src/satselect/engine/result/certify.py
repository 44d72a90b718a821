"""Checks a selection in exact arithmetic, trusting no solver."""

from collections.abc import Collection, Mapping
from fractions import Fraction

from satselect.engine.problem.errors import CertificateError
from satselect.engine.problem.problem import Problem, ResourceKey
from satselect.engine.problem.task import Task


def check_selection(problem: Problem, chosen: Mapping[Task, str | None], profit: Fraction, limit: Fraction) -> None:
    """Lets tasks on their satellites pass that fit the problem as it was given, and earn no more than their bound.

    Raises:
        CertificateError: says what does not hold.
    """
    used: dict[ResourceKey, int] = {}
    for task, satellite in chosen.items():
        for name, amount in _uses(problem, task, satellite).items():
            used[name] = used.get(name, 0) + amount
    for name, amount in used.items():
        if amount > problem.capacities[name]:
            raise CertificateError(f"{name} is used above its capacity: {amount} of {problem.capacities[name]}")
    if profit > limit:
        raise CertificateError("the selection earns more than its bound")


def _uses(problem: Problem, task: Task, satellite: str | None) -> Mapping[ResourceKey, int]:
    """What a task uses on the satellite that it is given to, if it may run there."""
    eligible: Collection[str | None] = {None} if problem.satellites is None else task.satellites or problem.satellites
    try:
        if satellite in eligible:
            return problem.uses(task, satellite)
    except KeyError:
        pass
    raise CertificateError(f"{task.name!r} can't run on {satellite!r}")
