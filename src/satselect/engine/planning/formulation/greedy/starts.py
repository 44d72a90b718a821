"""The starts that are tried of each spot, one at a time: those of `candidates_of`, of which there are many."""

from bisect import bisect_left

from satselect.engine.planning.formulation.candidates import are_few, emptied_by, rigid_ends
from satselect.engine.planning.formulation.greedy.rooms import NEVER
from satselect.engine.planning.formulation.spots import Spots
from satselect.engine.planning.problem import PlanProblem
from satselect.engine.planning.times import milliseconds


class Starts:
    """Which starts are tried: any if spots are few, else those on the grid, and where room comes at fixed times."""

    def __init__(self, problem: PlanProblem, spots: Spots) -> None:
        self._step, self._is_any = max(milliseconds(problem.step), 1), are_few(spots)
        self._anchor: list[int] = spots.anchor.tolist()
        self._first: list[int] = spots.first.tolist()
        self._last: list[int] = spots.last.tolist()
        self._known = spots.stay.tolist(), spots.planned.tolist()
        ends, emptied = rigid_ends(problem, spots), emptied_by(problem)
        self._more = [sorted({*ends.get(key, ()), *emptied.get(key, ())}) for key in spots.keys]

    def soonest(self, spot: int, start: int, keys: list[int]) -> int:
        """The first of them from this start on, of a spot that uses these resources, or `NEVER`."""
        first, last, anchor = self._first[spot], self._last[spot], self._anchor[spot]
        if self._is_any or first == last or start > last:
            return start if start <= last else NEVER
        on_grid = anchor - (anchor - first) // self._step * self._step
        if start <= first and on_grid == first:
            return first
        found = anchor - (anchor - start) // self._step * self._step
        for key in keys:
            times = self._more[key]
            place = bisect_left(times, max(start, first + 1))
            if place < len(times) and times[place] < found:
                found = int(times[place])
        found = min([found, *(one for of in self._known if first < (one := of[spot]) and start <= one)])
        if found <= last:
            return int(found)
        return first if start <= first else NEVER  # between two steps there may be no time at all
