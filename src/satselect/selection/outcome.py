"""What a selection is, as its caller sees it. Only what passes the certificate becomes one."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Literal

from satselect.selection.certify import check_selection
from satselect.selection.problem import Problem, ResourceKey, Task
from satselect.selection.proof import Proof
from satselect.selection.units import exact_sum

Prices = Mapping[ResourceKey, float]


@dataclass(frozen=True, eq=False)
class Selection:
    """A set of tasks that fits, with what is proven about it.

    Attributes:
        tasks: the selected tasks, in the order given.
        buffered: the others, in the order given.
        profit: the sum of the selected tasks' profits.
        bound: no selection earns more; None if unknown.
        status: `optimal` if proven so, else `feasible`.
        proof: what the bound rests on: `duality`, `search` or `solver`.
        assignments: the satellite of each selected task, if there are satellites.
    """

    tasks: Sequence[Task]
    buffered: Sequence[Task]
    profit: float
    bound: float | None
    status: Literal["optimal", "feasible"]
    proof: Proof
    assignments: Mapping[Task, str]
    _price: Callable[[], Prices] = field(repr=False)

    @property
    def gap(self) -> float | None:
        """`(bound - profit) / profit`: 0 proves the optimum; None if the bound is unknown or the profit 0."""
        if self.status == "optimal":
            return 0.0
        if self.bound is None or not self.profit:
            return None
        return (self.bound - self.profit) / self.profit

    @cached_property
    def prices(self) -> Prices:
        """The dual value of every resource that counts: an estimate from above of what one more unit would earn.

        By the name of the resource; a satellite's own one by the names of both.
        """
        return self._price()


def certified(
    problem: Problem,
    chosen: Mapping[Task, str | None],
    limit: Fraction | None,
    proof: Proof,
    price: Callable[[], Prices],
) -> Selection:
    """The selection of the chosen tasks, each with its satellite if there are any.

    `limit` is a proven bound of its profit; without a limit the chosen tasks are proven to be optimal.

    Raises:
        CertificateError: it does not hold.
    """
    tasks = [task for task in problem.tasks if task in chosen]
    profit = exact_sum(task.profit for task in tasks)
    check_selection(problem, chosen, profit, profit if limit is None else limit)
    return Selection(
        tasks=tasks,
        buffered=[task for task in problem.tasks if task not in chosen],
        profit=float(profit),
        bound=float(profit) if limit is None or limit == profit else _rounded_up(limit),
        status="optimal" if limit is None or limit == profit else "feasible",
        proof=proof,
        assignments={task: satellite for task in tasks if (satellite := chosen[task]) is not None},
        _price=price,
    )


def _rounded_up(limit: Fraction) -> float:
    nearest = float(limit)
    return nearest if Fraction(nearest) >= limit else math.nextafter(nearest, math.inf)
