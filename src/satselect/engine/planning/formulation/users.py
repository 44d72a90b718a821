"""Which candidates use each resource when, and which resources are timelines."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from satselect.engine.planning.formulation.candidates import Candidates, turnaround_of
from satselect.engine.planning.formulation.setups import Setup
from satselect.engine.planning.formulation.spots import Spots
from satselect.engine.planning.model import Resource
from satselect.engine.planning.problem import PlanProblem
from satselect.engine.problem.problem import ResourceKey
from satselect.engine.problem.rows import Ints


@dataclass(frozen=True, slots=True)
class Users:
    """The candidates that use a resource.

    Shapes: who (n,), candidates by start; amount, start, end (with turnaround), task, kind (n,), -1 of what needs no
    transition.
    """

    key: ResourceKey
    supply: Resource
    who: Ints
    amount: Ints
    start: Ints
    end: Ints
    task: Ints
    setup: Setup | None
    kind: Ints


def users_of(problem: PlanProblem, spots: Spots, candidates: Candidates, setups: Mapping[int, Setup]) -> list[Users]:
    """The users of each resource that has some."""
    uses = spots.uses.take(candidates.spot)
    who = uses.owners
    order = np.lexsort((candidates.end[who], candidates.start[who], uses.resources))
    who, resources, amounts = who[order], uses.resources[order], uses.amounts[order]
    bounds = np.searchsorted(resources, np.arange(len(spots.keys) + 1))
    found = []
    for number, (a, b) in enumerate(itertools.pairwise(bounds)):
        if a < b:
            key, some, setup = spots.keys[number], who[a:b], setups.get(number)
            supply = problem.supplies[key]
            found.append(
                Users(
                    key=key,
                    supply=supply,
                    who=some,
                    amount=amounts[a:b],
                    start=candidates.start[some],
                    end=candidates.end[some] + turnaround_of(supply),
                    task=spots.task[candidates.spot[some]],
                    setup=setup,
                    kind=np.full(b - a, -1) if setup is None else setup.kind[candidates.spot[some]],
                )
            )
    return found


def timelines(users: Sequence[Users], count: int) -> tuple[Ints, list[Users]]:
    """The number of the timeline of each candidate, (count,), -1 of those that are on none; and their users.

    Resources of one unit that no candidate uses together; those with transitions first, then those most used.
    """
    line, chosen = np.full(count, -1), list[Users]()
    # Transitions first: a timeline heeds them in its sweeps, while as rows they would be many pairs. Then the most
    # used, which spare the most rows.
    for some in sorted(users, key=lambda one: (one.setup is None, -len(one.who))):
        if some.supply.kind == "renewable" and some.supply.units == 1 and (line[some.who] < 0).all():
            line[some.who] = len(chosen)
            chosen.append(some)
    return line, chosen


def is_implied(some: Users, line: Ints, lines: Sequence[Users]) -> bool:
    """Whether a renewable resource can't be short because all its users are on one timeline."""
    numbers = line[some.who]
    if numbers[0] < 0 or (numbers != numbers[0]).any():
        return False
    other = lines[numbers[0]]
    is_as_long = turnaround_of(other.supply) >= turnaround_of(some.supply)
    # What keeps apart for at least as long keeps apart here, unless this resource asks for transitions of its own.
    return other is some or (some.setup is None and is_as_long)
