"""Where the blocks of one iteration go: rows for each task, joined where its lanes lie apart."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from satselect.console.formatting import compact, cropped
from satselect.console.reading.iterations.outcomes import Placed

ROW = 24
"""Height of a row in pixels, with the gap below its block."""
COLUMN = 104
GUTTER = 16
"""The part of a column, at its left, where joints run."""
GAP = 3
TRACK = 4
TRACKS = 3
LETTER, SMALL_LETTER = 6.7, 5.6
"""How wide letters are on average."""
MARKS = {"completed": "✓ ", "failed": "✕ ", "cancelled": "⊘ ", "replanned": "↷ ", "edited": "✎ "}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Block:
    """A task as it is drawn: a box for each run of neighbouring rows, and the line that joins them."""

    task: Placed
    boxes: Sequence[Box]
    joint: str = ""

    @property
    def mark(self) -> str:
        """What tells its state apart besides the colour."""
        return MARKS.get(self.task.state, "")

    @property
    def name_x(self) -> int:
        """Where its name starts, right of its profit."""
        return 5 + round(LETTER * (len(compact(self.task.profit)) + len(self.mark))) + 5

    @property
    def short(self) -> str:
        """As much of its name as has room."""
        room = int((self.boxes[0].width - self.name_x - 3) / SMALL_LETTER)
        return cropped(self.task.name, room) if room > 2 else ""


@dataclass(slots=True)
class Column:
    """What is drawn of one iteration, from x = 0 on.

    Attributes:
        rows: of each lane, the y of each of its rows.
        crowded: the lanes with more tasks than rows, whose last row says how many more there are.
        left_out: by lane, how many tasks found no row.
    """

    rows: Mapping[object, Sequence[int]]
    crowded: Container[object] = ()
    blocks: list[Block] = field(default_factory=list)
    left_out: dict[object, int] = field(default_factory=dict)
    _taken: dict[object, int] = field(default_factory=dict)
    _tracks: list[list[tuple[int, int]]] = field(default_factory=lambda: [[] for _ in range(TRACKS)])

    def place(self, task: Placed, lanes: Iterable[object]) -> None:
        """Draws the task on these lanes, as far as they have room."""
        ys = sorted(y for lane in lanes if (y := self._next_row(lane)) is not None)
        if not ys:
            return
        boxes = [Box(GUTTER, first, COLUMN - GUTTER - GAP, last - first + ROW - GAP) for first, last in runs(ys)]
        self.blocks.append(Block(task, boxes, self._joint(boxes)))

    def _next_row(self, lane: object) -> int | None:
        if lane not in self.rows:
            return None
        taken = self._taken.get(lane, 0)
        if taken >= len(self.rows[lane]) - (lane in self.crowded):
            self.left_out[lane] = self.left_out.get(lane, 0) + 1
            return None
        self._taken[lane] = taken + 1
        return self.rows[lane][taken]

    def _joint(self, boxes: Sequence[Box]) -> str:
        if len(boxes) < 2:
            return ""
        middles = [box.y + min(box.height, ROW - GAP) // 2 for box in boxes]
        x = GUTTER - TRACK * (self._free_track(middles[0], middles[-1]) + 1)
        stubs = [f"M{GUTTER} {y}H{x}" for y in middles]
        return f"{''.join(stubs)}M{x} {middles[0]}V{middles[-1]}"

    def _free_track(self, top: int, bottom: int) -> int:
        """The nearest track on which nothing is drawn there; the last where there is none."""
        free = (
            number
            for number, taken in enumerate(self._tracks)
            if all(bottom < other_top or other_bottom < top for other_top, other_bottom in taken)
        )
        number = next(free, TRACKS - 1)  # where all are taken two lines share the last one
        self._tracks[number].append((top, bottom))
        return number


def runs(ys: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of each run of neighbouring rows.

    >>> runs([0, 24, 72])
    [(0, 24), (72, 72)]
    """
    found: list[tuple[int, int]] = []
    for y in ys:
        if found and y - found[-1][1] == ROW:
            found[-1] = found[-1][0], y
        else:
            found.append((y, y))
    return found
