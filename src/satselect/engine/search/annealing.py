"""Local search: add one column, drop the few that are in its way, fill what became free.

As the best heuristics for independent sets and set packing do, on lists of what uses each resource instead of a graph
of conflicts. A worse selection is accepted now and then (simulated annealing: Kirkpatrick, Gelatt, Vecchi 1983).
Columns that lose little at the prices are tried more often.
"""

from typing import NamedTuple

import numpy as np

from satselect.engine.compiled import compiled, inner
from satselect.engine.limits import PORTION, Limits
from satselect.engine.packing.part import Part
from satselect.engine.problem.rows import Bools, Floats, Ints
from satselect.engine.relaxation.prices import reduced_profits

_SLICE = 5000  # steps between two looks at the clock at most
_STEP = 100  # elementary operations of a step, besides those that are counted
_TRIED_PER_RESOURCE = 4
_SEED = 88172645463325252


class _State(NamedTuple):
    """What is chosen, and what it is chosen from.

    Shapes: starts (columns + 1,), resources and amounts (nonzeros,), profits (columns,); first_user (resources + 1,)
    and users (nonzeros,): the columns that use each resource; room (resources,); is_chosen (columns,); random (1,);
    work (1,), elementary operations so far.
    """

    starts: Ints
    resources: Ints
    amounts: Ints
    profits: Floats
    first_user: Ints
    users: Ints
    room: Ints
    is_chosen: Bools
    random: Ints
    work: Ints


def improved(part: Part, columns: Ints, y: Floats, limits: Limits) -> Ints:
    """Columns that fit and earn at least as much as these; y are prices, (resources,) units."""
    state = _state(part, columns)
    reduced = reduced_profits(part, y)
    # What loses much at the prices is hardly ever in a good selection: no step is spent on adding it. It may still come
    # in by filling.
    tried = np.argsort(-reduced, kind="stable")[: _TRIED_PER_RESOURCE * len(part.resources)]
    best, gains = state.is_chosen.copy(), np.zeros(2)
    first = 0
    while first < limits.steps and not limits.is_over():
        # Progress counts steps, not seconds, so that a slow machine cools as a fast one does, and only ends sooner.
        steps = np.arange(first, min(first + _SLICE, limits.steps)) / limits.steps
        first += _anneal(state, tried, best, gains, steps, limits.heat, limits.work(PORTION))
    return np.flatnonzero(best)


def _state(part: Part, columns: Ints) -> _State:
    rows = part.rows
    order = np.argsort(rows.resources, kind="stable")
    chosen = rows.take(columns)
    state = _State(
        starts=rows.starts,
        resources=rows.resources,
        amounts=rows.amounts,
        profits=part.profits / max(int(part.profits.max()), 1),
        first_user=np.searchsorted(rows.resources[order], np.arange(len(part.capacities) + 1)),
        users=rows.owners[order],
        room=part.capacities.copy(),
        is_chosen=np.isin(np.arange(len(rows)), columns),
        # The same seed at each start, and no clock: the same problem gives the same selection.
        random=np.array([_SEED], np.uint64),
        work=np.zeros(1, np.int64),
    )
    np.subtract.at(state.room, chosen.resources, chosen.amounts)
    return state


@compiled()
def _anneal(state: _State, tried: Ints, best: Bools, gains: Floats, progress: Floats, heat: float, work: int) -> int:
    """Goes on from where the state is, a step per progress (0 to 1); writes what is better to best.

    Ends once it has taken so many elementary operations; how many steps it took. `gains` holds what the state, and what
    the best one, earns more than the selection at the start.
    """
    dropped, added = np.empty(len(best), np.int64), np.empty(len(best), np.int64)
    state.work[0] = 0
    steps = 0
    for done in progress:
        if state.work[0] >= work and steps > 0:
            break
        steps += 1
        state.work[0] += _STEP
        j = tried[np.int64(_uniform(state.random) ** 2 * len(tried))]  # the square favours the front of the list
        if state.is_chosen[j]:
            continue
        drops = _make_room(state, j, dropped)
        _flip(state, j)
        added[0] = j
        adds = _fill(state, dropped[:drops], added)
        # A dropped column may have come back by filling: it is in both lists then, and counts as nothing.
        change = state.profits[added[:adds]].sum() - state.profits[dropped[:drops]].sum()
        # The rule of Metropolis: what is lost is accepted with a chance that falls with the loss, and over time to
        # nothing, so that it ends in a selection which no single step betters.
        temperature = heat * (1 - done) ** 2 + 1e-9
        if change >= 0 or _uniform(state.random) < np.exp(change / temperature):
            gains[0] += change
            # Floats that only steer: a hair is asked for, so that rounding errors in a circle of moves copy nothing.
            # What it is worth is counted anew in whole units by whoever takes the selection.
            if gains[0] > gains[1] + 1e-12:
                gains[1] = gains[0]
                _keep(state, best)
                state.work[0] += len(best)
        else:
            # Taken back in any order: rooms are sums, and each column was flipped once.
            for i in added[:adds]:
                _flip(state, i)
            for i in dropped[:drops]:
                _flip(state, i)
    return steps


@inner()
def _keep(state: _State, best: Bools) -> None:
    for j in range(len(best)):
        best[j] = state.is_chosen[j]


@inner()
def _uniform(random: Ints) -> float:
    """A number from 0 to 1 (xorshift: Marsaglia 2003)."""
    x = random[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    random[0] = x
    return float(x >> np.uint64(11)) / (1 << 53)


@inner()
def _flip(state: _State, j: int) -> None:
    """Chooses a column, or no longer."""
    sign = -1 if state.is_chosen[j] else 1
    state.is_chosen[j] = not state.is_chosen[j]
    for t in range(state.starts[j], state.starts[j + 1]):
        state.room[state.resources[t]] -= sign * state.amounts[t]


@inner()
def _make_room(state: _State, j: int, dropped: Ints) -> int:
    """Drops what is in a column's way, of each resource the users worth least first; how many."""
    drops = 0
    for t in range(state.starts[j], state.starts[j + 1]):
        r = state.resources[t]
        # Each column of a part fits alone, so while there is too little room somebody holds some: one is always found.
        while state.room[r] < state.amounts[t]:
            least = -1
            state.work[0] += state.first_user[r + 1] - state.first_user[r]
            for i in state.users[state.first_user[r] : state.first_user[r + 1]]:
                if state.is_chosen[i] and (least < 0 or state.profits[i] < state.profits[least]):
                    least = i
            dropped[drops] = least
            _flip(state, dropped[drops])  # a value that may be a constant would be a type of its own to the compiler
            drops += 1
    return drops


@inner()
def _fill(state: _State, dropped: Ints, added: Ints) -> int:
    """Chooses what fits into the room that dropped columns left, from a random place on; how many are added in all."""
    adds = 1
    # Room came back only where dropped columns were: what did not fit before for want of it elsewhere does not fit now.
    for d in dropped:
        for t in range(state.starts[d], state.starts[d + 1]):
            r = state.resources[t]
            first, count = state.first_user[r], state.first_user[r + 1] - state.first_user[r]
            offset = np.int64(_uniform(state.random) * count)
            for u in range(count):
                i = state.users[first + (u + offset) % count]
                # Every user takes a unit at least.
                if state.room[r] <= 0:
                    break
                state.work[0] += 1
                if not state.is_chosen[i] and _has_room(state, i):
                    _flip(state, i)
                    added[adds] = i
                    adds += 1
    return adds


@inner()
def _has_room(state: _State, j: int) -> bool:
    fits = True
    state.work[0] += state.starts[j + 1] - state.starts[j]
    for t in range(state.starts[j], state.starts[j + 1]):
        fits &= state.amounts[t] <= state.room[state.resources[t]]
    return fits
