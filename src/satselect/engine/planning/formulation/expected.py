"""How long the arrays of a problem will take, so that no time is lost to those that are too many."""

from dataclasses import dataclass

import numpy as np

from satselect.engine.limits import Limits
from satselect.engine.planning.formulation.candidates import turnaround_of
from satselect.engine.planning.formulation.sharing import MEMBERS, members_of_stretches
from satselect.engine.planning.formulation.spots import Spots
from satselect.engine.planning.problem import PlanProblem
from satselect.engine.planning.times import milliseconds

_CANDIDATE_S, _MEMBER_S = 7e-6, 1.5e-7  # each, measured (decision 0192)


@dataclass(frozen=True, slots=True)
class Expected:
    """Seconds: of what grows with the number of tasks, and of what grows with its square."""

    linear_s: float
    square_s: float

    @classmethod
    def of(cls, problem: PlanProblem, spots: Spots) -> "Expected":
        """Of candidates, of members of the rows of what several hold, and of stretches of passes."""
        horizon, uses = max(problem.horizon.length, 1), spots.uses
        starts = 1 + np.maximum(spots.last - spots.first, 0) / max(milliseconds(problem.step), 1)
        of, count = uses.resources, len(spots.keys)
        users = np.bincount(of, weights=starts[uses.owners], minlength=count)
        held = np.bincount(of, weights=(starts * spots.length)[uses.owners], minlength=count)
        linear, square = _CANDIDATE_S * float(starts.sum()), 0.0
        users_of = {spots.keys[number]: float(users[number]) for number in np.flatnonzero(users).tolist()}
        # Of more than these only those that matter become rows, as far as there is time.
        linear += _MEMBER_S * min(members_of_stretches(users_of, problem), MEMBERS)
        for number in np.flatnonzero(users).tolist():
            supply = problem.supplies[spots.keys[number]]
            if supply.kind == "renewable" and supply.units > 1:
                # A row for every other start, with all that go on then.
                at_once = (held[number] + users[number] * turnaround_of(supply)) / horizon
                square += _MEMBER_S * users[number] / 2 * at_once
        return cls(linear, square)

    def fits(self, limits: Limits, times: float, share: float = 1.0) -> bool:
        """Whether so many times the time left is enough for this share of the tasks."""
        left = limits.seconds_left()
        return left is None or 0 < left * times >= self.linear_s * share + self.square_s * share**2
