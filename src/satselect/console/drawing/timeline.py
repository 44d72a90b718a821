"""The timeline as geometry: iterations are columns, resources lanes, each task a block over the lanes it holds."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from satselect.console.drawing.blocks import COLUMN, GUTTER, ROW, Block, Column
from satselect.console.reading.lanes import Group, Lane, Lanes
from satselect.console.reading.outcomes import Outcomes, Placed
from satselect.selection.units import total
from satselect.store.models import Iteration

HEAD = 44
"""The row with the time and the profit of each iteration."""
TITLE = 26
"""The row with the name of a satellite."""
MOST_ROWS = 6
"""Tasks of one iteration shown on a lane that several may use; the others are counted."""


@dataclass(frozen=True, slots=True)
class LaneRow:
    """A lane as it is drawn."""

    name: str
    capacity: int | None
    y: int
    rows: int

    @property
    def height(self) -> int:
        """In pixels."""
        return self.rows * ROW


@dataclass(frozen=True, slots=True)
class Title:
    """The name of a satellite above its lanes."""

    name: str
    y: int
    lanes: Sequence[LaneRow]


@dataclass(frozen=True, slots=True)
class More:
    """How many tasks of a lane are not drawn."""

    count: int
    y: int


@dataclass(frozen=True, slots=True)
class DrawnIteration:
    """A column: what stands at its head, and the blocks below."""

    iteration: Iteration
    x: int
    blocks: Sequence[Block]
    more: Sequence[More]
    is_new: bool
    profit: float

    @property
    def middle(self) -> int:
        """Where the words in its head are centred."""
        return self.x + (COLUMN + GUTTER) // 2


@dataclass(frozen=True, slots=True)
class Timeline:
    """All of it."""

    titles: Sequence[Title]
    columns: Sequence[DrawnIteration]
    height: int
    left_out: int

    @property
    def width(self) -> int:
        """In pixels."""
        return max(len(self.columns), 1) * COLUMN

    @property
    def last_version(self) -> int:
        """Of the newest iteration that it shows."""
        return self.columns[-1].iteration.version if self.columns else 0

    @property
    def first_version(self) -> int:
        """Of the oldest."""
        return self.columns[0].iteration.version if self.columns else 0


def draw(outcomes: Outcomes, lanes: Lanes, *, seen: int | None = None) -> Timeline:
    """The timeline.

    Args:
        outcomes: what was scheduled.
        lanes: where it is drawn.
        seen: the version of the newest iteration that was shown before; later ones are marked as new.
    """
    needs = _most_at_once(outcomes.placed.values())
    titles, rows, height = _layout(lanes.groups, needs)
    columns = []
    for number, iteration in enumerate(outcomes.iterations):
        column = Column(number * COLUMN, rows)
        placed = outcomes.placed.get(iteration.id, ())
        for task in placed:
            column.place(task, _lanes_of(task))
        more = [More(count, rows[lane][-1] + ROW - 7) for lane, count in column.left_out.items()]
        is_new = seen is not None and iteration.version > seen
        profit = total(task.profit for task in placed)
        columns.append(DrawnIteration(iteration, column.x, column.blocks, more, is_new, profit))
    return Timeline(titles, columns, height, lanes.left_out)


def _lanes_of(task: Placed) -> Iterable[object]:
    """The supplies that it uses; a lane of their own for tasks that use nothing."""
    return task.uses or [("free", task.satellite_id)]


def _most_at_once(iterations: Iterable[Sequence[Placed]]) -> Counter[object]:
    """Lane to the most tasks that one iteration has there."""
    most: Counter[object] = Counter()
    for placed in iterations:
        most |= Counter(lane for task in placed for lane in _lanes_of(task))
    return most


def _layout(groups: Sequence[Group], needs: Counter[object]) -> tuple[list[Title], dict[object, list[int]], int]:
    titles: list[Title] = []
    rows: dict[object, list[int]] = {}
    y = HEAD
    for group in groups:
        title_y, y = y, y + TITLE
        drawn = []
        for key, lane in _keyed(group, needs):
            count = min(max(needs[key], 1), MOST_ROWS)
            rows[key] = [y + 1 + ROW * row for row in range(count)]
            drawn.append(LaneRow(lane.name, lane.capacity, y, count))
            y += ROW * count
        titles.append(Title(group.name, title_y, drawn))
    return titles, rows, y


def _keyed(group: Group, needs: Counter[object]) -> list[tuple[object, Lane]]:
    lanes: list[tuple[object, Lane]] = [(lane.supply_id, lane) for lane in group.lanes]
    free = ("free", group.satellite_id)
    if needs[free]:
        lanes.append((free, Lane(0, "no resource", None)))
    return lanes
