"""From when to when a reservoir is not empty: only what is written meanwhile leaves each other less room."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from satselect.engine.planning.formulation.reservoirs import LONG, Drains

Write = tuple[int, int, int]
"""When a task takes its room, from when on what it brings can leave, and how much that is."""


@dataclass(slots=True)
class _Reservoir:
    """What it holds as time goes on; `since` is when it was empty last, None while it is."""

    held: int
    since: int | None
    waiting: list[tuple[int, int]] = field(default_factory=list)

    def fill(self, write: Write) -> None:
        start, end, units = write
        self.since = start if self.since is None else self.since
        self.held += units
        self.waiting.append((end, units))

    def drain(self, begin: int, units: int) -> None:
        """Takes what could leave when the pass began, first what could first."""
        rest = []
        for end, amount in sorted(self.waiting):
            # What is still being written when the pass begins doesn't leave with it.
            gone = min(amount, units) if end <= begin else 0
            units, self.held = units - gone, self.held - gone
            if amount > gone:
                rest.append((end, amount - gone))
        self.waiting = rest
        self.since = self.since if self.held else None


def occupied(drains: Drains, level: int, writes: Iterable[Write], one: Write) -> tuple[int, int]:
    """The period around a write in which the reservoir would not be empty, beside the others: its start and its end.

    Args:
        drains: of the reservoir.
        level: what it holds at the beginning.
        writes: the others.
        one: the one in question; it need not fit.
    """
    to_come = sorted([*writes, one], reverse=True)
    there = _Reservoir(level, -LONG if level else None, [(-LONG, level)] if level else [])
    for begin, stop, units in zip(drains.start.tolist(), drains.end.tolist(), drains.units.tolist(), strict=True):
        # Room is free only when a pass ends, so what starts during it is written before.
        while to_come and to_come[-1][0] < stop:
            there.fill(to_come.pop())
        since = there.since
        there.drain(begin, units)
        # Empty by the end of this pass, so what comes later finds all the room again, whatever was written before.
        if there.since is None and since is not None and since <= one[0] < stop:
            return since, stop
    while to_come:
        there.fill(to_come.pop())
    return (one[0] if there.since is None else there.since), LONG
