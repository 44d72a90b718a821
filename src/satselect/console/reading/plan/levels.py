"""How much of each resource a plan uses over time, what is left of budgets, and what reservoirs hold.

Times are whole milliseconds since 1970: there may be thousands of them.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from math import ceil
from typing import NamedTuple

from django.db.models.functions import Coalesce

from satselect.application.access.rights import sees_all
from satselect.application.planning.horizon.levels import level_at
from satselect.console.reading.plan.planned import planned_within
from satselect.console.reading.plan.window import Window, milliseconds
from satselect.schemas.horizons import Kind
from satselect.store.models import AssignmentResource, Fleet, Pass, User
from satselect.store.queries.finished import over
from satselect.store.queries.supplies import TimedSupply, longest_gap, timed_supplies
from satselect.store.sql.milliseconds import Milliseconds

MOST_USES = 20_000
"""With more, no lane says how much is used."""
MOST_DRAINS = 20_000


@dataclass(frozen=True, slots=True)
class Level:
    """What a supply holds, or has in use: `first` from the start on, later what each step says from its time on.

    Nothing is known before `known_from`, if that is a time.
    """

    kind: Kind
    capacity: int
    first: int = 0
    steps: Sequence[tuple[int, int]] = ()
    known_from: int | None = None


class _Use(NamedTuple):
    """That an assignment uses something, from its start on; of what is renewable until its turnaround is over."""

    supply_id: int
    amount: int
    starts: int | None
    ends: int | None


class _Drain(NamedTuple):
    """A pass."""

    satellite_id: int
    starts: int
    ends: int
    drains: dict[str, int]


@dataclass(frozen=True, slots=True)
class Levels:
    """By supply; `is_complete` unless there are more uses than one page can add up."""

    levels: Mapping[int, Level]
    is_complete: bool = True


def read_levels(user: User, fleet: Fleet, window: Window, *, at: datetime) -> Levels:
    """Those of the supplies of a fleet, as the plan has them. Who doesn't see all is told of the own uses alone."""
    supplies = timed_supplies(fleet.id)
    early = window.starts - longest_gap(supplies)
    # A budget is counted from now on, and what reservoirs hold is known at a time and worked out from there.
    if any(one.kind != Kind.RENEWABLE for one in supplies):
        early = min(early, at)
    span_s = ceil((window.ends - early).total_seconds())
    uses = _uses(user, fleet, Window(window.ends - timedelta(seconds=span_s), span_s, follows=False))
    if len(uses) > MOST_USES:
        return Levels({}, is_complete=False)
    of_supply: defaultdict[int, list[_Use]] = defaultdict(list)
    for use in uses:
        of_supply[use.supply_id].append(use)
    passes = _drains(fleet, window, at) if any(one.kind == Kind.RESERVOIR for one in supplies) else []
    tells_all = sees_all(user)
    levels = {}
    for one in supplies:
        if one.kind == Kind.RENEWABLE:
            levels[one.id] = _held(one, of_supply[one.id])
        elif tells_all and one.kind == Kind.BUDGET:
            levels[one.id] = _spent(one, of_supply[one.id], milliseconds(at))
        elif tells_all:
            levels[one.id] = _filled(one, of_supply[one.id], passes, fleet, min(at, window.starts))
    return Levels(levels)


def _uses(user: User, fleet: Fleet, window: Window) -> list[_Use]:
    there = planned_within(user, fleet, window).values("id")
    rows = AssignmentResource.objects.filter(assignment__in=there, is_held=True)
    starts = Milliseconds(Coalesce("starts", "assignment__starts"))
    ends = Milliseconds(Coalesce("ends", over("assignment__")))
    return [_Use(*row) for row in rows.values_list("supply_id", "amount", starts, ends)[: MOST_USES + 1]]


def _drains(fleet: Fleet, window: Window, at: datetime) -> list[_Drain]:
    some = Pass.objects.filter(fleet=fleet, ends__gt=min(at, window.starts), starts__lt=window.ends)
    times = Milliseconds("starts"), Milliseconds("ends")
    return [
        _Drain(*row) for row in some.order_by("ends", "id").values_list("satellite_id", *times, "drains")[:MOST_DRAINS]
    ]


def _held(supply: TimedSupply, uses: Sequence[_Use]) -> Level:
    changes: defaultdict[int, int] = defaultdict(int)
    for use in uses:
        if use.starts is not None and use.ends is not None:
            changes[use.starts] += use.amount
            changes[use.ends] -= use.amount
    always = sum(use.amount for use in uses if use.starts is None)
    return Level(Kind.RENEWABLE, supply.capacity, always, _summed(always, changes))


def _spent(supply: TimedSupply, uses: Sequence[_Use], at: int) -> Level:
    """What is used up by what is not over: a budget is what the horizon has, and that moves with the clock."""
    changes: defaultdict[int, int] = defaultdict(int)
    for use in uses:
        if use.starts is not None and use.ends is not None and use.ends > at:
            changes[use.starts] += use.amount
    always = sum(use.amount for use in uses if use.starts is None)
    return Level(Kind.BUDGET, supply.capacity, always, _summed(always, changes), known_from=at)


def _filled(
    supply: TimedSupply, uses: Sequence[_Use], passes: Sequence[_Drain], fleet: Fleet, since: datetime
) -> Level:
    """Room is taken at a start; what has ended when a pass starts has left when it ends, as much as that drains."""
    told = supply.level_at
    since = max(since, told) if told else since
    begin, first = milliseconds(since), level_at(supply, fleet.id, since)
    told_ms = milliseconds(told) if told else None
    writes: list[tuple[int, int, _Use | _Drain]] = [
        (use.starts, 1, use)
        for use in uses
        if use.starts is not None and use.ends is not None and use.ends > begin and use.starts >= (told_ms or 0)
    ]
    drains: list[tuple[int, int, _Use | _Drain]] = [
        (one.ends, 0, one)
        for one in passes
        if one.ends > begin and one.drains.get(supply.name) and supply.satellite_id in (None, one.satellite_id)
    ]
    steps, level, recent = [], first, list[_Use]()
    # Drains before writes of the same moment: room is free at the end of a pass, and taken at a start.
    for moment, _, what in sorted([*writes, *drains], key=lambda event: event[:2]):
        if isinstance(what, _Use):
            level += what.amount
            recent.append(what)
        else:
            # What has not ended when the pass starts can't leave with it (decision 0121).
            recent = [use for use in recent if use.ends is not None and use.ends > what.starts]
            stays = sum(use.amount for use in recent)
            level = max(level - stays - what.drains[supply.name], 0) + stays
        steps.append((moment, level))
    return Level(Kind.RESERVOIR, supply.capacity, first, steps, known_from=told_ms)


def _summed(first: int, changes: Mapping[int, int]) -> list[tuple[int, int]]:
    times = sorted(changes)
    values = accumulate((changes[moment] for moment in times), initial=first)
    next(values)
    return list(zip(times, values, strict=True))
