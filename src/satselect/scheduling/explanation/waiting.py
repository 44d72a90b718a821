"""Why tasks wait, for a page of them: a few queries, however many there are, and no selection."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from satselect.store.held import held_before
from satselect.store.models import AssignmentResource, Iteration, ResourceUse, Supply, Task, TaskResource
from satselect.store.outages import OutOfService, out_of_service
from satselect.store.parts import in_parts

SHOWN_HOLDERS = 3
SHOWN_SATELLITES = 2


class Reason(StrEnum):
    """What kind of thing keeps a task waiting."""

    HELD = "held"
    NEVER = "never"
    LATER = "later"
    OVERDUE = "overdue"
    NEW = "new"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Holder:
    """A selected task that holds what another one needs."""

    id: UUID
    name: str
    account_id: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Resources, and who held them in the last iteration.

    Attributes:
        satellite: whose resources they are; None for shared ones, and where the task has no choice.
        holders: the first few, oldest first.
        count: how many there are.
        is_out: nobody held them: they were out of service.
    """

    satellite: str | None
    resources: Sequence[str]
    holders: Sequence[Holder]
    count: int
    is_out: bool = False


@dataclass(frozen=True, slots=True)
class Lack:
    """That a task needs more of a resource than there is."""

    resource: str
    needs: int
    has: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why a task waits.

    Attributes:
        more_satellites: how many other satellites are taken in the same way.
    """

    reason: Reason
    holds: Sequence[Hold] = ()
    lacks: Sequence[Lack] = ()
    more_satellites: int = 0


def why_waiting(tasks: Sequence[Task], iteration: Iteration | None, *, at: datetime) -> dict[UUID, Waiting]:
    """For each of these tasks of a fleet, why it was not selected in that iteration."""
    if not tasks:
        return {}
    uses = _uses_of([task.id for task in tasks])
    scene = _Scene.of(iteration, {use.resource for amounts in uses.values() for use in amounts})
    return {task.id: _simple(task, iteration, at) or scene.why(uses[task.id], task.satellites) for task in tasks}


def _simple(task: Task, iteration: Iteration | None, at: datetime) -> Waiting | None:
    """What can be said without looking at resources."""
    if task.deadline and task.deadline < at:
        return Waiting(Reason.OVERDUE)
    if task.not_before and task.not_before > at:
        return Waiting(Reason.LATER)
    is_new = iteration is None or task.batch_seq > iteration.considered_seq
    if is_new or (task.not_before and iteration and task.not_before > iteration.as_of):
        return Waiting(Reason.NEW)
    return None


@dataclass(frozen=True, slots=True)
class _Use:
    resource: int
    name: str
    amount: int


@dataclass(frozen=True, slots=True)
class _Unit:
    """A supply, whose it is, and how much of it an iteration left."""

    id: int
    resource: int
    satellite: str | None
    name: str | None
    capacity: int
    left: int
    is_out: bool

    def has(self, amount: int) -> bool:
        """Whether there is so much when nobody else uses it."""
        return self.capacity >= amount


@dataclass(frozen=True, slots=True)
class _Scene:
    """What an iteration left of each supply, and who holds the rest."""

    units: Mapping[int, Sequence[_Unit]]
    holders: Mapping[int, list[Holder]]

    @classmethod
    def of(cls, iteration: Iteration | None, resources: Iterable[int]) -> "_Scene":
        units = _units_of(iteration, sorted(resources))
        taken = [unit.id for some in units.values() for unit in some if unit.left < unit.capacity]
        return cls(units, _holders_of(iteration, taken))

    def why(self, uses: Sequence[_Use], satellites: Sequence[str] | None) -> Waiting:
        """Why a task that uses these, on one of these satellites, was not selected."""
        lacks = [lack for use in uses if (lack := self._lack(use))]
        if lacks:
            return Waiting(Reason.NEVER, lacks=lacks)
        shared = self._scarce(uses, None)
        if shared:
            return Waiting(Reason.HELD, self._holds(None, shared))
        own = [use for use in uses if any(unit.satellite for unit in self.units[use.resource])]
        able = self._able(own, satellites)
        if own and not able:
            return Waiting(Reason.NEVER)
        scarce = [(name, found) for slug, name in able if (found := self._scarce(own, slug))]
        if len(scarce) < len(able) or not scarce:
            return Waiting(Reason.FREE)
        has_choice = len({unit.satellite for units in self.units.values() for unit in units if unit.satellite}) > 1
        holds = [
            hold
            for name, found in scarce[:SHOWN_SATELLITES]
            for hold in self._holds(name if has_choice else None, found)
        ]
        return Waiting(Reason.HELD, holds, more_satellites=max(len(scarce) - SHOWN_SATELLITES, 0))

    def _lack(self, use: _Use) -> Lack | None:
        most = max((unit.capacity for unit in self.units.get(use.resource, ())), default=0)
        return Lack(use.name, use.amount, most) if most < use.amount else None

    def _able(self, uses: Sequence[_Use], satellites: Sequence[str] | None) -> list[tuple[str, str]]:
        """Slug and name of the satellites that may run it and have all of it, when nobody else uses it."""
        having = [
            {(unit.satellite, unit.name or "") for unit in self.units[use.resource] if unit.has(use.amount)}
            for use in uses
        ]
        able = set.intersection(*having) if having else set()
        return sorted((slug, name) for slug, name in able if slug and (satellites is None or slug in satellites))

    def _scarce(self, uses: Sequence[_Use], satellite: str | None) -> list[tuple[str, _Unit]]:
        return [
            (use.name, unit)
            for use in uses
            for unit in self.units[use.resource]
            if unit.satellite == satellite and unit.left < use.amount
        ]

    def _holds(self, satellite: str | None, scarce: Sequence[tuple[str, _Unit]]) -> list[Hold]:
        """Resources with the same holders are told together."""
        held = [(unit.is_out, [] if unit.is_out else self.holders.get(unit.id, []), name) for name, unit in scarce]
        held.sort(key=lambda one: (one[0], [str(holder.id) for holder in one[1]]))
        return [
            Hold(satellite, [name for *_, name in some], holders[:SHOWN_HOLDERS], len(holders), is_out)
            for (is_out, holders), some in groupby(held, key=lambda one: one[:2])
        ]


def _uses_of(task_ids: Sequence[UUID]) -> dict[UUID, list[_Use]]:
    uses: defaultdict[UUID, list[_Use]] = defaultdict(list)
    for part in in_parts(task_ids):
        rows = TaskResource.objects.filter(task_id__in=part).order_by("position")
        for task_id, resource, name, amount in rows.values_list("task_id", "resource_id", "resource__name", "amount"):
            uses[task_id].append(_Use(resource, name, amount))
    return uses


def _units_of(iteration: Iteration | None, resources: Sequence[int]) -> dict[int, list[_Unit]]:
    units: defaultdict[int, list[_Unit]] = defaultdict(list)
    out = out_of_service(iteration.fleet_id, iteration.as_of) if iteration else OutOfService()
    for part in in_parts(resources):
        taken = ResourceUse.objects.filter(iteration=iteration, supply__resource__in=part)
        used = {id: held + units for id, held, units in taken.values_list("supply_id", "held", "used")}
        rows = Supply.objects.filter(resource_id__in=part).order_by("id")
        columns = ("id", "resource_id", "satellite__slug", "satellite__name", "capacity", "satellite_id")
        for id, resource, slug, name, capacity, satellite_id in rows.values_list(*columns):
            is_out = id in out.supplies or satellite_id in out.satellites
            left = 0 if is_out else capacity - used.get(id, 0)
            units[resource].append(_Unit(id, resource, slug, name, capacity, left, is_out))
    return units


def _holders_of(iteration: Iteration | None, supplies: Sequence[int]) -> dict[int, list[Holder]]:
    holders: defaultdict[int, list[Holder]] = defaultdict(list)
    if iteration is None:
        return holders
    given = AssignmentResource.objects.filter(iteration=iteration)
    # What was held before is asked for only where something was: fleets that release at completion.
    is_held = ResourceUse.objects.filter(iteration=iteration, held__gt=0).exists()
    for part in in_parts(supplies):
        rows = (given | held_before(iteration) if is_held else given).filter(supply__in=part)
        rows = rows.order_by("assignment__task__batch_seq", "assignment__task__position")
        columns = ("supply_id", "assignment__task_id", "assignment__task__name", "assignment__task__account_id")
        for supply_id, *facts in rows.values_list(*columns):
            holders[supply_id].append(Holder(*facts))
    return holders
