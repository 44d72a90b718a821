"""Passes of exchanges over a plan, block after block in time, each of which can only make it better."""

from collections.abc import Iterator

import numpy as np

from satselect.engine.limits import PORTION, Limits
from satselect.engine.paths.chains.conflicts import Conflicts
from satselect.engine.paths.chains.exchange import Plan, anneal, merge
from satselect.engine.paths.lines import Lines
from satselect.engine.problem.rows import Bools, Ints

_CORE = 0.03  # of what a place of the plan earns on average: what places lose at the prices that are put in
_LEAST = 3000  # places that are put in, whatever they lose
_BLOCK = 8000  # places that are put in between two looks at what it came to
_MOVES = 20  # for each of these
_HEAT, _COOL = 0.1, 0.1  # in mean profits; what is left of it at the end


def exchanged(
    lines: Lines, conflicts: Conflicts, plan: Bools, loss: Ints, passes: int, number: int, limits: Limits
) -> Iterator[Bools]:
    """A plan, (n,) places, again and again, as it comes by; loss (n,) is what each place loses at the prices.

    Passes of other numbers go elsewhere.
    """
    best = plan.copy()
    mean = float(lines.value[best].mean()) if best.any() else 0.0
    most = max(_CORE * mean, int(np.sort(loss)[:_LEAST].max(initial=0)))
    pool = np.flatnonzero(loss <= most) if mean else np.zeros(0, np.int64)
    pool = pool[np.argsort(lines.start[pool], kind="stable")]
    if not len(pool):
        return
    blocks = np.array_split(pool, -(-len(pool) // _BLOCK)) * passes
    for k, block in enumerate(blocks):
        if limits.is_over():
            return
        now = Plan.of(conflicts, lines.value, best, 1_000_003 * number + k)
        moves, made = _MOVES * len(block), 0
        cooling = _COOL ** (1 / moves)
        while made < moves and not limits.is_over():
            heat, work = _HEAT * mean * cooling**made, limits.work(PORTION)
            made += anneal(conflicts, lines.value, now, block, heat, cooling, moves - made, work)
        # Wherever the plan became worse it stays as it was, so what one block or another seed found is never lost.
        merge(conflicts, lines.value, best, now.taken)
        yield best
