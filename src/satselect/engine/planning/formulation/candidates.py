"""Candidates: spots at a fixed start. Exact where that is cheap, else on a grid, and where fixed intervals end."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from satselect.engine.limits import Limits
from satselect.engine.planning.formulation.setups import Setup
from satselect.engine.planning.formulation.spots import Spots
from satselect.engine.planning.model import Resource
from satselect.engine.planning.problem import PlanProblem
from satselect.engine.planning.times import milliseconds
from satselect.engine.problem.problem import ResourceKey
from satselect.engine.problem.rows import Floats, Ints

_FEW_SPOTS = 24  # that may start at several times: with more the starts that others make possible are too many
_FEW_STARTS = 400  # each of which may make others possible, spot by spot


@dataclass(frozen=True, slots=True)
class Candidates:
    """Spots at their starts, by task; the facts stand last.

    Shapes: spot, start, end (n,) int64, ends without turnaround; worth (n,) float64, what is maximised. `is_exact`:
    no other starts would allow for more.
    """

    spot: Ints
    start: Ints
    end: Ints
    worth: Floats
    is_exact: bool

    def __len__(self) -> int:
        return len(self.spot)


def candidates_of(problem: PlanProblem, spots: Spots, setups: Mapping[int, Setup], limits: Limits) -> Candidates:
    """The candidates of all spots.

    Raises:
        OutOfTime: there was no time for all of them.
    """
    is_flexible = spots.first < spots.last
    if not is_flexible.any():
        return at_first(problem, spots)
    found = _left_shifted(problem, spots, setups, limits) if are_few(spots) else None
    starts = found or _on_grid(problem, spots, limits)
    counts = [len(some) for some in starts]
    spot = np.repeat(np.arange(len(spots)), counts)
    start = np.fromiter((one for some in starts for one in some), np.int64, sum(counts))
    return _at(problem, spots, spot, start, is_exact=found is not None)


def at_first(problem: PlanProblem, spots: Spots) -> Candidates:
    """Each spot at its first start."""
    return _at(problem, spots, np.arange(len(spots)), spots.first, is_exact=True)


def are_few(spots: Spots) -> bool:
    """Whether all starts may be tried that a best plan may need."""
    return bool((spots.first < spots.last).sum() <= _FEW_SPOTS and len(spots) <= _FEW_STARTS)


def _at(problem: PlanProblem, spots: Spots, spot: Ints, start: Ints, *, is_exact: bool) -> Candidates:
    worth = spots.worth[spot]
    if problem.kept:
        stays = np.flatnonzero(start == spots.stay[spot])
        worth[stays] = [with_bonus(profit, problem.stay) for profit in worth[stays].tolist()]
    return Candidates(spot, start, start + spots.length[spot], worth, is_exact)


def with_bonus(profit: float, stay: float) -> float:
    """What a profit is worth with the bonus for staying, a share of it."""
    # As decimals that people write: the float of a share of 0.02 is a hair more, and would be in every exact sum.
    return float(Fraction(repr(profit)) * (1 + Fraction(repr(stay))))


def turnaround_of(supply: Resource) -> int:
    """Milliseconds for which a resource is busy after each use."""
    return milliseconds(supply.turnaround)  # type: ignore[arg-type]


def emptied_by(problem: PlanProblem) -> dict[ResourceKey, set[int]]:
    """When passes end that drain each reservoir."""
    at = problem.horizon.first_within
    return {key: {at(one.end) for one, _ in passes} for key, passes in problem.drained.items()}


def _emptied(problem: PlanProblem, spots: Spots) -> list[Ints]:
    """When passes end that drain something, of each spot those that drain what it fills."""
    by_key = emptied_by(problem)
    none = np.zeros(0, np.int64)
    if not by_key:
        return [none] * len(spots)
    return [np.array(sorted(set[int]().union(*(by_key.get(key, ()) for key in keys)))) for keys in _keys(spots)]


def _keys(spots: Spots) -> list[list[ResourceKey]]:
    """The resources of each spot."""
    of_each = np.split(spots.uses.resources, spots.uses.starts[1:-1]) if len(spots) else []
    return [[spots.keys[number] for number in numbers.tolist()] for numbers in of_each]


def _left_shifted(
    problem: PlanProblem, spots: Spots, setups: Mapping[int, Setup], limits: Limits
) -> list[list[int]] | None:
    """The starts of which a best plan needs no other, if they are few.

    Shifted to the left as far as it goes, a task begins with its opportunity, where another ends (and turnaround and
    transition are over), or where a pass has made room.
    """
    supplies = list(problem.supplies.values())
    uses = [spots.uses.resources[a:b].tolist() for a, b in zip(spots.uses.starts, spots.uses.starts[1:], strict=False)]
    starts = [{int(first)} for first in spots.first]
    for i, times in enumerate(_emptied(problem, spots)):
        starts[i].update(at for at in times.tolist() if spots.first[i] < at <= spots.last[i])
        known = spots.stay[i], spots.planned[i]
        starts[i].update(int(at) for at in known if spots.first[i] < at <= spots.last[i])
    # Of two spots of one task at most one is taken, so neither ever waits for the other.
    waits: dict[tuple[int, int], set[int]] = {}
    for a in range(len(spots)):
        limits.check()
        for b in range(len(spots)):
            if spots.task[a] != spots.task[b] and spots.first[b] < spots.last[b]:
                keys = [key for key in uses[a] if key in uses[b] and supplies[key].kind == "renewable"]
                waits[a, b] = {int(spots.length[a]) + _wait(supplies[key], setups.get(key), a, b) for key in keys}
    # A start that became possible makes others possible, link by link along the chain, until nothing is new or it is
    # said below that they are no longer few.
    fresh = [(i, at) for i, times in enumerate(starts) for at in times]
    while fresh:
        limits.check()
        a, at = fresh.pop()
        for b in range(len(spots)):
            for wait in waits.get((a, b), ()):
                if spots.first[b] < at + wait <= spots.last[b] and at + wait not in starts[b]:
                    starts[b].add(at + wait)
                    fresh.append((b, at + wait))
        if sum(map(len, starts)) > len(spots) + _FEW_STARTS:
            return None
    return [sorted(times) for times in starts]


def _wait(supply: Resource, setup: Setup | None, a: int, b: int) -> int:
    turnaround = turnaround_of(supply)
    if setup is None or min(setup.kind[a], setup.kind[b]) < 0:
        return turnaround
    return turnaround + int(setup.table[setup.kind[a], setup.kind[b]])


def _on_grid(problem: PlanProblem, spots: Spots, limits: Limits) -> list[list[int]]:
    """Starts every step from the beginning of each opportunity, and those that what is fixed makes possible."""
    # Counted from the opportunity and not from the horizon, so that a horizon that rolls tries the same times again.
    step = max(milliseconds(problem.step), 1)
    starts, keys = [[first] for first in spots.first.tolist()], _keys(spots)
    ends = rigid_ends(problem, spots)
    emptied = _emptied(problem, spots)
    for i in np.flatnonzero(spots.first < spots.last).tolist():
        limits.check()
        first, last, anchor = int(spots.first[i]), int(spots.last[i]), int(spots.anchor[i])
        grid = np.arange(anchor + -(-(first - anchor) // step) * step, last + 1, step)
        more = [times[(times > first) & (times <= last)] for key in keys[i] if (times := ends.get(key)) is not None]
        gone = emptied[i][(emptied[i] > first) & (emptied[i] <= last)]
        # What is planned by now may lie beside the grid, of another step or shifted to the left: it must be able to
        # stay.
        known = np.array([spots.stay[i], spots.planned[i]])
        found = np.unique(np.concatenate((grid, gone, *more, known[(known > first) & (known <= last)])))
        starts[i] = found.tolist() or [first]  # between two steps there may be no time at all
    return starts


def rigid_ends(problem: PlanProblem, spots: Spots) -> dict[ResourceKey, Ints]:
    """When each renewable resource is free again after what can't be shifted, if some use of it can be."""
    flexible = spots.first < spots.last
    used = spots.uses.take(np.flatnonzero(flexible)).resources
    ends: dict[ResourceKey, Ints] = {}
    owners = spots.uses.owners
    for number in np.unique(used).tolist():
        key = spots.keys[number]
        users = np.unique(owners[spots.uses.resources == number])
        rigid = users[~flexible[users]]
        if problem.supplies[key].kind == "renewable" and len(rigid):
            over = spots.first[rigid] + spots.length[rigid] + turnaround_of(problem.supplies[key])
            ends[key] = np.unique(over)
    return ends
