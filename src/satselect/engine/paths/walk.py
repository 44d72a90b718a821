"""From a plan to better ones: the search along timelines, in portions."""

from collections.abc import Iterator

import numpy as np

from satselect.engine.limits import PORTION, Limits
from satselect.engine.paths.duality import Ascent
from satselect.engine.paths.lines import Lines
from satselect.engine.paths.state import State, fill, order_by
from satselect.engine.paths.stretch import Room
from satselect.engine.paths.windows import search
from satselect.engine.problem.rows import Ints

_HEAT, _COOL = 0.05, 0.05  # in mean profits; what is left of it at the end


def walked(lines: Lines, ascent: Ascent, chosen: Ints, moves: int, number: int, limits: Limits) -> Iterator[State]:
    """One state, again and again, as it comes by after more of so many moves from these candidates, (chosen,).

    Of these it starts with those on the lines, and with whatever fits beside them. Walks of other numbers go elsewhere.
    """
    places = np.flatnonzero(np.isin(lines.who, chosen))
    state = State.empty(lines)
    fill(lines, state, places)
    # Rounded, so that where paths went about as often the reduced profits decide.
    fill(lines, state, order_by(np.round(ascent.average, 2), ascent.scratch.reduced))
    room, first = Room.of(), 0
    heat = _HEAT * lines.value[places].mean() if len(places) else 0.0
    cooling = _COOL ** (1 / moves)
    while first < moves and not limits.is_over():
        # Another seed for each portion of each walk: with the same one they would try the same moves again.
        seed, rest, work = 1_000_003 * number + first, moves - first, limits.work(PORTION)
        first += search(lines, state, ascent.prices, room, heat * cooling**first, cooling, rest, seed, work)
        yield state
