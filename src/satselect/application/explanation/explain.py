"""What decided about one task, with the price of its resources and the profit that would have won."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from satselect.application.access.visibility import status_at
from satselect.application.availability.recorded import recorded
from satselect.application.explanation.break_even import Asked, break_even
from satselect.application.explanation.past import Past
from satselect.application.explanation.reasons.in_time import Held, InTime, why_in_time
from satselect.application.explanation.reasons.scene import Holder, Lack
from satselect.application.explanation.reasons.since import Change
from satselect.application.explanation.reasons.why import Why, why_waiting
from satselect.application.explanation.reasons.wording import pieces, text, told_in_time
from satselect.engine.problem.exact import cost
from satselect.schemas.explanations import Reason, Unknown
from satselect.schemas.tasks import Status
from satselect.store.models import Assignment, Iteration, Task, User
from satselect.store.queries.buffer.demands import Demand, demands_of


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
        price: what the resources that it uses were worth then on the cheapest satellite, an estimate; None
            if no satellite has them.
        break_even: for a buffered task the smallest profit with which a best selection could hold it, exact.
        unknown: why there is none.
        held: in a fleet that plans in time, from when to when they hold it.
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
    held: Sequence[Held] = ()


def explain(
    task: Task, *, at: datetime, time_limit_s: float, by: User | None = None, wants_break_even: bool = True
) -> Explanation:
    """Why the task is not selected, or what its resources are worth if it is. Nothing is known of what is over.

    Args:
        task: the task.
        at: now.
        time_limit_s: how long the engine may select, in all.
        by: who is told; None for somebody who may know all.
        wants_break_even: break-even profits are selected again for: who isn't told of them doesn't want them.
    """
    if task.status == Status.SCHEDULED:
        return _scheduled(task)
    if status_at(task, at) is not Status.BUFFERED:
        return Explanation()
    last = last_iteration(task.fleet_id)
    why = why_waiting([task], last, at=at, by=by)[task.id]
    # Only for one that competed: the other reasons hold whatever is planned.
    if task.fleet.horizon_s is not None and last is not None and why.reason is Reason.HELD:
        found = why_in_time(task, at=at, time_limit_s=time_limit_s, wants_break_even=wants_break_even)
        return _in_time(last, found, by)
    said = text(pieces(why, task, by))
    if last is None or why.scene is None or why.demand is None or why.then is None:
        return Explanation(why.iteration_id, why.reason, said, why.changes)
    needed: float | Unknown = Unknown.NOT_TOLD
    if wants_break_even:
        needed = break_even(Asked(task, why.then, why.demand), last, time_limit_s=time_limit_s)
    return Explanation(
        iteration_id=last.id,
        reason=why.reason,
        why=said,
        changes=why.changes,
        displaced_by=_displacing(why, last),
        lacking=why.lacking,
        satellites_out=_satellites_out(why),
        price=_price(last, why.demand),
        break_even=None if isinstance(needed, Unknown) else needed,
        unknown=needed if isinstance(needed, Unknown) else None,
    )


def _satellites_out(why: Why) -> list[str]:
    slugs = why.scene.availability.satellites if why.scene else {}
    return sorted(slugs[place.satellite_id] for place in why.places if place.is_out)


def _in_time(last: Iteration, found: InTime, by: User | None) -> Explanation:
    displacing: dict[str, list[Holder]] = {}
    for one in found.held:
        if one.holder not in displacing.setdefault(one.key, []):
            displacing[one.key].append(one.holder)
    return Explanation(
        iteration_id=last.id,
        reason=found.reason,
        why="; ".join(filter(None, [found.words, told_in_time(found.held, by)])),
        displaced_by=displacing,
        break_even=found.break_even,
        unknown=found.unknown,
        held=found.held,
    )


def last_iteration(fleet_id: int) -> Iteration | None:
    """The newest iteration of a fleet, whether or not the caller may see it: reasons are told in words."""
    return Iteration.objects.filter(fleet=fleet_id).order_by("-version").first()


def _scheduled(task: Task) -> Explanation:
    live = Assignment.objects.select_related("iteration").filter(task=task, is_live=True).first()
    if live is None:  # it ended since the task was read
        return Explanation()
    demand = demands_of([task.signature_id])[task.signature_id]
    # On the satellite that has it: what the cheapest would have cost is nobody's price.
    return Explanation(live.iteration_id, price=_price(live.iteration, Demand(demand.amounts, (live.satellite_id,))))


def _price(iteration: Iteration, demand: Demand) -> float | None:
    availability = recorded(iteration)
    if availability is None:
        return None
    prices = [
        cost((iteration.prices.get(availability.key(stored), 0.0), amount) for stored, amount in uses)
        for uses in availability.candidates(demand).values()
    ]
    return min(prices, default=None)


def _displacing(why: Why, last: Iteration) -> dict[str, list[Holder]]:
    """The tasks that hold what this one would need, worth what they were worth then."""
    if why.scene is None:
        return {}
    needs = {need.stored: need for place in why.places if not place.is_out for need in place.needs if need.is_held}
    holders = {
        why.scene.availability.key(stored): why.scene.holders[stored.supply_id]
        for stored in needs
        if stored.supply_id in why.scene.holders
    }
    past = Past.read({one.id for some in holders.values() for one in some}, since=last.version)
    return {key: [one.worth(past.profit(one.id, last.version)) for one in some] for key, some in holders.items()}
