"""Orders: a task of a product's fleet with its opportunities, or none where it can't be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from satselect.application.dispatch.settling import Settler
from satselect.application.errors import ConflictError
from satselect.application.opportunities.product_opportunities import target_of
from satselect.application.ordering.abilities import faults_with
from satselect.application.ordering.parameters import check_parameters
from satselect.application.ordering.possible import Possible, Refusal, closed, possible, satellites_of, unavailable
from satselect.application.tasks.submission import Submission
from satselect.application.tasks.submit import Receipt, earlier
from satselect.schemas.fields.payloads import Payload
from satselect.schemas.opportunities import NewOpportunity, Span
from satselect.schemas.ordering.wishes import Wish
from satselect.schemas.planning.plans import NewTimedTask
from satselect.schemas.planning.targets import OrderedTarget
from satselect.schemas.reading.faults import InvalidError
from satselect.schemas.reading.validation import validate
from satselect.store.models import Order, Product
from satselect.store.sql.ids import new_id

_PAYLOAD: TypeAdapter[dict[str, Any]] = TypeAdapter(Payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """What somebody orders.

    Attributes:
        product: with its fleet.
        parameters: what is said besides when and where.
        submission: whose it is, with the key that makes it safe to repeat, and no task yet.
    """

    product: Product
    wish: Wish
    parameters: Mapping[str, Any]
    submission: Submission


@dataclass(frozen=True, slots=True)
class Placed:
    """The order, and the batch that it became or had become before."""

    receipt: Receipt
    order: Order


def place(new: NewOrder, settler: Settler, *, at: datetime) -> Placed:
    """The order, stored with its task. Placing it twice with one key is placing it once.

    Raises:
        InvalidError: the place, the time, the filter or a parameter is wrong.
        ConflictError: the fleet does not plan in time any more.
        KeyReusedError: the key belongs to another order.
        QuotaError: the user would have too many tasks in the buffer.
        NoOrbitsError: the extra `orbits` is not installed.
    """
    # First of all: what is worked out below is another thing a minute later, and a repetition is none.
    if receipt := earlier(new.submission):
        return Placed(receipt, _of(receipt))
    if new.product.fleet.horizon_s is None:
        raise ConflictError(f"the fleet of {new.product.slug!r} does not plan in time any more")
    check_parameters(new.product, new.parameters)
    new = replace(new, wish=closed(new.product, new.wish, at=at))
    found = possible(new.product, new.wish, at=at)
    task = None if found.refusal else _task(new, found)
    try:
        return _submitted(new, settler, task, found.refusal, at)
    except InvalidError as error:  # what it says is of the task, which nobody sent
        return _submitted(new, settler, None, unavailable([*faults_with(new.product), *error.faults][0]), at)


def _submitted(
    new: NewOrder, settler: Settler, task: NewTimedTask | None, refusal: Refusal | None, at: datetime
) -> Placed:
    beside = _Beside(new, refusal, at)
    submission = replace(new.submission, tasks=[] if task is None else [task], beside=beside.store)
    # Without a wait: whoever orders asks later what became of it, and plans take their time.
    receipt = settler.submit(submission, 0.0).receipt
    return Placed(receipt, _of(receipt) if receipt.is_replay else beside.stored[-1])


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is stored with the task."""

    new: NewOrder
    refusal: Refusal | None
    at: datetime
    stored: list[Order] = field(default_factory=list)

    def store(self, batch_id: UUID, task_ids: Sequence[UUID]) -> None:
        refusal = self.refusal
        order = Order.objects.create(
            # The task's own, where there is one: from either the other is found without a look.
            id=task_ids[0] if task_ids else new_id(self.at),
            account_id=self.new.submission.account_id,
            product=self.new.product,
            batch_id=batch_id,
            wish=self.new.wish.as_sent(),
            parameters=dict(self.new.parameters),
            refusal=refusal.code if refusal else None,
            words=refusal.words if refusal else "",
            created=self.at,
        )
        self.stored.append(order)


def _of(receipt: Receipt) -> Order:
    return Order.objects.select_related("product").get(batch=receipt.batch)


def _task(new: NewOrder, found: Possible) -> NewTimedTask:
    """What is selected: the product's resources and duration, with what the order says."""
    product, parameters = new.product, new.parameters
    # Who executes it knows neither products nor orders: all that they need goes with the task.
    payload: dict[str, Any] = {"product": product.slug, "geometry": new.wish.geometry, "parameters": dict(parameters)}
    validate(_PAYLOAD, payload)
    return NewTimedTask(
        name=product.title,
        resources=product.resources,
        profit=parameters.get("profit", product.profit_as_sent),
        duration=product.duration_s,
        reference=parameters.get("reference"),
        payload=payload,
        **_when(new, found),
    )


def _when(new: NewOrder, found: Possible) -> dict[str, Any]:
    """Its opportunities; with sight they are worked out again as elements change, within the time that was ordered."""
    product, wish = new.product, new.wish
    if product.sight is None or found.span is None:
        return {
            "opportunities": [
                NewOpportunity(satellite=look.satellite, starts=look.starts, ends=look.ends, details=dict(look.details))
                for look in found.looks
            ]
        }
    sent = target_of(wish.geometry, sight=product.sight, least=timedelta(seconds=product.duration_s))
    target = OrderedTarget(**dict(sent), details=product.details, filter=wish.filter)
    satellites = None if product.satellites is None else satellites_of(product)
    return {"target": target, "satellites": satellites, "window": Span(starts=found.span[0], ends=found.span[1])}
