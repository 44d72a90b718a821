"""What decided about one task, with the price of its resources and the profit that would have won."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from satselect.scheduling.explanation.break_even import break_even
from satselect.scheduling.explanation.past import Past
from satselect.scheduling.explanation.scene import Holder, Lack
from satselect.scheduling.explanation.since import Change
from satselect.scheduling.explanation.why import Why, why_waiting
from satselect.scheduling.explanation.words import pieces, text
from satselect.scheduling.iteration.availability import recorded
from satselect.scheduling.visible import status_at
from satselect.schemas.explanations import Reason, Unknown
from satselect.schemas.tasks import Status
from satselect.store.demands import Demand, demands_of
from satselect.store.models import Assignment, Iteration, Task, User


@dataclass(frozen=True, slots=True)
class Explanation:
    """What decided about a task.

    Resources have the keys of `supply_key`, on each satellite on which the task may run.

    Attributes:
        iteration_id: the last iteration that considered it; None if none did, or if it is over.
        reason: why a buffered task waits; None for others.
        why: the same in words.
        changes: what changed since that iteration.
        displaced_by: for a buffered task, by resource, who holds what it would need, oldest first; in a fleet that
            releases at completion also tasks of earlier iterations.
        lacking: for a buffered task, by resource, what there is too little of even if nobody else used it.
        satellites_out: for a buffered task, those that were out of service, of those on which it may run.
        price: what the resources that it uses were worth then on the cheapest satellite, an estimate from above; None
            if no satellite has them.
        break_even: for a buffered task the smallest profit with which a best selection could hold it, exact.
        unknown: why there is none.
    """

    iteration_id: UUID | None = None
    reason: Reason | None = None
    why: str | None = None
    changes: Sequence[Change] = ()
    displaced_by: Mapping[str, Sequence[Holder]] = field(default_factory=dict)
    lacking: Mapping[str, Lack] = field(default_factory=dict)
    satellites_out: Sequence[str] = ()
    price: float | None = None
    break_even: float | None = None
    unknown: Unknown | None = Unknown.NOT_WAITING


def explain(
    task: Task, *, at: datetime, time_limit_s: float, by: User | None = None, wants_break_even: bool = True
) -> Explanation:
    """Why the task is not selected, or what its resources are worth if it is. Nothing is known of what is over.

    Args:
        task: the task.
        at: now.
        time_limit_s: how long the engine may select, each time that it has to.
        by: who is told; None for somebody who may know all.
        wants_break_even: break-even profits are selected again for: who isn't told of them doesn't want them.
    """
    if task.status == Status.SCHEDULED:
        return _scheduled(task)
    if status_at(task, at) is not Status.BUFFERED:
        return Explanation()
    last = last_iteration(task.fleet_id)
    why = why_waiting([task], last, at=at, by=by)[task.id]
    said = text(pieces(why, task, by))
    if last is None or why.scene is None or why.demand is None or why.then is None:
        return Explanation(why.iteration_id, why.reason, said, why.changes)
    needed: float | Unknown = Unknown.NOT_TOLD
    if wants_break_even:
        needed = break_even(task, why.then, why.demand, last, time_limit_s=time_limit_s)
    return Explanation(
        iteration_id=last.id,
        reason=why.reason,
        why=said,
        changes=why.changes,
        displaced_by=_displacing(why, last),
        lacking=why.lacking,
        satellites_out=sorted(why.scene.stock.satellites[place.satellite_id] for place in why.places if place.is_out),
        price=_price(last, why.demand),
        break_even=None if isinstance(needed, Unknown) else needed,
        unknown=needed if isinstance(needed, Unknown) else None,
    )


def last_iteration(fleet_id: int) -> Iteration | None:
    """The newest iteration of a fleet, whoever may see it: reasons are told in words."""
    return Iteration.objects.filter(fleet=fleet_id).order_by("-version").first()


def _scheduled(task: Task) -> Explanation:
    live = Assignment.objects.select_related("iteration").filter(task=task, is_live=True).first()
    if live is None:  # it ended since the task was read
        return Explanation()
    demand = demands_of([task.signature_id])[task.signature_id]
    return Explanation(live.iteration_id, price=_price(live.iteration, Demand(demand.amounts, (live.satellite_id,))))


def _price(iteration: Iteration, demand: Demand) -> float | None:
    stock = recorded(iteration)
    if stock is None:
        return None
    prices = [
        float(sum(iteration.prices.get(stock.key(stored), 0.0) * amount for stored, amount in uses))
        for uses in stock.candidates(demand).values()
    ]
    return min(prices, default=None)


def _displacing(why: Why, last: Iteration) -> dict[str, list[Holder]]:
    """Who holds what the task would need, worth what they were worth then."""
    if why.scene is None:
        return {}
    needs = {need.stored: need for place in why.places if not place.is_out for need in place.needs if need.is_held}
    holders = {
        why.scene.stock.key(stored): why.scene.holders[stored.supply_id]
        for stored in needs
        if stored.supply_id in why.scene.holders
    }
    past = Past.read({one.id for some in holders.values() for one in some}, since=last.version)
    return {key: [one.worth(past.profit(one.id, last.version)) for one in some] for key, some in holders.items()}
