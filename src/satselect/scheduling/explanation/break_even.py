"""From which profit on a task would have been selected: the engine selects again among those that competed."""

from decimal import Decimal

import satselect
from satselect.scheduling.iteration.ageing import aged
from satselect.scheduling.iteration.kept import SHELF
from satselect.scheduling.iteration.refresh import Situation, read_buffer
from satselect.scheduling.iteration.stock import Stock
from satselect.store.demands import Demand
from satselect.store.models import Assignment, Iteration, Task


def break_even(task: Task, demand: Demand, last: Iteration, stock: Stock, *, time_limit_s: float) -> float | None:
    """The smallest profit with which a best selection of the last iteration could have held the buffered task.

    None if no selection can hold it, or if that was not proven in time.
    """
    if not stock.candidates(demand) or _rate(last) != task.fleet.ageing_per_hour:
        return None  # nobody could run it, or its rivals are ranked otherwise by now
    rivals = competitors(last, stock)
    own = next((rival for rival in rivals if rival.name == str(task.id)), None)
    if own is None:  # not among the best of its kind
        own = stock.task(str(task.id), demand, profit=_aged(task, last))
        rivals.append(own)
    selection = satselect.select(rivals, capacities=stock.shared(), satellites=stock.owned(), time_limit=time_limit_s)
    needed = selection.explain(own, time_limit=time_limit_s).break_even
    return needed and _without_age(needed, own, task)


def competitors(last: Iteration, stock: Stock) -> list[satselect.Task]:
    """The tasks that competed in the fleet's last iteration, as far as they could be selected; named by their ids."""
    rivals = _left_behind(last, stock)
    return [*rivals, *_scheduled_in(last, stock, without={rival.name for rival in rivals})]


def _without_age(needed: float, own: satselect.Task, task: Task) -> float:
    """The profit to which waiting adds what it added to the task's own."""
    gained = Decimal(repr(own.profit)) - Decimal(repr(task.profit))
    return max(float(Decimal(repr(needed)) - gained), 0.0)


def _rate(last: Iteration) -> float:
    return float(last.settings.get("ageing_per_hour", 0))


def _aged(task: Task, last: Iteration) -> float:
    return aged(task.profit, task.created, last.as_of, _rate(last))


def _left_behind(last: Iteration, stock: Stock) -> list[satselect.Task]:
    """The best tasks of each signature that the iteration did not select."""
    kept = SHELF.tasks_at(last.fleet_id, last.version, last.considered_seq, last.as_of)
    if kept is not None:
        return kept
    then = Situation(last.fleet_id, last.version, last.considered_seq, last.as_of, _rate(last))
    return list(read_buffer(then, stock=stock).buffer)


def _scheduled_in(last: Iteration, stock: Stock, *, without: set[str]) -> list[satselect.Task]:
    """What it selected, as far as that isn't buffered again."""
    assigned = Assignment.objects.filter(iteration=last).select_related("task__signature")
    asked = [(one.task, Demand.of(one.task.signature.amounts, one.task.signature.satellites)) for one in assigned]
    return [
        stock.task(str(task.id), demand, profit=_aged(task, last))
        for task, demand in asked
        if str(task.id) not in without and stock.candidates(demand)
    ]
