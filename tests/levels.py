"""How full a reservoir gets, played through by time, with nothing of how plans are made."""

from collections.abc import Iterable
from datetime import datetime

Change = tuple[datetime, datetime, int]
"""From when, until when, and how many units."""


def most_held(writes: Iterable[Change], drains: Iterable[Change]) -> int:
    """The most units that an empty one holds: what starts takes room, and a pass empties what was there when it began.

    Of what happens at the same time, what ends comes before what begins.
    """
    passes = list(drains)
    turns = [turn for starts, ends, units in writes for turn in ((starts, 3, units), (ends, 0, units))]
    turns += [(starts, 1, number) for number, (starts, _, _) in enumerate(passes)]
    turns += [(ends, 2, number) for number, (_, ends, _) in enumerate(passes)]
    level = written = most = 0
    taken: dict[int, int] = {}
    for _, what, number in sorted(turns):
        if what == 0:
            written += number
        elif what == 1:
            taken[number] = min(written, passes[number][2])
            written -= taken[number]
        elif what == 2:
            level -= taken.pop(number)
        else:
            level += number
            most = max(most, level)
    return most
