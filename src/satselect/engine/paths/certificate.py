"""What proves a bound: prices, and what was dropped at each. Checked by code that shares none with what found it.

At given prices, a bound holds for all candidates together; and for those plans that take a given candidate, a lower one
that the best paths through it prove. Where that one does not pass what is earned already, the candidate is dropped, and
further prices need to prove something about the others only. So nothing earns more than the larger of what is earned
and the bound that the last prices prove about what is left.
"""

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from satselect.engine.problem.errors import CertificateError
from satselect.engine.problem.rows import Bools, Ints
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
        if problem.line[a] == problem.line[b] >= 0 and problem.end[a] + _setup(problem, a, b) > problem.start[b]:
            raise CertificateError(f"candidate {b} begins too early after candidate {a}")
    return int(problem.value[chosen].sum())


def check_bound(problem: TimelineProblem, certificate: Certificate, earned: int) -> int:
    """The units that nothing exceeds, as these steps prove it, for a plan that earns so many; in plain whole numbers.

    Raises:
        CertificateError: a step drops what its prices don't allow to drop.
    """
    is_left, ranks = np.ones(len(problem), np.bool_), problem.ranks().tolist()
    most: dict[int, int] = {}
    for task, value in zip(problem.task.tolist(), problem.value.tolist(), strict=True):
        most[task] = max(most.get(task, 0), value)  # one candidate of a task, or none
    # Without any price: each task at its best, all beside each other.
    bound = sum(most.values())
    for step in certificate.steps:
        if step.earned > earned or min(step.tasks.min(initial=0), step.rows.min(initial=0)) < 0:
            raise CertificateError("a step claims more than is earned, or has a negative price")
        proven, with_each = _proven(problem, step, is_left, ranks)
        worst = max((with_each[k] for k in step.dropped.tolist()), default=0)
        if worst // certificate.step * certificate.step > step.earned:
            raise CertificateError("a step drops a candidate that may earn more")
        # What earlier steps dropped earns no more than is earned, so the bound of what is left is one of all if it is
        # no less.
        bound = min(bound, max(proven // certificate.step * certificate.step, earned))
        is_left[step.dropped] = False
    return bound


def _setup(problem: TimelineProblem, a: int, b: int) -> int:
    table = problem.setups[int(problem.line[a])]
    if table is None or problem.kind[a] < 0 or problem.kind[b] < 0:
        return 0
    return int(table[problem.kind[a], problem.kind[b]])


def _proven(problem: TimelineProblem, step: Step, is_left: Bools, ranks: list[int]) -> tuple[int, dict[int, int]]:
    """The bound of all that is left, and of the plans that take each candidate."""
    costs: dict[int, int] = {}
    for row, k, amount in zip(
        problem.rows.owners.tolist(), problem.rows.candidates.tolist(), problem.rows.amounts.tolist(), strict=True
    ):
        costs[k] = costs.get(k, 0) + int(step.rows[row]) * amount
    total = sum(step.tasks.tolist())
    total += sum(int(p) * int(c) for p, c in zip(step.rows.tolist(), problem.rows.capacities.tolist(), strict=True))
    by_line: dict[int, list[int]] = {}
    gains: dict[int, int] = {}
    for k in np.flatnonzero(is_left).tolist():
        gains[k] = int(problem.value[k]) - int(step.tasks[problem.task[k]]) - costs.get(k, 0)
        line = int(problem.line[k])
        by_line.setdefault(line if line >= 0 else -1 - k, []).append(k)
    losses: dict[int, int] = {}
    for members in by_line.values():
        best, through = _paths(problem, members, gains, ranks)
        total += best
        losses |= {k: best - value for k, value in through.items()}
    return total, {k: total - loss for k, loss in losses.items()}


def _paths(
    problem: TimelineProblem, members: list[int], gains: dict[int, int], ranks: list[int]
) -> tuple[int, dict[int, int]]:
    """The best path along a timeline, and the best through each member."""
    to = _ending(problem, members, gains, ranks, is_mirrored=False)
    away = _ending(problem, members, gains, ranks, is_mirrored=True)
    through = {k: to[k] + away[k] - gains[k] for k in members}
    return max(0, max(through.values())), through


def _ending(
    problem: TimelineProblem, members: list[int], gains: dict[int, int], ranks: list[int], *, is_mirrored: bool
) -> dict[int, int]:
    """The best path that ends with each member; mirrored: that begins with it."""
    sign = -1 if is_mirrored else 1
    first, last = (problem.end, problem.start) if is_mirrored else (problem.start, problem.end)
    order = sorted(members, key=lambda k: (sign * int(last[k]), sign * int(first[k]), sign * ranks[k], sign * k))
    ends = [sign * int(last[k]) for k in order]
    table = problem.setups[int(problem.line[order[0]])] if problem.line[order[0]] >= 0 else None
    longest = 0 if table is None or not table.size else int(table.max())
    found: dict[int, int] = {}
    tops = [0]
    for place, k in enumerate(order):
        begin = sign * int(first[k])
        # Up to here whatever the transition is there is time for it, so the best of all will do; from here on each is
        # asked.
        sure = min(bisect_right(ends, begin - longest), place)
        most = tops[sure]
        for other in order[sure : min(bisect_right(ends, begin), place)]:
            needed = _setup(problem, k, other) if is_mirrored else _setup(problem, other, k)
            if gains[other] > 0 and found[other] > most and sign * int(last[other]) + needed <= begin:
                most = found[other]
        found[k] = most + gains[k]
        tops.append(max(tops[-1], found[k] if gains[k] > 0 else 0))
    return found
