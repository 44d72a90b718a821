"""Whether what a plan at once took may follow each other, where transitions are functions.

A plan at once looks at neighbours alone, and so does the certificate. That is enough where no detour over a third task
is quicker; tables keep that, and functions are looked at with all arrays, which there was no time for.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import cast

import numpy as np

from satselect.engine.planning.formulation.candidates import turnaround_of
from satselect.engine.planning.formulation.setups import Tabled
from satselect.engine.planning.formulation.spots import Spots
from satselect.engine.planning.model import Opportunity, TimedTask
from satselect.engine.planning.problem import PlanProblem, Transition
from satselect.engine.planning.times import length, milliseconds
from satselect.engine.problem.errors import InvalidArgumentError
from satselect.engine.problem.problem import name_of

Use = tuple[TimedTask, Opportunity]
"""A task in an opportunity."""

Asked = Callable[[int, int], object]
"""What a transition says of two spots."""


def check_following(problem: PlanProblem, spots: Spots) -> None:
    """Lets spots pass, each at its first start, of which none begins too early after one that is no neighbour.

    Raises:
        InvalidArgumentError: a transition breaks the triangle inequality: names three tasks.
    """
    for name, transition in problem.transitions.items():
        if isinstance(transition, Tabled):
            continue
        asked = partial(_asked, transition, [_use(spots, i) for i in range(len(spots))])
        for number, key in enumerate(spots.keys):
            if name == name_of(key):
                _check_line(name, spots, number, turnaround_of(problem.supplies[key]), asked)


def _asked(transition: Transition, uses: Sequence[Use], one: int, other: int) -> object:
    return transition(*uses[one], *uses[other])


def _use(spots: Spots, spot: int) -> Use:
    return cast("Use", (spots.tasks[int(spots.task[spot])], spots.opportunity(spot)))


def _check_line(name: str, spots: Spots, number: int, turnaround: int, asked: Asked) -> None:
    users = np.unique(spots.uses.owners[spots.uses.resources == number]).tolist()
    line = sorted(_spans(spots, users, turnaround))
    for i, (over, begin, one) in enumerate(line):
        for k in range(i + 2, len(line)):  # neighbours have been looked at
            end, start, other = line[k]
            if _is_longer(name, asked(one, other), start - over) and _is_longer(name, asked(other, one), begin - end):
                a, b, c = (spots.tasks[int(spots.task[spot])].name for spot in (one, line[k - 1][2], other))
                why = f"breaks the triangle inequality: from {a!r} to {c!r} it must not take longer than over {b!r}"
                raise InvalidArgumentError(field=f"transition {name!r}", value=asked(one, other), why=why)


def _spans(spots: Spots, users: list[int], turnaround: int) -> Iterator[tuple[int, int, int]]:
    for spot in users:
        if spots.opportunity(spot) is not None:
            start = int(spots.first[spot])
            yield start + int(spots.length[spot]) + turnaround, start, spot


def _is_longer(name: str, given: object, gap: int) -> bool:
    """Whether a transition takes more than so many milliseconds."""
    # Made a length only where it is close: pairs are many.
    if isinstance(given, int | float) and 0 <= given * 1000 <= gap:
        return False
    return milliseconds(length(f"transition {name!r}", cast("float", given))) > gap
