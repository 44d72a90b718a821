"""Why a task lost, and what would have won."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from satselect.selection.limits import Limits
from satselect.selection.outcome import Selection
from satselect.selection.problem import Problem, ResourceKey, Task
from satselect.selection.select import selected
from satselect.selection.units import exact_sum

Uses = Mapping[ResourceKey, int]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What decided about a task.

    Attributes:
        task: the task that it is about.
        is_selected: whether it was selected.
        displaced_by: the selected tasks that hold what it would need, by resource; with satellites on each that it
            could run on. Empty for a selected task.
        price: what the resources that it uses are worth, on the cheapest satellite; an estimate from above. None if
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
    """

    problem: Problem
    given: frozenset[Task]
    selected: frozenset[Task]
    users: Mapping[ResourceKey, Sequence[Task]]
    left: Mapping[ResourceKey, int]


def ledger_of(selection: Selection, problem: Problem) -> Ledger:
    """What to explain this selection of the problem with."""
    users: dict[ResourceKey, list[Task]] = {}
    left = dict(problem.capacities)
    for task in selection.tasks:
        for key, amount in problem.uses(task, selection.assignments.get(task)).items():
            users.setdefault(key, []).append(task)
            left[key] -= amount
    return Ledger(problem, frozenset(problem.tasks), frozenset(selection.tasks), users, left)


def explained(selection: Selection, ledger: Ledger, task: Task, limits: Limits) -> Explanation:
    """Why this selection holds or doesn't hold the task, which is one of those given."""
    capacities = ledger.problem.capacities
    candidates = [uses for _, uses in ledger.problem.alternatives(task)]
    fitting = [uses for uses in candidates if all(amount <= capacities[key] for key, amount in uses.items())]
    is_selected = task in ledger.selected
    costs = [sum(selection.prices[key] * amount for key, amount in uses.items()) for uses in candidates]
    return Explanation(
        task=task,
        is_selected=is_selected,
        displaced_by={} if is_selected else _holders(ledger, candidates),
        price=min(costs, default=None),
        break_even=_break_even(selection, ledger, task, fitting, limits),
        fits=bool(fitting),
    )


def _holders(ledger: Ledger, candidates: Sequence[Uses]) -> dict[ResourceKey, Sequence[Task]]:
    needed = {key: amount for uses in candidates for key, amount in uses.items()}
    return {key: ledger.users.get(key, []) for key, amount in needed.items() if amount > ledger.left[key]}


def _break_even(
    selection: Selection, ledger: Ledger, task: Task, candidates: Sequence[Uses], limits: Limits
) -> float | None:
    """What is earned at best without the task, less what the others can earn beside it at best.

    None as soon as one of these isn't proven: then no other one is looked for.
    """
    problem = ledger.problem
    others = [other for other in problem.tasks if other is not task]

    def best(capacities: Mapping[ResourceKey, int]) -> Fraction | None:
        if limits.is_over():
            return None
        found = selected(Problem(others, capacities, problem.satellites), limits)
        return _worth(found) if found.status == "optimal" else None

    if task in ledger.selected:
        without = best(problem.capacities)
    else:
        without = _worth(selection) if selection.status == "optimal" else None
    most: Fraction | None = None
    for uses in candidates:
        beside = None if without is None else best(_rest(problem.capacities, uses))
        if beside is None:
            return None
        most = beside if most is None else max(most, beside)
    return None if without is None or most is None else float(without - most)


def _rest(capacities: Mapping[ResourceKey, int], uses: Uses) -> dict[ResourceKey, int]:
    return {key: units - uses.get(key, 0) for key, units in capacities.items()}


def _worth(selection: Selection) -> Fraction:
    return exact_sum(task.profit for task in selection.tasks)
