"""satselect itself, from tasks to selection: packing the tasks into arrays is on its clock."""

import inspect
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import satselect
from benchmarks.problem import Problem
from benchmarks.solvers.answer import Answer, Run


class MissingError(Exception):
    """The engine at hand can't do this yet."""


def prepare(problem: Problem, time_limit: float) -> Run:
    """A call of `satselect.select` on the problem's tasks, which are built beforehand.

    Raises:
        MissingError: the problem needs what this engine doesn't have.
    """
    if problem.satellites and "satellites" not in inspect.signature(satselect.select).parameters:
        raise MissingError("satellites=")
    tasks = tasks_of(problem)
    number = {task: i for i, task in enumerate(tasks)}
    arguments: dict[str, Any] = dict(_arguments(problem))

    def run() -> Answer:
        selection: Any = satselect.select(tasks, time_limit=time_limit, **arguments)
        chosen = {number[task]: -1 for task in selection.tasks}
        if problem.satellites:
            chosen = {number[task]: int(name[1:]) for task, name in selection.assignments.items()}
        bound = None if selection.bound is None else Decimal(repr(float(selection.bound)))
        return Answer(chosen, bound, selection.status)

    return run


def tasks_of(problem: Problem) -> list[satselect.Task]:
    """The problem's tasks as satselect takes them."""
    make: Any = satselect.Task
    named = [f"r{resource}" for resource in range(len(problem.capacities))]
    tasks = []
    for i, profit in enumerate(problem.profits.tolist()):
        amounts = {named[resource]: amount for resource, amount in problem.uses(i).items()}
        extra = {"satellites": [f"s{s}" for s in problem.may_run_on[i]]} if problem.satellites else {}
        tasks.append(make(f"task {i}", amounts, profit=profit, **extra))
    return tasks


def _arguments(problem: Problem) -> dict[str, Mapping[str, Any]]:
    if problem.satellites:
        return {"satellites": {f"s{s}": _named(capacities.tolist()) for s, capacities in enumerate(problem.satellites)}}
    return {"capacities": {name: units for name, units in _named(problem.capacities.tolist()).items() if units != 1}}


def _named(capacities: list[int]) -> dict[str, int]:
    return {f"r{resource}": units for resource, units in enumerate(capacities)}
