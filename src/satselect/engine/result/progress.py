"""How far a selection has come, for `on_progress`."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from satselect.engine.packing.packing import Packing
from satselect.engine.packing.presolve import Reduced
from satselect.engine.problem.units import exact_sum
from satselect.engine.relaxation.answer import Answer


class Progress(NamedTuple):
    """What the incumbent earns, and what no selection exceeds (None while that is unknown)."""

    profit: float
    bound: float | None


OnProgress = Callable[[Progress], None]
Note = Callable[[Answer], None]


def notes_of(packing: Packing, reduced: Reduced, on_progress: OnProgress | None) -> Sequence[Note]:
    """What to tell each part's answers, so that `on_progress` is told their sum."""
    if on_progress is None:
        return [silent] * len(reduced.parts)
    ledger = _Ledger(packing, reduced, on_progress)
    return [partial(ledger.note, part) for part in range(len(reduced.parts))]


def silent(answer: Answer) -> None:
    """Tells nobody."""


class _Ledger:
    """The answers so far, summed over the parts."""

    def __init__(self, packing: Packing, reduced: Reduced, on_progress: OnProgress) -> None:
        self._reduced, self._on_progress = reduced, on_progress
        self._free = exact_sum(packing.profits[reduced.free])
        self._units: dict[int, tuple[int, int]] = {}  # of each part: earned, bound
        self._last: Progress | None = None

    def note(self, part: int, answer: Answer) -> None:
        self._units[part] = answer.profit(self._reduced.parts[part]), answer.bound
        earned, bound = (sum(units) for units in zip(*self._units.values(), strict=True))
        worth = self._reduced.units.worth
        is_complete = len(self._units) == len(self._reduced.parts)
        now = Progress(float(self._free + worth(earned)), float(self._free + worth(bound)) if is_complete else None)
        if now != self._last:  # most answers for parts change nothing of the sum
            self._last = now
            self._on_progress(now)
