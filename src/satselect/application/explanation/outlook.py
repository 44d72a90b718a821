"""What there would be if tasks were submitted, as it is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from satselect import Plan, Selection
from satselect.schemas.explanations import Unknown
from satselect.store.models import Task
from satselect.store.sql.chunks import in_parts

BreakEven = float | Unknown


class Interval(NamedTuple):
    """From when to when a task would run."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What would be selected, or planned.

    Attributes:
        selection: as the engine found it.
        objective: what it maximised.
        chosen: the places of the given tasks that would be selected, each with its satellite if it chooses one.
        profit: of all that would be selected, of the buffer too.
        displaced: the tasks of the fleet that would be selected without the given ones, but not with them, oldest
            first; in a plan those that are scheduled already, too.
        profit_without: what the fleet would earn without them; None without a fleet.
        times: in a plan, the places of the given tasks that would get a time.
        break_even: in a plan, the places of given tasks that would wait to the profit from which on they would not.
    """

    selection: Selection | Plan
    objective: float
    chosen: Mapping[int, str | None]
    profit: float
    displaced: Sequence[Task] = ()
    profit_without: float | None = None
    times: Mapping[int, Interval] = field(default_factory=dict)
    break_even: Mapping[int, BreakEven] = field(default_factory=dict)


def oldest_first(ids: Sequence[UUID]) -> Sequence[Task]:
    """These tasks, by age."""
    found = [task for part in in_parts(ids) for task in Task.objects.filter(id__in=part)]
    return sorted(found, key=lambda task: (task.batch_seq, task.position))
