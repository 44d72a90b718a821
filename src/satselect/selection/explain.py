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
            hold it, or if an optimum was not proven.
    """

    task: Task
    is_selected: bool
    displaced_by: Mapping[ResourceKey, Sequence[Task]]
    price: float | None
    break_even: float | None


def explained(selection: Selection, problem: Problem, task: Task, limits: Limits) -> Explanation:
    """Why this selection of the problem holds or doesn't hold the task, which is one of the problem's."""
    candidates = [uses for _, uses in problem.alternatives(task)]
    is_selected = task in set(selection.tasks)
    costs = [sum(selection.prices[key] * amount for key, amount in uses.items()) for uses in candidates]
    return Explanation(
        task=task,
        is_selected=is_selected,
        displaced_by={} if is_selected else _holders(selection, problem, candidates),
        price=min(costs, default=None),
        break_even=_break_even(selection, problem, task, candidates, limits),
    )


def _holders(selection: Selection, problem: Problem, candidates: Sequence[Uses]) -> dict[ResourceKey, list[Task]]:
    users: dict[ResourceKey, list[Task]] = {}
    left = dict(problem.capacities)
    for other in selection.tasks:
        for key, amount in problem.uses(other, selection.assignments.get(other)).items():
            users.setdefault(key, []).append(other)
            left[key] -= amount
    needed = {key: amount for uses in candidates for key, amount in uses.items()}
    return {key: users.get(key, []) for key, amount in needed.items() if amount > left[key]}


def _break_even(
    selection: Selection, problem: Problem, task: Task, candidates: Sequence[Uses], limits: Limits
) -> float | None:
    """What is earned at best without the task, less what the others can earn beside it at best."""
    others = [other for other in problem.tasks if other is not task]
    without = selection
    if task in set(selection.tasks):
        without = selected(Problem(others, problem.capacities, problem.satellites), limits)
    beside = [
        selected(Problem(others, _rest(problem.capacities, uses), problem.satellites), limits)
        for uses in candidates
        if all(amount <= problem.capacities[key] for key, amount in uses.items())
    ]
    if not beside or any(one.status != "optimal" for one in (without, *beside)):
        return None
    return float(_worth(without) - max(map(_worth, beside)))


def _rest(capacities: Mapping[ResourceKey, int], uses: Uses) -> dict[ResourceKey, int]:
    return {key: units - uses.get(key, 0) for key, units in capacities.items()}


def _worth(selection: Selection) -> Fraction:
    return exact_sum(task.profit for task in selection.tasks)
