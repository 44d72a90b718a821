"""From which profit on a task would have been selected: the engine selects again among those that competed."""

from decimal import Decimal

import satselect
from satselect.scheduling.explanation.past import Then
from satselect.scheduling.explanation.rivals import read_competition, worth
from satselect.scheduling.iteration.stock import Stock
from satselect.schemas.explanations import Unknown
from satselect.schemas.iterations import Quality
from satselect.store.demands import Demand
from satselect.store.models import Iteration, Task


def break_even(task: Task, then: Then, demand: Demand, last: Iteration, *, time_limit_s: float) -> float | Unknown:
    """The smallest profit with which a best selection of the last iteration could have held a task that lost.

    Args:
        task: the task.
        then: as it was.
        demand: what it asked for.
        last: the fleet's last iteration.
        time_limit_s: how long the engine may select, each time that it has to.
    """
    found = read_competition(last)
    if isinstance(found, Unknown):
        return found
    if not _fits_alone(demand, found.stock):
        return Unknown.NO_PROFIT
    own = next((rival for rival in found.rivals if rival.name == str(task.id)), None)
    if own is None:  # not among the best of its kind
        own = found.stock.task(str(task.id), demand, profit=worth(then.profit, task, last))
        found.rivals.append(own)
    selection = found.select(time_limit_s=time_limit_s)
    if not _is_the_same(selection, last):
        return Unknown.NOT_KEPT
    needed = selection.explain(own, time_limit=time_limit_s).break_even
    return Unknown.NOT_PROVEN if needed is None else _without_age(needed, own, then)


def _fits_alone(demand: Demand, stock: Stock) -> bool:
    return any(all(stored.free >= amount for stored, amount in uses) for uses in stock.candidates(demand).values())


def _is_the_same(selection: satselect.Selection, last: Iteration) -> bool:
    """Two proofs of one problem agree. If they don't, something is not as it was, and nothing is better than wrong."""
    is_proven = selection.status == last.status == Quality.OPTIMAL.value
    return not is_proven or selection.profit == last.objective


def _without_age(needed: float, own: satselect.Task, then: Then) -> float:
    """The profit to which waiting adds what it added to the task's own."""
    gained = Decimal(repr(own.profit)) - Decimal(repr(then.profit))
    return max(float(Decimal(repr(needed)) - gained), 0.0)
