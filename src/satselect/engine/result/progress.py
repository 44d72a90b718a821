"""How far a selection has come, for `on_progress`."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from satselect.engine.packing.part import Part
from satselect.engine.problem.units import Units
from satselect.engine.relaxation.answer import Answer


class Progress(NamedTuple):
    """What the incumbent earns, and what no selection exceeds (None while that is unknown)."""

    profit: float
    bound: float | None


OnProgress = Callable[[Progress], None]
Note = Callable[[Answer], None]


def notes_of(units: Units, parts: Sequence[Part], free: Fraction, on_progress: OnProgress | None) -> Sequence[Note]:
    """What to tell each part's answers, so that `on_progress` is told their sum, with what is earned in no part."""
    if on_progress is None:
        return [silent] * len(parts)
    ledger = _Ledger(units, parts, free, on_progress)
    return [partial(ledger.note, part) for part in range(len(parts))]


def silent(answer: Answer) -> None:
    """Tells nobody."""


class _Ledger:
    """The answers so far, summed over the parts."""

    def __init__(self, units: Units, parts: Sequence[Part], free: Fraction, on_progress: OnProgress) -> None:
        self._units, self._parts, self._free, self._on_progress = units, parts, free, on_progress
        self._known: dict[int, tuple[int, int]] = {}  # of each part: earned, bound
        self._last: Progress | None = None

    def note(self, part: int, answer: Answer) -> None:
        self._known[part] = answer.profit(self._parts[part]), answer.bound
        earned, bound = (sum(units) for units in zip(*self._known.values(), strict=True))
        worth = self._units.worth
        # A sum over some of the parts bounds nothing.
        is_complete = len(self._known) == len(self._parts)
        now = Progress(float(self._free + worth(earned)), float(self._free + worth(bound)) if is_complete else None)
        if now != self._last:  # most answers for parts change nothing of the sum
            self._last = now
            self._on_progress(now)
