"""Checks every answer in exact arithmetic, trusting no solver."""

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

import numpy as np

from satselect.selection.answer import Answer, Proof
from satselect.selection.errors import CertificateError
from satselect.selection.presolve import Part
from satselect.selection.price import bound
from satselect.selection.problem import Problem, Task


def check_answer(part: Part, answer: Answer) -> None:
    """Lets the answer for a part pass that fits, and whose bound holds as far as it can be recomputed.

    Raises:
        CertificateError: says what does not hold.
    """
    chosen = part.rows.take(answer.columns)
    used = np.zeros(len(part.capacities), np.int64)
    np.add.at(used, chosen.resources, chosen.amounts)
    if len(np.unique(answer.columns)) < len(answer.columns):
        raise CertificateError("a column is chosen twice")
    if (used > part.capacities).any():
        raise CertificateError("a resource is used above its capacity")
    if answer.bound < answer.profit(part):
        raise CertificateError("the selection earns more than its bound")
    if answer.proof is Proof.DUALITY and answer.bound < bound(part, answer.y):
        raise CertificateError("the prices don't prove the bound")


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
