"""Checks a selection in exact arithmetic, trusting no solver."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from satselect.selection.errors import CertificateError
from satselect.selection.problem import Problem, Task


def check_selection(problem: Problem, selected: Iterable[Task], profit: Fraction, limit: Fraction) -> None:
    """Lets a selection pass that fits the problem as it was given, by name, and earns no more than its bound.

    Raises:
        CertificateError: says what does not hold.
    """
    used: Counter[str] = Counter()
    for task in selected:
        used.update(task.resources)
    for name, amount in used.items():
        if amount > problem.capacities[name]:
            raise CertificateError(f"{name} is used above its capacity: {amount} of {problem.capacities[name]}")
    if profit > limit:
        raise CertificateError("the selection earns more than its bound")
