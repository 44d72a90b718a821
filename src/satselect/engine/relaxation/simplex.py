"""The linear relaxation of a packing, by the primal simplex method on a dense inverse, compiled.

Bounded variables, revised form (Dantzig 1963, chapters 11 and 18), with a short list of columns that a pass over
all of them refills. Capacities are widened by a hair, each by another, so that no step has length zero and nothing
cycles. Prices need not be exact to prove a bound, so floats will do. Tolerances are absolute, so the amounts of every
resource are brought to the size of one first: in what unit it is counted changes nothing.
"""

from typing import NamedTuple

import numpy as np

from satselect.engine.compiled import compiled, inner
from satselect.engine.problem.rows import Bytes, Floats, Ints, Ints32

_WIDER = 1e-6
_ZERO = 1e-9  # gains below it are rounding: profits are of the size of one here
_LISTED_PER_ROW = 4
_SLACK = 0.5**0.5  # what the gain of a slack is multiplied with to compare it with columns
AT_ZERO, AT_ONE, BASIC = 0, 1, 2


class Relaxation(NamedTuple):
    """A basis on the move; slack `r` is variable `columns + r`.

    Shapes: inverse (resources, resources), the transposed inverse of the basis; basis, level (resources,): the basic
    variables and their values; y (resources + 1,): prices, the last one 0; state (columns + resources,); alpha
    (resources,): the entering column in terms of the basis.
    """

    inverse: Floats
    basis: Ints
    level: Floats
    y: Floats
    state: Bytes
    alpha: Floats


def relax(
    uses: Ints32, amounts: Floats, profits: Floats, capacities: Floats, max_pivots: int
) -> tuple[Floats, Floats, bool]:
    """Prices (resources,) and fractions (columns,) at the optimum of the relaxation (True), or after so many pivots.

    Shapes: uses and amounts (width, columns): the resources of each column and how much it uses of them, padded
    with the resource after the last one and 0; profits (columns,); capacities (resources,).
    """
    n, m = len(profits), len(capacities)
    sizes, shares = scaled(uses, amounts, m)
    now = slack_basis(n, capacities / sizes[:m])
    is_done = go_on(uses, shares, profits, now, max_pivots)
    return now.y[:m] / sizes[:m], fractions_of(now, n), is_done


@compiled(fastmath=True)
def go_on(uses: Ints32, amounts: Floats, profits: Floats, now: Relaxation, max_pivots: int) -> bool:
    """Moves the basis to the optimum (True), or for so many pivots; shapes as for `relax`."""
    n, m = len(profits), len(now.basis)
    weights = _weights(amounts)
    before, pivots = -1, 0
    # Invariant: the basis is feasible and the prices are its own, after every pivot; so it may be stopped anywhere, and
    # where no column and no slack gains any more it is at the optimum.
    while before < pivots < max_pivots:  # rounding may list a column that then doesn't gain after all
        before = pivots
        listed = _list(uses, amounts, profits, weights, now, _LISTED_PER_ROW * m)
        if len(listed) == 0:
            break
        short = (listed, uses[:, listed].copy(), amounts[:, listed].copy(), profits[listed], weights[listed])
        gains = np.empty(len(listed))
        while pivots < max_pivots:
            entering, gain = _entering(short, now, n, gains)
            if entering < 0:
                break
            _express(uses, amounts, entering, now)
            _pivot(entering, gain, now, n)
            pivots += 1
    # Where the optimum took just so many it says no: one call more than needed, but never a false yes.
    return pivots < max_pivots


@compiled(fastmath=True)
def fractions_of(now: Relaxation, n: int) -> Floats:
    """How much of each of `n` columns this basis takes: (columns,)."""
    fractions: Floats = (now.state[:n] == AT_ONE).astype(np.float64)
    for i in range(len(now.basis)):
        if now.basis[i] < n:
            fractions[now.basis[i]] = now.level[i]
    return fractions


@compiled()
def scaled(uses: Ints32, amounts: Floats, m: int) -> tuple[Floats, Floats]:
    """Magnitudes as those of rows, and 1 for the filler, (resources + 1,); amounts divided by them."""
    totals, counts = np.zeros(m + 1), np.zeros(m + 1, np.int64)
    for w in range(uses.shape[0]):
        for j in range(uses.shape[1]):
            totals[uses[w, j]] += amounts[w, j]
            counts[uses[w, j]] += 1
    sizes = np.ones(m + 1)
    for r in range(m):
        if totals[r] > 0:
            # A power of two: to divide by it rounds nothing, so the scaled problem is the same problem, and so are its
            # prices.
            sizes[r] = 2.0 ** np.floor(np.log2(totals[r] / counts[r]))
    divided = np.empty_like(amounts)
    for w in range(uses.shape[0]):
        for j in range(uses.shape[1]):
            divided[w, j] = amounts[w, j] / sizes[uses[w, j]]
    return sizes, divided


def slack_basis(n: int, capacities: Floats) -> Relaxation:
    """The basis of `n` columns of which none is taken."""
    return Relaxation(*_slack_basis(n, capacities))


@compiled(fastmath=True)
def _slack_basis(n: int, capacities: Floats) -> tuple[Floats, Ints, Floats, Floats, Bytes, Floats]:
    m = len(capacities)
    state = np.zeros(n + m, np.int8)
    state[n:] = BASIC
    level = np.empty(m)
    # Equal rows would tie in the ratio test, and ties are what steps of length zero come of: each row is widened by
    # another share, spread by a prime.
    for r in range(m):
        level[r] = capacities[r] * (1 + _WIDER * (1 + (r * 7919 % 997) / 997))
    # To take nothing always fits, so there is no first phase: the basis is that of the slacks, its own inverse, at
    # prices of 0.
    return np.eye(m), np.arange(n, n + m), level, np.zeros(m + 1), state, np.empty(m)


@inner(fastmath=True)
def _weights(amounts: Floats) -> Floats:
    """What the gains of columns are multiplied with to compare them: (columns,).

    A column that uses much moves much: its gain is measured along the edge that leads away from the slack basis
    (steepest edges, Goldfarb and Reid 1977, at the start only).
    """
    lengths = np.ones(amounts.shape[1])
    for w in range(amounts.shape[0]):
        for j in range(amounts.shape[1]):
            lengths[j] += amounts[w, j] ** 2
    weights: Floats = 1 / np.sqrt(lengths)
    return weights


@inner(fastmath=True)
def _gains(uses: Ints32, amounts: Floats, profits: Floats, y: Floats, gains: Floats) -> None:
    """Writes each column's reduced profit to `gains`."""
    for j in range(len(profits)):
        gains[j] = profits[j]
    for w in range(uses.shape[0]):
        for j in range(uses.shape[1]):
            gains[j] -= amounts[w, j] * y[uses[w, j]]


@inner(fastmath=True)
def _list(uses: Ints32, amounts: Floats, profits: Floats, weights: Floats, now: Relaxation, size: int) -> Ints:
    """The columns that would gain most at these prices, and those taken now; none if none would gain."""
    n = len(profits)
    gains = np.empty(n)
    _gains(uses, amounts, profits, now.y, gains)
    count = 0
    for j in range(n):
        if now.state[j] == AT_ONE:  # it can only become less, so it gains by what it loses
            gains[j] = -gains[j]
        gains[j] *= weights[j]
        if now.state[j] == BASIC or gains[j] <= _ZERO:
            gains[j] = 0.0
        else:
            count += 1
    if count == 0:
        return np.empty(0, np.int64)
    # What doesn't gain was set to 0, so the smallest positive number lists all that do.
    least = _largest(gains.copy(), size) if count > size else 1e-300
    # Those taken stay listed: the pivots in between move prices, and any of them may be worth giving back by then.
    return np.flatnonzero((gains >= least) | (now.state[:n] != AT_ZERO))


@inner()
def _largest(values: Floats, rank: int) -> float:
    """The value of this rank, 1 is the largest; orders the values as far as that takes (Hoare 1961)."""
    low, high, place = 0, len(values) - 1, len(values) - rank
    while low < high:
        middle = values[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while values[i] < middle:
                i += 1
            while values[j] > middle:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i, j = i + 1, j - 1
        if j < place:
            low = i
        if i > place:
            high = j
    return float(values[place])


@inner(fastmath=True)
def _entering(
    short: tuple[Ints, Ints32, Floats, Floats, Floats], now: Relaxation, n: int, gains: Floats
) -> tuple[int, float]:
    """The listed column or the slack whose move gains most per unit, and that gain; -1 if none gains."""
    listed, uses, amounts, profits, weights = short
    _gains(uses, amounts, profits, now.y, gains)
    best, entering, gain = _ZERO, -1, 0.0
    # The largest weighed gain enters (Dantzig's rule): to keep weights exact, as steepest edges ask for, every pivot
    # would have to change all of them.
    for k in range(len(listed)):
        state = now.state[listed[k]]
        merit = (-gains[k] if state == AT_ONE else gains[k]) * weights[k]
        if state != BASIC and merit > best:
            best, entering, gain = merit, listed[k], gains[k]
    for r in range(len(now.basis)):
        # A slack earns nothing and costs its price, so it gains where that is negative: this is what keeps prices from
        # ending below 0.
        if -now.y[r] * _SLACK > best and now.state[n + r] == AT_ZERO:
            best, entering, gain = -now.y[r] * _SLACK, n + r, -now.y[r]
    return entering, gain


@inner(fastmath=True)
def _express(uses: Ints32, amounts: Floats, entering: int, now: Relaxation) -> None:
    """Writes the entering column in terms of the basis to `alpha`."""
    n, m = uses.shape[1], len(now.basis)
    if entering >= n:
        # The inverse is kept transposed, so that its columns, which are read here and there, lie together in memory.
        for i in range(m):
            now.alpha[i] = now.inverse[entering - n, i]
        return
    now.alpha[:] = 0
    for w in range(uses.shape[0]):
        r = uses[w, entering]
        if r < m:
            for i in range(m):
                now.alpha[i] += amounts[w, entering] * now.inverse[r, i]


@inner(fastmath=True)
def _pivot(entering: int, gain: float, now: Relaxation, n: int) -> None:
    """Moves the entering variable as far as the basis and its own limits let it."""
    m = len(now.basis)
    sign = -1.0 if now.state[entering] == AT_ONE else 1.0
    # A column goes from 0 to 1 at most, a slack as far as it may: 1e300, for `fastmath` knows no infinity.
    leaving, step, to_one = _ratio_test(now, sign, 1.0 if entering < n else 1e300, n)
    for i in range(m):
        now.level[i] -= sign * step * now.alpha[i]
    # The variable went from one of its own limits to the other: the basis, and so the prices, stay as they are.
    if leaving < 0:
        now.state[entering] = AT_ONE - now.state[entering]
        return
    now.state[now.basis[leaving]] = AT_ONE if to_one else AT_ZERO
    now.state[entering] = BASIC
    now.basis[leaving] = entering
    # It came from 0 upwards or from 1 downwards.
    now.level[leaving] = step if sign > 0 else 1 - step
    # One elementary row operation takes the old inverse to the new one. The prices move along its pivot row by so much
    # that the entering column's reduced profit becomes 0, as that of each basic column has to be.
    pivot = now.alpha[leaving]
    for k in range(m):
        factor = now.inverse[k, leaving] / pivot
        # Where problems are sparse much of the pivot row is 0, and then a whole row of what is kept stays as it is.
        if factor != 0:
            now.y[k] += gain * factor
            for i in range(m):
                now.inverse[k, i] -= now.alpha[i] * factor
            now.inverse[k, leaving] = factor


@inner(fastmath=True)
def _ratio_test(now: Relaxation, sign: float, own: float, n: int) -> tuple[int, float, bool]:
    """The basic variable that stops the entering one first (-1: its own limit does), after how far, and where."""
    # Dantzig's ratio test with upper bounds: the first basic variable to reach 0 or its limit stops the move, so the
    # basis stays feasible. Of ties the largest pivot wins, since the inverse is divided by it.
    leaving, step, to_one, size = -1, own, False, 0.0
    for i in range(len(now.basis)):
        slope = sign * now.alpha[i]
        if slope > _ZERO:
            ratio, upper = max(now.level[i], 0.0) / slope, False  # rounding may have put it a hair below 0
        # Only columns have an upper limit: a slack may grow as long as it likes.
        elif slope < -_ZERO and now.basis[i] < n:
            ratio, upper = max(1 - now.level[i], 0.0) / -slope, True
        else:
            continue
        is_tie = leaving >= 0 and ratio <= step + 1e-12 and abs(slope) > size
        if ratio < step - 1e-12 or is_tie:
            leaving, step, to_one, size = i, min(ratio, step), upper, abs(slope)
    return leaving, step, to_one
