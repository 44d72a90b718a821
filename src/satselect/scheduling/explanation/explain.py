"""Why a task lost, as of the last iteration that considered it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from satselect.scheduling.explanation.break_even import break_even
from satselect.scheduling.explanation.recorded import recorded_stock
from satselect.scheduling.iteration.stock import Stock, Stored, Uses
from satselect.schemas.tasks import Status
from satselect.store.demands import Demand, demands_of
from satselect.store.held import held_before
from satselect.store.models import Assignment, AssignmentResource, Batch, Iteration, ResourceUse, Task
from satselect.store.parts import in_parts


@dataclass(frozen=True, slots=True)
class Lack:
    """That a task needs more of a supply than there is of it when nobody else uses it; perhaps it is out of service."""

    needs: int
    has: int
    is_out: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """What decided about a task.

    Resources have the keys of `supply_key`, on each satellite on which the task may run.

    Attributes:
        iteration_id: the last iteration that considered it; None if none did, or if it is over.
        displaced_by: for a buffered task, by resource, the selected tasks that hold what it would need, oldest first;
            in a fleet that releases at completion also those of earlier iterations.
        lacking: for a buffered task, by resource, what there is too little of even if nobody else used it.
        satellites_out: for a buffered task, those that were out of service, of those on which it may run.
        price: what the resources that it uses were worth then on the cheapest satellite, an estimate from above; None
            if no satellite has them.
        break_even: for a buffered task the smallest profit with which a best selection could hold it, exact; None if
            no selection can, or if that was not proven in time.
    """

    iteration_id: UUID | None = None
    displaced_by: Mapping[str, Sequence[Task]] = field(default_factory=dict)
    lacking: Mapping[str, Lack] = field(default_factory=dict)
    satellites_out: Sequence[str] = ()
    price: float | None = None
    break_even: float | None = None


def explain(task: Task, *, at: datetime, time_limit_s: float, wants_break_even: bool = True) -> Explanation:
    """Why the task is not selected, or what its resources are worth if it is. Nothing is known of what is over.

    Break-even profits are selected again for: who isn't told of them doesn't want them.
    """
    demand = demands_of([task.signature_id])[task.signature_id]
    if task.status == Status.SCHEDULED:
        live = Assignment.objects.select_related("iteration").filter(task=task, is_live=True).first()
        if live is None:  # it ended since the task was read
            return Explanation()
        there = Demand(demand.amounts, (live.satellite_id,))
        stock = recorded_stock(live.iteration, demand.amounts)
        return Explanation(live.iteration_id, price=_price(live.iteration, stock, there))
    last = _last_considering(task)
    if last is None or task.status != Status.BUFFERED or (task.deadline and task.deadline < at):
        return Explanation()
    stock = recorded_stock(last, demand.amounts)
    return Explanation(
        iteration_id=last.id,
        displaced_by=_displacing(last, stock, demand),
        lacking=_lacking(stock, demand),
        satellites_out=_satellites_out(stock, demand),
        price=_price(last, stock, demand),
        break_even=break_even(task, demand, last, stock, time_limit_s=time_limit_s) if wants_break_even else None,
    )


def _last_considering(task: Task) -> Iteration | None:
    last = Iteration.objects.filter(fleet_id=task.fleet_id).order_by("-version").first()
    if (
        last is None
        or last.considered_seq < task.batch_seq
        or task.batch.state == Batch.State.DEAD
        or (task.not_before and task.not_before > last.as_of)
    ):
        return None
    return last


def _price(iteration: Iteration, stock: Stock, demand: Demand) -> float | None:
    prices = [
        float(sum(iteration.prices.get(stock.key(stored), 0.0) * amount for stored, amount in uses))
        for uses in stock.candidates(demand).values()
    ]
    return min(prices, default=None)


def _needed(places: Mapping[int, Uses]) -> Uses:
    """What the task would use there, once each."""
    return list(dict.fromkeys(use for uses in places.values() for use in uses))


def _displacing(last: Iteration, stock: Stock, demand: Demand) -> dict[str, list[Task]]:
    needed = _needed(stock.candidates(demand))
    uses = ResourceUse.objects.filter(iteration=last, supply__in=[stored.supply_id for stored, _ in needed])
    used = dict(uses.values_list("supply", "used"))
    holders = {
        stock.key(stored): _holders(last, stored)
        for stored, amount in needed
        if stored.free - used.get(stored.supply_id, 0) < amount
    }
    return {key: tasks for key, tasks in holders.items() if tasks}


def _holders(last: Iteration, stored: Stored) -> list[Task]:
    """Who was given some of it in that iteration, or held some of it since an earlier one."""
    uses = AssignmentResource.objects.filter(iteration=last, supply=stored.supply_id)
    ids = set(uses.values_list("assignment__task", flat=True))
    if stored.held:
        ids |= set(held_before(last).filter(supply=stored.supply_id).values_list("assignment__task", flat=True))
    tasks = (task for part in in_parts(list(ids)) for task in Task.objects.filter(id__in=part))
    return sorted(tasks, key=lambda task: (task.batch_seq, task.position))


def _lacking(stock: Stock, demand: Demand) -> dict[str, Lack]:
    return {
        stock.key(stored): Lack(amount, stored.capacity, stored.is_out)
        for stored, amount in _needed(stock.places(demand))
        if stored.capacity < amount
    }


def _satellites_out(stock: Stock, demand: Demand) -> list[str]:
    out = stock.unavailable.out.satellites
    return sorted(stock.satellites[satellite_id] for satellite_id in stock.places(demand) if satellite_id in out)
