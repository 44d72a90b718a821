"""From which profit on a task would have been selected: the engine selects again among those that competed."""

import satselect
from satselect.scheduling.kept import SHELF
from satselect.scheduling.refresh import read_buffer
from satselect.scheduling.stock import Stock
from satselect.store.demands import Demand
from satselect.store.models import Assignment, Iteration, Task


def break_even(task: Task, demand: Demand, last: Iteration, stock: Stock, *, time_limit_s: float) -> float | None:
    """The smallest profit with which a best selection of the last iteration could have held the buffered task.

    None if no selection can hold it, or if that was not proven in time.
    """
    if not stock.candidates(demand):
        return None
    rivals = _left_behind(last, stock)
    rivals += _scheduled_in(last, stock, without={rival.name for rival in rivals})
    own = next((rival for rival in rivals if rival.name == str(task.id)), None)
    if own is None:  # not among the best of its kind
        own = stock.task(str(task.id), demand, profit=task.profit)
        rivals.append(own)
    selection = satselect.select(rivals, capacities=stock.shared(), satellites=stock.owned(), time_limit=time_limit_s)
    return selection.explain(own, time_limit=time_limit_s).break_even


def _left_behind(last: Iteration, stock: Stock) -> list[satselect.Task]:
    """The best tasks of each signature that the iteration did not select."""
    kept = SHELF.tasks_at(last.fleet_id, last.version)
    if kept is not None:
        return kept
    then = read_buffer(last.fleet_id, version=last.version, seq=last.considered_seq, at=last.as_of, stock=stock)
    return list(then.buffer)


def _scheduled_in(last: Iteration, stock: Stock, *, without: set[str]) -> list[satselect.Task]:
    """What it selected, as far as that isn't buffered again."""
    assigned = Assignment.objects.filter(iteration=last).select_related("task__signature")
    asked = [(one.task, Demand.of(one.task.signature.amounts, one.task.signature.satellites)) for one in assigned]
    return [
        stock.task(str(task.id), demand, profit=task.profit)
        for task, demand in asked
        if str(task.id) not in without and stock.candidates(demand)
    ]
