"""The timeline as geometry: iterations are columns, resources lanes, each task a block over the lanes it holds.

Each column has coordinates of its own, so that it stays as it is when others come and go.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from satselect.console.drawing.blocks import ROW, Block, Column
from satselect.console.reading.iterations.idle import Idle
from satselect.console.reading.iterations.lanes import Group, Lane, Lanes
from satselect.console.reading.iterations.outcomes import Outcomes, Placed
from satselect.engine.problem.exact import total
from satselect.store.models import Iteration

HEAD = 44
"""The row with the time and the profit of each iteration."""
TITLE = 26
"""The row with the name of a satellite."""
MOST_ROWS = 6
"""Of a lane that several may use; where they are too few, the last one counts the tasks that have none."""


@dataclass(frozen=True, slots=True)
class LaneRow:
    """A lane as it is drawn."""

    supply_id: int
    name: str
    capacity: int | None
    y: int
    rows: int
    least: int | None = None

    @property
    def height(self) -> int:
        """In pixels."""
        return self.rows * ROW


@dataclass(frozen=True, slots=True)
class Title:
    """The name of a satellite above its lanes."""

    satellite_id: int | None
    name: str
    y: int
    lanes: Sequence[LaneRow]
    slug: str = ""


@dataclass(frozen=True, slots=True)
class More:
    """How many tasks of a lane are not drawn."""

    count: int
    y: int


@dataclass(frozen=True, slots=True)
class Hatch:
    """Lanes that were out of service."""

    y: int
    height: int


@dataclass(frozen=True, slots=True)
class DrawnIteration:
    """A column: what stands at its head, and the blocks below.

    Attributes:
        count: how many tasks it has; one that found no row in two lanes is among the `more` of both.
    """

    iteration: Iteration
    blocks: Sequence[Block]
    more: Sequence[More]
    hatches: Sequence[Hatch]
    profit: float
    count: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """All of it."""

    titles: Sequence[Title]
    columns: Sequence[DrawnIteration]
    height: int
    left_out: int

    @property
    def last_version(self) -> int:
        """Of the newest iteration that it shows."""
        return self.columns[-1].iteration.version if self.columns else 0

    @property
    def first_version(self) -> int:
        """Of the oldest."""
        return self.columns[0].iteration.version if self.columns else 0

    @property
    def rows(self) -> Sequence[int]:
        """How many rows each lane has, from top to bottom."""
        return [lane.rows for title in self.titles for lane in title.lanes]


def draw(outcomes: Outcomes, lanes: Lanes, *, idle: Idle = Idle(), least: Sequence[int] = ()) -> Timeline:  # noqa: B008
    """The timeline.

    Args:
        outcomes: what was scheduled.
        lanes: where it is drawn.
        idle: what was out of service.
        least: how many rows each lane had where it was drawn before: with no fewer, nothing moves.
    """
    needs = _most_at_once(outcomes.placed.values())
    titles, rows, height = _layout(lanes.groups, needs, least)
    columns = []
    for iteration in outcomes.iterations:
        placed = outcomes.placed.get(iteration.id, ())
        wanted = Counter(lane for task in placed for lane in _lanes_of(task))
        column = Column(rows, {lane for lane, ys in rows.items() if wanted[lane] > len(ys)})
        for task in placed:
            column.place(task, _lanes_of(task))
        more = [More(count, rows[lane][-1] + 14) for lane, count in column.left_out.items()]
        hatches = [
            Hatch(lane.y, lane.height)
            for title in titles
            for lane in title.lanes
            if idle.was_out(title.satellite_id, lane.supply_id, iteration)
        ]
        profit = total(task.profit for task in placed)
        columns.append(DrawnIteration(iteration, column.blocks, more, hatches, profit, len(placed)))
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


def _layout(
    groups: Sequence[Group], needs: Mapping[object, int], least: Sequence[int]
) -> tuple[list[Title], dict[object, list[int]], int]:
    titles: list[Title] = []
    rows: dict[object, list[int]] = {}
    keyed = [_keyed(group, needs) for group in groups]
    # Of other lanes than these the numbers say nothing.
    floor = least if len(least) == sum(map(len, keyed)) else ()
    y = HEAD
    for group, lanes in zip(groups, keyed, strict=True):
        title_y, y = y, y + TITLE
        drawn = []
        for key, lane in lanes:
            before = floor[len(rows)] if floor else 1
            count = min(max(needs.get(key, 0), before, 1), MOST_ROWS)
            rows[key] = [y + 1 + ROW * row for row in range(count)]
            drawn.append(LaneRow(lane.supply_id, lane.name, lane.capacity, y, count, lane.least))
            y += ROW * count
        titles.append(Title(group.satellite_id, group.name, title_y, drawn, group.slug))
    return titles, rows, y


def _keyed(group: Group, needs: Mapping[object, int]) -> list[tuple[object, Lane]]:
    lanes: list[tuple[object, Lane]] = [(lane.supply_id, lane) for lane in group.lanes]
    free = ("free", group.satellite_id)
    if needs.get(free):
        lanes.append((free, Lane(0, "no resource", None)))
    return lanes
