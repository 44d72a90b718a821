"""An opportunity with what is known of how it would fare in the plan as it stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from satselect.application.opportunities.looks import Look
from satselect.schemas.fields.moments import moment_of, written


@dataclass(frozen=True, slots=True)
class Offer:
    """An opportunity of a product.

    Attributes:
        look: which satellite, and when.
        is_free: whether the task fits beside the plan as it stands; None if that is not known, or not told.
    """

    look: Look
    is_free: bool | None = None

    def as_row(self) -> dict[str, Any]:
        """What is stored of it."""
        look = self.look
        return {
            "satellite": look.satellite,
            "starts": written(look.starts),
            "ends": written(look.ends),
            "facts": dict(look.facts),
            "is_free": self.is_free,
        }

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> Self:
        """What was stored."""
        look = Look(row["satellite"], _moment(row["starts"]), _moment(row["ends"]), row["facts"])
        return cls(look, row["is_free"])

    def untold(self) -> "Offer":
        """The same without what tells of others."""
        return Offer(self.look)


def _moment(text: str) -> datetime:
    return moment_of(text)
