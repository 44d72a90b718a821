"""Why a task lost, and what would have won."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from satselect.engine.problem.exact import cost
from satselect.engine.problem.problem import Problem, ResourceKey
from satselect.engine.problem.task import Task

Uses = Mapping[ResourceKey, int]

Best = Callable[[Problem], Fraction | None]
"""What a problem earns at best; None if that is not proven."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What decided about a task.

    Attributes:
        task: the task that it is about.
        is_selected: whether it was selected.
        displaced_by: the selected tasks that hold what it would need, by resource; with satellites on each on which it
            fits. Empty for a selected task. Of one that never fits nobody holds anything: it has the resources of which
            there is too little, each with no task.
        price: what the resources that it uses are worth, on the cheapest satellite; an estimate. None if
            no satellite can take it.
        break_even: the smallest profit with which a best selection could hold it, exact; None if no selection can
            hold it, or if an optimum was not proven in time.
        fits: whether a selection can hold it: it fits on its own.
    """

    task: Task
    is_selected: bool
    displaced_by: Mapping[ResourceKey, Sequence[Task]]
    price: float | None
    break_even: float | None
    fits: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """What all explanations of a selection share.

    Attributes:
        problem: whose tasks are explained.
        given: these tasks.
        selected: those that are selected.
        users: the selected tasks that use each resource.
        left: the units of each resource that nobody uses.
        optimum: what the selected tasks earn, if nothing earns more; None if that is not proven.
    """

    problem: Problem
    given: frozenset[Task]
    selected: frozenset[Task]
    users: Mapping[ResourceKey, Sequence[Task]]
    left: Mapping[ResourceKey, int]
    optimum: Fraction | None


def ledger_of(problem: Problem, chosen: Mapping[Task, str | None], optimum: Fraction | None) -> Ledger:
    """What to explain a selection of the problem with: the chosen tasks, each with its satellite if any."""
    users: dict[ResourceKey, list[Task]] = {}
    left = dict(problem.capacities)
    for task, satellite in chosen.items():
        for key, amount in problem.uses(task, satellite).items():
            users.setdefault(key, []).append(task)
            left[key] -= amount
    return Ledger(problem, frozenset(problem.tasks), frozenset(chosen), users, left, optimum)


def explained(ledger: Ledger, task: Task, prices: Mapping[ResourceKey, float], best: Best) -> Explanation:
    """Why the task, which is one of those given, is selected or not. `best` solves the problem with others."""
    capacities = ledger.problem.capacities
    candidates = [uses for _, uses in ledger.problem.alternatives(task)]
    fitting = [uses for uses in candidates if all(amount <= capacities[key] for key, amount in uses.items())]
    is_selected = task in ledger.selected
    costs = [cost((prices[key], amount) for key, amount in uses.items()) for uses in candidates]
    return Explanation(
        task=task,
        is_selected=is_selected,
        displaced_by={} if is_selected else _holders(ledger, fitting) if fitting else _lacking(capacities, candidates),
        price=min(costs, default=None),
        break_even=_break_even(ledger, task, fitting, best),
        fits=bool(fitting),
    )


def _holders(ledger: Ledger, candidates: Sequence[Uses]) -> dict[ResourceKey, Sequence[Task]]:
    # What several candidates share each asks for in the same amount, so it doesn't matter whose is kept.
    needed = {key: amount for uses in candidates for key, amount in uses.items()}
    return {key: ledger.users.get(key, []) for key, amount in needed.items() if amount > ledger.left[key]}


def _lacking(capacities: Mapping[ResourceKey, int], candidates: Sequence[Uses]) -> dict[ResourceKey, Sequence[Task]]:
    return {key: [] for uses in candidates for key, amount in uses.items() if amount > capacities[key]}


def _break_even(ledger: Ledger, task: Task, candidates: Sequence[Uses], best: Best) -> float | None:
    """What is earned at best without the task, less what the others can earn beside it at best.

    None as soon as one of these isn't proven: then no other one is looked for.
    """
    problem = ledger.problem
    others = [other for other in problem.tasks if other is not task]

    def earned(capacities: Mapping[ResourceKey, int]) -> Fraction | None:
        return best(Problem(others, capacities, problem.satellites))

    without = earned(problem.capacities) if task in ledger.selected else ledger.optimum
    most: Fraction | None = None
    for uses in candidates:
        beside = None if without is None else earned(_rest(problem.capacities, uses))
        if beside is None:
            return None
        most = beside if most is None else max(most, beside)
    return None if without is None or most is None else float(without - most)


def _rest(capacities: Mapping[ResourceKey, int], uses: Uses) -> dict[ResourceKey, int]:
    return {key: units - uses.get(key, 0) for key, units in capacities.items()}
