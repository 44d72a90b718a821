"""A plan as geometry: time runs across in percent of the width, satellites and their resources are lanes below.

In each satellite's lanes its tasks come first, then the opportunities of those that wait, then what its resources have
in use, or hold.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from satselect.console.drawing.axis import Axis, Tick
from satselect.console.drawing.bands import Hatch, PassMark, TurnMark, hatches, pass_marks, turn_marks
from satselect.console.drawing.deadlines import DeadlineMark, deadline_marks
from satselect.console.drawing.packing import Bar, Faint, pack_bars, pack_faint
from satselect.console.drawing.steps import Curve, curve
from satselect.console.reading.iterations.lanes import Group, Lane
from satselect.console.reading.plan.bands import Bands
from satselect.console.reading.plan.levels import Level
from satselect.console.reading.plan.planned import PlannedThere
from satselect.schemas.horizons import Kind

HEAD = 44
TITLE = 26
ROW = 24
THIN = 10
THIN_MARGIN = 4
LEVEL = 32
RESERVOIR = 48


@dataclass(frozen=True, slots=True)
class LaneRow:
    """A lane: its words and units at the left, and how high it is, as a class that the style sheet knows."""

    words: str
    y: int
    height: int
    size: str  # no page has styles of its own (decision 0070)
    units: str = ""
    more: int = 0
    curve: Curve | None = None
    kind: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class DrawnGroup:
    """A satellite, or what is shared by all: from `y` on, `height` with its title."""

    satellite_id: int | None
    name: str
    y: int
    height: int
    lanes: Sequence[LaneRow]
    bars: Sequence[Bar] = ()
    faint: Sequence[Faint] = ()
    passes: Sequence[PassMark] = ()
    hatches: Sequence[Hatch] = ()
    turns: Sequence[TurnMark] = ()


@dataclass(frozen=True, slots=True)
class DrawnPlan:
    """All of it; `x` where lines stand, None if they are outside of the window."""

    groups: Sequence[DrawnGroup]
    ticks: Sequence[Tick]
    height: int
    now_x: float | None
    frozen: tuple[float, float] | None
    beyond: tuple[float, float] | None
    deadlines: Sequence[DeadlineMark]


@dataclass(frozen=True, slots=True)
class Scenery:
    """What a plan is drawn from."""

    groups: Sequence[Group]
    there: PlannedThere
    bands: Bands
    levels: Mapping[int, Level]
    uses: Mapping[int, str]
    at: datetime
    frozen_until: datetime
    until: datetime


@dataclass(slots=True)
class _Painter:
    axis: Axis
    scene: Scenery
    y: int = HEAD
    groups: list[DrawnGroup] = field(default_factory=list)

    def group(self, group: Group) -> None:
        """Draws a satellite below what is there."""
        top, id = self.y, group.satellite_id
        self.y += TITLE
        lanes: list[LaneRow] = []
        bars: Sequence[Bar] = ()
        faint: Sequence[Faint] = ()
        if id is not None:
            bars = self._planned(id, lanes)
            faint = self._waiting(id, lanes)
        spots = {}
        for lane in group.lanes:
            spots[lane.supply_id] = self._level(lane, lanes)
        bottom = self.y
        self.groups.append(
            DrawnGroup(
                id,
                group.name,
                top,
                bottom - top,
                lanes,
                bars,
                faint,
                pass_marks(self.scene.bands, id, self.axis),
                hatches(self.scene.bands, self.axis, id, (top + TITLE, bottom), spots),
                turn_marks(self.scene.bands, self.axis, spots),
            )
        )

    def _planned(self, satellite_id: int, lanes: list[LaneRow]) -> Sequence[Bar]:
        slots = [slot for slot in self.scene.there.slots if slot.satellite_id == satellite_id]
        packed = pack_bars(slots, self.axis, self.scene.uses, top=self.y + 1, row=ROW)
        self._add(lanes, LaneRow("planned", self.y, ROW * packed.rows, f"rows-{packed.rows}", more=packed.left_out))
        return packed.drawn

    def _waiting(self, satellite_id: int, lanes: list[LaneRow]) -> Sequence[Faint]:
        chances = [chance for chance in self.scene.there.chances if chance.satellite_id == satellite_id]
        if not chances:
            return ()
        packed = pack_faint(chances, self.axis, self.scene.uses, top=self.y + THIN_MARGIN // 2 + 1, row=THIN)
        rows = max(packed.rows, 2)
        height = THIN * rows + THIN_MARGIN
        self._add(lanes, LaneRow("waiting", self.y, height, f"thin-{rows}", more=packed.left_out))
        return packed.drawn

    def _level(self, lane: Lane, lanes: list[LaneRow]) -> tuple[int, int]:
        level = self.scene.levels.get(lane.supply_id)
        kind = level.kind if level else Kind.RENEWABLE
        height = RESERVOIR if kind is Kind.RESERVOIR else LEVEL
        drawn = curve(level, self.axis) if level else None
        size = "reservoir" if kind is Kind.RESERVOIR else "level"
        units = "" if lane.capacity in (None, 1) else f"{lane.capacity:,}"
        top = self.y
        self._add(
            lanes,
            LaneRow(lane.name, top, height, size, units, curve=drawn, kind=kind.value, title=_told(lane, kind, drawn)),
        )
        return top, height

    def _add(self, lanes: list[LaneRow], lane: LaneRow) -> None:
        lanes.append(lane)
        self.y += lane.height


def draw_plan(scene: Scenery, axis: Axis) -> DrawnPlan:
    """The plan of a fleet in the window of the axis."""
    painter = _Painter(axis, scene)
    for group in scene.groups:
        painter.group(group)
    return DrawnPlan(
        painter.groups,
        axis.ticks(),
        painter.y,
        axis.x(scene.at) if axis.shows(scene.at) else None,
        _area(axis, scene.at, scene.frozen_until),
        _area(axis, scene.until, axis.window.ends),
        deadline_marks(scene.there.chances, axis),
    )


def _area(axis: Axis, starts: datetime, ends: datetime) -> tuple[float, float] | None:
    begin, end = axis.x(starts), axis.x(ends)
    return (begin, round(end - begin, 3)) if end > begin else None


def _told(lane: Lane, kind: Kind, drawn: Curve | None) -> str:
    """The curve in words."""
    if drawn is None:
        return f"{lane.name}: nothing of it is in use here"
    what = {Kind.RENEWABLE: "in use", Kind.BUDGET: "used up", Kind.RESERVOIR: "held"}[kind]
    return f"{lane.name}: at most {drawn.most:,} of {lane.capacity or 0:,} {what}"
