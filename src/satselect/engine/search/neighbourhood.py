"""Large neighbourhood search: drop some of a selection, and search all that fits in their place (Shaw 1998).

As much is dropped as a short search can just about see: more after one that ended, less after one that didn't.
"""

import numpy as np

from satselect.engine.limits import PORTION, Limits
from satselect.engine.problem.rows import Ints, Rows
from satselect.engine.search.node import OPEN, Field, probe
from satselect.engine.search.symmetry import touched

_NODES = 500
_FIRST_SHARE = 0.3  # of the selection that is dropped
_LEAST_DROPPED = 2
_LESS, _MORE = 0.9, 1.05
_SEED = 20  # always the same: the same problem gives the same selection


class Ruin:
    """Drops and searches again and again, somewhere else each time.

    Args:
        field: the columns to choose among.
        capacities: (resources,) int64 units.
        losses: (columns,): what choosing each loses against the bound `top`.
    """

    def __init__(self, field: Field, capacities: Ints, losses: Ints, top: int) -> None:
        self._field, self._capacities, self._losses, self._top = field, capacities, losses, top
        self._rows = Rows(field.starts, field.resources, field.amounts)
        self._random = np.random.Generator(np.random.PCG64(_SEED))
        self._share = _FIRST_SHARE

    def rebuilt(self, columns: Ints, limits: Limits) -> list[Ints]:
        """Selections that earn more than these columns, as found when some of them make room."""
        dropped = max(round(self._share * len(columns)), _LEAST_DROPPED)
        kept = self._random.permutation(columns)[dropped:]
        used = self._rows.take(kept)
        room = self._capacities.copy()
        np.subtract.at(room, used.resources, used.amounts)
        known = int(self._field.profits[columns].sum())
        # With a column that loses more than what is between the incumbent and the bound nothing better can be made.
        is_live = self._rows.fit(room) & (self._losses <= self._top - known)
        is_live[kept] = False
        # What stays makes its satellites differ from their twins.
        field = self._field._replace(twins=touched(self._field.twins, kept))
        view = probe(
            field,
            np.flatnonzero(is_live),
            room,
            int(field.profits[kept].sum()),
            known,
            _NODES,
            limits.work(100 * PORTION),
        )
        # A probe that ended saw all there was, so the next may drop more; one that didn't was asked too much.
        self._share = min(self._share * (_LESS if view.outcome == OPEN else _MORE), 1.0)
        return [np.concatenate((kept, leaf[: leaf.argmin()])) for leaf in view.leaves]
