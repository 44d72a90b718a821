"""What one more unit of a resource would have earned, as it is told."""

from dataclasses import dataclass
from decimal import Decimal

MOST_RESOURCES = 24


@dataclass(frozen=True, slots=True)
class OneMore:
    """A resource that was used up, or of which tasks wait for more.

    Attributes:
        satellite: whose it is; None if the satellites share it.
        gain: how much more a best selection would have earned with one more unit; None if that was not proven in time.
        price: what the resource was worth at the prices of the iteration, an estimate.
    """

    satellite: str | None
    resource: str
    gain: float | None
    price: float


def gain_of(more: float, base: float) -> float:
    """What is earned more, never less than nothing."""
    # Profits are sums of decimals: a difference of floats would end in the dust of binary fractions.
    return max(float(Decimal(repr(more)) - Decimal(repr(base))), 0.0)
