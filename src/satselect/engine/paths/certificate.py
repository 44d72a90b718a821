"""What proves a bound: prices, and what was dropped at each. Tests check it; whether a plan fits is checked here.

At given prices, a bound holds for all candidates together; and for those plans that take a given candidate, a lower one
that the best paths through it prove. Where that one does not pass what is earned already, the candidate is dropped, and
further prices need to prove something about the others only. So nothing earns more than the larger of what is earned
and the bound that the last prices prove about what is left.
"""

from dataclasses import dataclass

import numpy as np

from satselect.engine.problem.errors import CertificateError
from satselect.engine.problem.rows import Ints
from satselect.engine.timeline.form import TimelineProblem


@dataclass(frozen=True, slots=True)
class Step:
    """Prices in units, of tasks (tasks,) and shared rows (rows,), and the candidates that they drop, (dropped,).

    What is dropped is in no plan that earns more than `earned`.
    """

    tasks: Ints
    rows: Ints
    dropped: Ints
    earned: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """Steps, each about the candidates that those before it left; `step` divides all profits."""

    steps: tuple[Step, ...]
    step: int


def check_chosen(problem: TimelineProblem, chosen: Ints) -> int:
    """Units that these candidates earn.

    Raises:
        CertificateError: they don't fit together.
    """
    if len(np.unique(problem.task[chosen])) < len(chosen):
        raise CertificateError("a task is chosen twice")
    is_chosen = np.zeros(len(problem), np.bool_)
    is_chosen[chosen] = True
    used = np.zeros(len(problem.rows), np.int64)
    np.add.at(used, problem.rows.owners, problem.rows.amounts * is_chosen[problem.rows.candidates])
    if (used > problem.rows.capacities).any():
        raise CertificateError("a row is used above its capacity")
    keys = problem.ranks(), problem.start, problem.end, problem.line
    order = chosen[np.lexsort([key[chosen] for key in keys])]
    pairs = zip(order[:-1].tolist(), order[1:].tolist(), strict=True)
    for a, b in pairs:
        if problem.line[a] == problem.line[b] >= 0 and problem.end[a] + setup_of(problem, a, b) > problem.start[b]:
            raise CertificateError(f"candidate {b} begins too early after candidate {a}")
    return int(problem.value[chosen].sum())


def setup_of(problem: TimelineProblem, a: int, b: int) -> int:
    """The time between two candidates of a timeline, if the second follows the first."""
    table = problem.setups[int(problem.line[a])]
    if table is None or problem.kind[a] < 0 or problem.kind[b] < 0:
        return 0
    return int(table[problem.kind[a], problem.kind[b]])
