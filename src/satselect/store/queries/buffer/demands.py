"""What the tasks of a signature ask for."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from satselect.store.models import Signature
from satselect.store.sql.chunks import in_parts


@dataclass(frozen=True, slots=True)
class Demand:
    """Amounts of resources, and on which satellites.

    Attributes:
        amounts: resource id to amount.
        satellites: the ids of those that will do; None for any.
        is_timed: whether they ask for an interval; then opportunities say on which satellites.
    """

    amounts: Mapping[int, int]
    satellites: tuple[int, ...] | None = None
    is_timed: bool = False

    @classmethod
    def of(cls, amounts: Mapping[str, int], satellites: Sequence[int] | None) -> Self:
        """The demand that a signature's columns hold."""
        return cls({int(id): amount for id, amount in amounts.items()}, tuple(satellites) if satellites else None)

    @classmethod
    def read(cls, amounts: str, satellites: str | None) -> Self:
        """The same from the text of the columns."""
        return cls.of(json.loads(amounts), json.loads(satellites or "null"))


def demands_of(signature_ids: Sequence[int]) -> dict[int, Demand]:
    """Signature to what it asks for."""
    demands: dict[int, Demand] = {}
    for part in in_parts(signature_ids):
        rows = Signature.objects.filter(id__in=part).values_list("id", "amounts", "satellites")
        demands.update((id, Demand.of(amounts, satellites)) for id, amounts, satellites in rows)
    return demands
