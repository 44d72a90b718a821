"""An opportunity with what is known of how it would fare in the plan as it stands."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from satselect.application.errors import StaleError
from satselect.application.opportunities.product_opportunities import Look
from satselect.application.ordering.free import free
from satselect.application.ordering.prices import PlanPrices
from satselect.schemas.fields.moments import moment_of, written
from satselect.store.models import Product

_TOLD = ("is_free", "price", "break_even", "unknown")
"""What tells of others."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An opportunity of a product.

    Attributes:
        look: which satellite, and when.
        is_free: whether the task fits beside the plan as it stands; None if that is not known, or not told.
        price: what it uses costs at the prices of the plan, an estimate; None as above.
        break_even: the least profit with which a best plan could hold an order of it, exact; None as above.
        unknown: why there is no break-even profit, where it was looked for.
    """

    look: Look
    is_free: bool | None = None
    price: float | None = None
    break_even: float | None = None
    unknown: str | None = None

    def as_row(self) -> dict[str, Any]:
        """What is stored of it."""
        look = self.look
        return {
            "satellite": look.satellite,
            "starts": written(look.starts),
            "ends": written(look.ends),
            "facts": dict(look.facts),
            **{name: getattr(self, name) for name in _TOLD},
        }

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> Self:
        """What was stored."""
        look = Look(row["satellite"], moment_of(row["starts"]), moment_of(row["ends"]), row["facts"])
        return cls(look, **{name: row[name] for name in _TOLD})

    def untold(self) -> "Offer":
        """The same without what tells of others."""
        return Offer(self.look)


def offered(
    product: Product, looks: Sequence[Look], prices: PlanPrices | None, *, at: datetime, time_limit_s: float
) -> list[Offer]:
    """What is known of opportunities without planning again for each, for those who may know what others offer.

    Args:
        product: with its fleet, which plans in time.
        looks: of the product.
        prices: those that the process keeps; None if there is no place to work any out.
        at: now.
        time_limit_s: how long the engine may plan, and work out prices; what takes longer is not told.
    """
    if not looks:
        return []
    known, priced = free(product, looks, at=at), None
    if prices is not None:
        # The fleet moved on meanwhile: an opportunity without a price is still one.
        with suppress(StaleError):
            priced = prices.of(product.fleet_id, at=at, time_limit_s=time_limit_s)
    costs = [None if priced is None else priced.price(product, look) for look in looks]
    return [Offer(look, is_free, price) for look, is_free, price in zip(looks, known, costs, strict=True)]
