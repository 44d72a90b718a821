"""What a selection is, as its caller sees it. Only what passes the certificate becomes one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Literal

from satselect.engine.limits import Limits
from satselect.engine.problem.errors import UnknownTaskError
from satselect.engine.problem.exact import exact_sum, rounded_up
from satselect.engine.problem.problem import Problem
from satselect.engine.problem.task import Task
from satselect.engine.relaxation.proof import Proof
from satselect.engine.result.certificate import Certificate, Prices
from satselect.engine.result.certify import check_selection
from satselect.engine.result.explanation import Explanation, Ledger, explained, ledger_of
from satselect.engine.signals import signals_held


@dataclass(frozen=True, eq=False)
class Selection:
    """A set of tasks that fits, with what is proven about it.

    Attributes:
        tasks: the selected tasks, in the order given.
        profit: the sum of their profits.
        bound: no selection earns more; None if unknown.
        status: `optimal` if proven so, else `feasible`.
        proof: what the bound rests on: `duality`, `search` or `solver`.
        assignments: the satellite of each selected task, if there are satellites.
    """

    tasks: Sequence[Task]
    profit: float
    bound: float | None
    status: Literal["optimal", "feasible"]
    proof: Proof
    assignments: Mapping[Task, str]
    _problem: Problem = field(repr=False)
    _given: Iterable[Task] = field(repr=False)
    _price: Callable[[], Prices] = field(repr=False)
    _solve: "Solver" = field(repr=False)
    _time_limit: float | None = field(default=None, repr=False)  # what selecting was given, in seconds

    @property
    def gap(self) -> float | None:
        """`(bound - profit) / profit`: 0 proves the optimum; None if the bound is unknown or the profit 0."""
        if self.status == "optimal":
            return 0.0
        if self.bound is None or not self.profit:
            return None
        return (self.bound - self.profit) / self.profit

    def __reduce__(self) -> tuple[Callable[..., "Selection"], tuple[object, ...]]:
        # Whatever it would have looked up later goes with it; a buffer would have changed by then.
        problem = Problem(self._problem.tasks, self._problem.capacities, self._problem.satellites)
        known = self.tasks, self.profit, self.bound, self.status, self.proof, self.assignments
        return type(self), (*known, problem, tuple(self._given), _Known(self.prices), self._solve, self._time_limit)

    @cached_property
    def buffered(self) -> Sequence[Task]:
        """The tasks that are not selected, in the order given."""
        selected = set(self.tasks)
        return [task for task in self._given if task not in selected]

    def explain(self, task: Task, *, time_limit: float | None = None) -> Explanation:
        """Why a task was selected or not: what displaced it, its price, its break-even profit.

        Solves the problem again without the task and with it, all within the time limit, in seconds; by default as
        many as selecting was given. What isn't proven by then is None.

        Raises:
            UnknownTaskError: the task was not among those to select from.
        """
        with signals_held():
            limits = Limits.within(self._time_limit if time_limit is None else time_limit)
            if not isinstance(task, Task) or task not in self._ledger.given:
                raise UnknownTaskError(task)

            def best(problem: Problem) -> Fraction | None:
                return None if limits.is_over() else self._solve(problem, limits)._optimum()

            return explained(self._ledger, task, self.prices, best)

    @cached_property
    def _ledger(self) -> Ledger:
        problem = Problem(list(self._given), self._problem.capacities, self._problem.satellites)
        return ledger_of(problem, {task: self.assignments.get(task) for task in self.tasks}, self._optimum())

    def _optimum(self) -> Fraction | None:
        return exact_sum(task.profit for task in self.tasks) if self.status == "optimal" else None

    @cached_property
    def prices(self) -> Prices:
        """The dual value of every resource that counts: an estimate of what one more unit would earn, perhaps too low.

        By the name of the resource; a satellite's own one by the names of both. They are of all tasks: of those that
        ask for the same no more would earn more than what they use costs than fit together, be it in parts.
        """
        with signals_held():
            return self._price()


@dataclass(frozen=True, slots=True)
class _Known:
    """Prices that are there already."""

    prices: Prices

    def __call__(self) -> Prices:
        return self.prices


Solver = Callable[[Problem, Limits], Selection]
"""What solves another problem when a selection is to be explained."""


def certified(
    problem: Problem, certificate: Certificate, solve: Solver, given: Iterable[Task] | None = None
) -> Selection:
    """The selection that the certificate is about, if it holds; `given` are the problem's tasks, or more.

    Raises:
        CertificateError: it does not hold.
    """
    chosen, limit, proof, price = certificate
    tasks = list(chosen)
    profit = exact_sum(task.profit for task in tasks)
    check_selection(problem, chosen, profit, profit if limit is None else limit)
    return Selection(
        tasks=tasks,
        profit=float(profit),
        bound=float(profit) if limit is None or limit == profit else rounded_up(limit),
        status="optimal" if limit is None or limit == profit else "feasible",
        proof=proof,
        assignments={task: satellite for task in tasks if (satellite := chosen[task]) is not None},
        _problem=problem,
        _given=problem.tasks if given is None else given,
        _price=price,
        _solve=solve,
    )
