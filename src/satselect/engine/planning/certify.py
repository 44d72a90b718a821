"""Checks a plan against the problem as it was given: in whole milliseconds, by playing it through, trusting no row."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import groupby, pairwise

from satselect.engine.planning.model import Assignment, Pass, TimedTask
from satselect.engine.planning.problem import PlanProblem
from satselect.engine.planning.times import length, milliseconds
from satselect.engine.problem.errors import CertificateError
from satselect.engine.problem.problem import ResourceKey
from satselect.engine.problem.task import BYTES_OF_PROFIT

_NEVER = 1 << 60  # beyond any time in milliseconds

Use = tuple[int, int, int, Assignment]
"""From when to when, in milliseconds, an assignment uses how much."""


def check_plan(problem: PlanProblem, assignments: Sequence[Assignment], worth: Fraction, limit: Fraction) -> None:
    """Lets assignments pass, facts among them, that can all be true, and earn no more than their bound.

    Raises:
        CertificateError: says what does not hold.
    """
    if len({one.task for one in assignments}) < len(assignments):
        raise CertificateError("a task is planned twice")
    if worth > limit:
        raise CertificateError("the plan earns more than its bound")
    used = _used(problem, assignments)
    for key, uses in used.items():
        supply = problem.supplies[key]
        if supply.kind == "renewable":
            _check_renewable(key, uses, supply.units, milliseconds(supply.turnaround))  # type: ignore[arg-type]
        else:
            # A fact that was over before the horizon is in the level already, and in no budget of this horizon.
            counted = [use for use in uses if use[1] > 0 or use[0] >= 0 or not use[3].is_fixed]
            if supply.kind == "budget" and sum(amount for _, _, amount, _ in counted) > supply.units:
                raise CertificateError(f"{key!r} is used above its budget")
            if supply.kind == "reservoir":
                _check_reservoir(problem, key, counted, supply.units, supply.level)
    for name in problem.transitions:
        for key, uses in used.items():
            if name == (key if isinstance(key, str) else key[1]):
                _check_transitions(problem, name, key, uses)


def _used(problem: PlanProblem, assignments: Sequence[Assignment]) -> dict[ResourceKey, list[Use]]:
    """Each use of each resource; those assigned that are no facts have a place that holds."""
    used: dict[ResourceKey, list[Use]] = {}
    asked: dict[tuple[bytes, str | None], Sequence[tuple[ResourceKey, int]]] = {}
    contacts: dict[str | None, list[Pass]] = {}
    for contact in problem.passes:
        contacts.setdefault(contact.satellite, []).append(contact)
    for one in assignments:
        if not one.is_fixed:
            _check_place(problem, one, contacts.get(one.satellite, ()))
        start, end = _span(problem, one)
        alike = one.task.packed[BYTES_OF_PROFIT:], one.satellite
        if alike not in asked:
            asked[alike] = list((problem.uses(one.task, one.satellite) or {}).items())
        for key, amount in asked[alike]:
            used.setdefault(key, []).append((start, end, amount, one))
    return used


def _span(problem: PlanProblem, one: Assignment) -> tuple[int, int]:
    if one.start is None or one.end is None:
        return 0, problem.horizon.length
    return problem.horizon.last_within(one.start), problem.horizon.first_within(one.end)


def _check_place(problem: PlanProblem, one: Assignment, contacts: Sequence[Pass]) -> None:
    """Lets pass what lies in the horizon, in its opportunity and in its window, and is as long as it has to be.

    contacts: the passes of its satellite.
    """
    task = one.task
    if not isinstance(task, TimedTask):
        is_there = problem.owned is None or one.satellite in (task.satellites or problem.owned)
        if one.start is not None or not is_there or problem.uses(task, one.satellite) is None:
            raise CertificateError(f"{task.name!r} can't run on {one.satellite!r}")
        return
    spot, start, end = one.opportunity, one.start, one.end
    # The very one: an equal one may differ in its details, by which transitions go.
    if spot is None or start is None or end is None or id(spot) not in map(id, task.opportunities):
        raise CertificateError(f"{task.name!r} has no such opportunity")
    is_within = spot.start <= start <= end <= spot.end
    is_within = is_within and problem.horizon.start <= start and end <= problem.horizon.end
    if task.window is not None:
        is_within = is_within and task.window[0] <= start and end <= task.window[1]
    if one.satellite != spot.satellite or not is_within:
        raise CertificateError(f"{task.name!r} lies outside of its opportunity, its window or the horizon")
    if task.duration is not None and end - start < task.duration:
        raise CertificateError(f"{task.name!r} is shorter than it has to be")
    if task.deliver_by is not None and not any(_delivers(one, contact, task.deliver_by) for contact in contacts):
        raise CertificateError(f"{task.name!r} is not delivered in time")


def _delivers(one: Assignment, contact: Pass, due: datetime) -> bool:
    is_after = one.end is not None and contact.start >= one.end
    return contact.station is not None and contact.satellite == one.satellite and is_after and contact.end <= due


def _check_renewable(key: ResourceKey, uses: Sequence[Use], units: int, turnaround: int) -> None:
    """Goes through time: what ends comes before what has no length, and that before what begins."""
    events: list[tuple[int, int, int]] = []
    for start, end, amount, _ in uses:
        over = end + turnaround
        events += [(start, 2, amount), (over, 0, -amount)] if start < over else [(start, 1, amount)]
    held = 0
    for _, order, amount in sorted(events):
        if held + amount > units:
            raise CertificateError(f"{key!r} is used above its capacity: {held + amount} of {units}")
        held += 0 if order == 1 else amount


def _check_transitions(problem: PlanProblem, name: str, key: ResourceKey, uses: Sequence[Use]) -> None:
    turnaround = milliseconds(problem.supplies[key].turnaround)  # type: ignore[arg-type]

    def needed(one: Assignment, other: Assignment) -> int | None:
        if one.opportunity is None or other.opportunity is None:
            return None
        between = problem.transitions[name](one.task, one.opportunity, other.task, other.opportunity)  # type: ignore[arg-type]
        return turnaround + milliseconds(length(name, between))

    # Neighbours are enough: where the triangle inequality holds, others are at least as far apart.
    for (_, end, _, one), (start, _, _, other) in pairwise(_in_order(uses, needed)):
        between = needed(one, other)
        if between is not None and start < end + between:
            raise CertificateError(f"{other.task.name!r} begins too early after {one.task.name!r} on {key!r}")


def _in_order(uses: Sequence[Use], needed: Callable[[Assignment, Assignment], int | None]) -> Iterator[Use]:
    """By time; of those of no length at one moment who may follow more of the others at once comes later."""
    for (end, start), together in groupby(sorted(uses, key=_end_and_start), _end_and_start):
        some = list(together)
        if start == end and len(some) > 1:
            before = {id(use): sum(not needed(other[3], use[3]) for other in some if other is not use) for use in some}
            some.sort(key=lambda use: before[id(use)])
        yield from some


def _end_and_start(use: Use) -> tuple[int, int]:
    return use[1], use[0]


def _check_reservoir(problem: PlanProblem, key: ResourceKey, uses: Sequence[Use], units: int, level: int) -> None:
    """Plays it through: room is taken at a start; what has ended can leave with a pass, the earliest due first."""
    drains = _drains(problem, key)
    delivers = any(contact.station is not None for _, _, _, contact in drains)
    held, stored = level, [_Stored(_NEVER, level, 0)]
    to_come = sorted(uses, key=lambda use: -use[0])
    # A last one that takes nothing, so that what starts after the passes is counted, too.
    for begin, stop, most, _ in [*drains, (_NEVER, _NEVER, 0, None)]:
        while to_come and to_come[-1][0] < stop:
            at, until, amount, one = to_come.pop()
            held += amount
            stored.append(_Stored(_due(problem, one) if delivers else _NEVER, amount, until))
            if held > units:
                raise CertificateError(f"{key!r} is too full at {problem.horizon.at(at)}")
        # A pass delivers when it ends: what is due during it had to leave with one before.
        if any(some.amount and some.due < stop for some in stored):
            raise CertificateError(f"what is due is still in {key!r}")
        left = most
        # The earliest due date first: if any order delivers in time, this one does.
        for some in sorted((some for some in stored if some.since <= begin), key=lambda some: some.due):
            gone = min(some.amount, left)
            some.amount, left, held = some.amount - gone, left - gone, held - gone
        stored = [some for some in stored if some.amount]


@dataclass(slots=True)
class _Stored:
    """So much in a reservoir, which can leave since a time, and is due at one."""

    due: int
    amount: int
    since: int


def _drains(problem: PlanProblem, key: ResourceKey) -> list[tuple[int, int, int, Pass]]:
    """The passes that drain a reservoir: start, end, units; one inside another counts with the times of that one."""
    at = problem.horizon.first_within
    found = [
        (at(one.start), at(one.end), units, one) for one, units in problem.drained.get(key, ()) if at(one.start) >= 0
    ]
    spans = {(start, end) for start, end, *_ in found}
    outer = [span for span in spans if not any(_is_inside(span, other) for other in spans)]
    counted = [
        (*max((span for span in outer if _is_inside((start, end), span)), default=(start, end)), units, one)
        for start, end, units, one in found
    ]
    return sorted(counted, key=lambda one: one[:3])


def _is_inside(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return other[0] <= one[0] and one[1] < other[1]


def _due(problem: PlanProblem, one: Assignment) -> int:
    task = one.task
    if one.is_fixed or not isinstance(task, TimedTask) or task.deliver_by is None:
        return _NEVER
    return problem.horizon.last_within(task.deliver_by)
