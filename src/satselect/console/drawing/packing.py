"""Rows for what overlaps: planned tasks below each other, opportunities too, as far as there is room."""

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from satselect.application.explanation.reasons.speech import moment
from satselect.console.drawing.axis import Axis
from satselect.console.drawing.blocks import MARKS
from satselect.console.formatting import interval, number, span
from satselect.console.reading.plan.planned import Chance, Slot

MOST_ROWS = 6  # the style sheet has a height for each number of rows up to this
MOST_THIN = 8
LEAST_WORDED = 2.6
"""What is narrower, in percent, has no room for a profit, even where the screen is wide."""
LEAST_NAMED = 4.0
LETTERS = 3.0
"""So many are in one percent of the widest screen."""
TOUCH = 1e-6  # places and widths are rounded: where one ends, the next may begin a hair before


@dataclass(frozen=True, slots=True)
class Bar:
    """A planned task: its box, and the opportunity in which it could move, if that is longer."""

    slot: Slot
    x: float
    width: float
    y: int
    reach: tuple[float, float] | None
    uses: str

    @property
    def mark(self) -> str:
        """What tells its state apart besides the colour."""
        return MARKS.get(self.slot.status, "")

    @property
    def has_words(self) -> bool:
        """Whether there is room for its profit, where the screen is wide."""
        return self.width >= LEAST_WORDED

    @property
    def short(self) -> str:
        """As much of its name as could ever have room."""
        return self.slot.task.name[: int(LETTERS * self.width)] if self.width >= LEAST_NAMED else ""

    @property
    def title(self) -> str:
        """All about it, a line each."""
        slot = self.slot
        lines = [
            slot.task.name,
            f"{slot.status} · profit {number(slot.task.profit_as_sent)}",
            self.uses,
            interval(slot.starts, slot.ends) + " UTC"
            if slot.starts and slot.ends
            else "holds what it uses all the time",
        ]
        if slot.is_frozen and slot.starts:
            lines.append("frozen")
        elif slot.could_start and slot.could_end:
            lines.append(f"could run {interval(slot.could_start, slot.could_end)}")
        return "\n".join(line for line in lines if line)


@dataclass(frozen=True, slots=True)
class Faint:
    """An opportunity of a task that waits."""

    chance: Chance
    x: float
    width: float
    y: int
    uses: str

    @property
    def title(self) -> str:
        """All about it, a line each."""
        chance, task = self.chance, self.chance.task
        lasts = "" if task.duration_ms is None else f", takes {span(task.duration_ms / 1000)}"
        lines = [
            task.name,
            f"waits · profit {number(chance.profit)}{lasts}",
            self.uses,
            f"could run {interval(chance.starts, chance.ends)} UTC",
            f"waits until {moment(task.deadline)} at most" if task.deadline else "",
            f"to be delivered by {moment(task.deliver_by)}" if task.deliver_by else "",
        ]
        return "\n".join(line for line in lines if line)


Drawn = TypeVar("Drawn")


@dataclass(slots=True)
class Packed(Generic[Drawn]):
    """What found a row, and how much did not."""

    drawn: list[Drawn] = field(default_factory=list)
    rows: int = 1
    left_out: int = 0


@dataclass(slots=True)
class _Rows:
    """Stretches that don't overlap, in as few rows as there is need for."""

    most: int
    ends: list[list[tuple[float, float]]] = field(default_factory=list)

    def place(self, begin: float, width: float) -> int | None:
        """The first row with room; None if no row has."""
        stretch = (begin, begin + width)
        for place, row in enumerate(self.ends):
            # Stretches of a row don't overlap: only the one before and the one after can be in the way.
            at = bisect(row, stretch)
            if (at == 0 or row[at - 1][1] <= begin + TOUCH) and (at == len(row) or row[at][0] >= stretch[1] - TOUCH):
                row.insert(at, stretch)
                return place
        if len(self.ends) == self.most:
            return None
        self.ends.append([stretch])
        return len(self.ends) - 1


def pack_bars(slots: Sequence[Slot], axis: Axis, uses: Mapping[int, str], *, top: int, row: int) -> Packed[Bar]:
    """The tasks of a satellite, by start, those without times last."""
    packed, rows = Packed[Bar](), _Rows(MOST_ROWS)
    for slot in slots:
        x, width = axis.stretch(slot.starts, slot.ends) if slot.starts and slot.ends else (0.0, 100.0)
        place = rows.place(x, width)
        if place is None:
            packed.left_out += 1
            continue
        reach = None
        if slot.could_start and slot.could_end and not slot.is_frozen:
            reach = axis.stretch(slot.could_start, slot.could_end)
        told = uses.get(slot.task.signature_id, "")
        packed.drawn.append(Bar(slot, x, width, top + row * place, reach, told))
    packed.rows = max(len(rows.ends), 1)
    return packed


def pack_faint(chances: Sequence[Chance], axis: Axis, uses: Mapping[int, str], *, top: int, row: int) -> Packed[Faint]:
    """The opportunities of a satellite, those worth most first; drawn by start, so that one walks through time."""
    packed, rows = Packed[Faint](), _Rows(MOST_THIN)
    for chance in chances:
        x, width = axis.stretch(chance.starts, chance.ends)
        place = rows.place(x, width)
        if place is None:
            packed.left_out += 1
            continue
        packed.drawn.append(Faint(chance, x, width, top + row * place, uses.get(chance.task.signature_id, "")))
    packed.drawn.sort(key=lambda one: (one.x, one.y))
    packed.rows = len(rows.ends)
    return packed
