"""From which profit on tasks would have been selected: the engine selects again among those that competed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from time import monotonic
from uuid import UUID

import satselect
from satselect.application.explanation.past import Then
from satselect.application.explanation.rivals import read_competition, worth
from satselect.schemas.explanations import Unknown
from satselect.schemas.iterations import Quality
from satselect.store.models import Iteration, Task
from satselect.store.queries.buffer.demands import Demand


@dataclass(frozen=True, slots=True)
class Asked:
    """A task that lost: what it is, what it was then, and what it asked for."""

    task: Task
    then: Then
    demand: Demand


def break_even(asked: Asked, last: Iteration, *, time_limit_s: float) -> float | Unknown:
    """The smallest profit with which a best selection of the last iteration could have held a task that lost.

    Args:
        asked: the task.
        last: the fleet's last iteration.
        time_limit_s: how long the engine may select in all: the competition again, then what it would be otherwise.
    """
    return break_evens([asked], last, time_limit_s=time_limit_s)[asked.task.id]


def break_evens(asked: Sequence[Asked], last: Iteration, *, time_limit_s: float) -> dict[UUID, float | Unknown]:
    """The same for several tasks of the fleet, in this order as far as the time lasts: they share the competition."""
    until = monotonic() + time_limit_s
    found = read_competition(last)
    if isinstance(found, Unknown):
        return {one.task.id: found for one in asked}
    known = {rival.name: rival for rival in found.rivals}
    answers: dict[UUID, float | Unknown] = {}
    for one in asked:
        id = one.task.id
        if not found.availability.fits_alone(one.demand):
            answers[id] = Unknown.NO_PROFIT
        elif str(id) not in known:  # not among the best of its kind
            profit = worth(one.then.profit, one.task, last)
            known[str(id)] = found.add(str(id), one.demand, profit=profit)
    # The iteration recorded winners, and no prices of losers: to ask what would have won it has to be selected again.
    selection = found.select(time_limit_s=max(until - monotonic(), 0.0))
    if not _is_the_same(selection, last):
        return {one.task.id: answers.get(one.task.id, Unknown.NOT_KEPT) for one in asked}
    for one in asked:
        if one.task.id not in answers:
            own = known[str(one.task.id)]
            needed = selection.explain(own, time_limit=max(until - monotonic(), 0.0)).break_even
            answers[one.task.id] = Unknown.NOT_PROVEN if needed is None else _without_age(needed, own, one.then)
    return answers


def _is_the_same(selection: satselect.Selection, last: Iteration) -> bool:
    """Two proofs of one problem agree. If they don't, something is not as it was, and nothing is better than wrong."""
    is_proven = selection.status == last.status == Quality.OPTIMAL.value
    return not is_proven or selection.profit == last.objective


def _without_age(needed: float, own: satselect.Task, then: Then) -> float:
    """The profit to which waiting adds what it added to the task's own."""
    # As they are written: a difference of binary fractions would tell 0.30000000000000004.
    gained = Decimal(repr(own.profit)) - Decimal(repr(then.profit))
    # What waiting added may be all that was needed: no profit is below 0.
    return max(float(Decimal(repr(needed)) - gained), 0.0)
