"""Whether a certificate proves its bound: in plain whole numbers, by code that shares none with what found it."""

from bisect import bisect_right

import numpy as np

from satselect.engine.paths.certificate import Certificate, Step, setup_of
from satselect.engine.problem.errors import CertificateError
from satselect.engine.problem.rows import Bools
from satselect.engine.timeline.form import TimelineProblem


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
            needed = setup_of(problem, k, other) if is_mirrored else setup_of(problem, other, k)
            if gains[other] > 0 and found[other] > most and sign * int(last[other]) + needed <= begin:
                most = found[other]
        found[k] = most + gains[k]
        tops.append(max(tops[-1], found[k] if gains[k] > 0 else 0))
    return found
