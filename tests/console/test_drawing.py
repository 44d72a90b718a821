"""Where things are drawn: blocks never overlap, and each covers the lanes that its task holds."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from satselect import console
from satselect.console.drawing.blocks import COLUMN, ROW, Block, Box
from satselect.console.drawing.chart import draw_chart
from satselect.console.drawing.timeline import MOST_ROWS, Timeline, draw
from satselect.console.reading.iterations.lanes import Group, Lane, Lanes
from satselect.console.reading.iterations.outcomes import Outcomes, Placed
from satselect.store.models import Iteration

LANES = Lanes(
    [Group(None, "Shared", [Lane(9, "antenna", 3)]), Group(1, "Alba", [Lane(n, f"r{n}", 1) for n in range(5)])], 0
)
PAGES = Path(console.__file__).parent
AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def placed(*supplies: int, name: str = "task", state: str = "scheduled") -> Placed:
    return Placed(uuid4(), name, 2.5, state, 1, dict.fromkeys(supplies, 1))


def iteration(version: int, **facts: float | None) -> Iteration:
    return Iteration(id=UUID(int=version), version=version, as_of=AT + timedelta(minutes=version), **facts)


def drawn(*tasks: Placed, least: Sequence[int] = ()) -> Timeline:
    first, second = iteration(1), iteration(2)
    return draw(Outcomes([first, second], {second.id: tasks}, has_older=False), LANES, least=least)


def blocks(timeline: Timeline) -> list[Block]:
    return [block for column in timeline.columns for block in column.blocks]


def overlap(one: Box, two: Box) -> bool:
    return one.y < two.y + two.height and two.y < one.y + one.height


def test_a_task_is_one_block_over_neighbouring_lanes() -> None:
    (block,) = blocks(drawn(placed(1, 2, 3)))
    assert len(block.boxes) == 1
    assert block.boxes[0].height == 3 * ROW - 3
    assert block.joint == ""


def test_lanes_apart_are_joined() -> None:
    (block,) = blocks(drawn(placed(0, 1, 4, 9)))
    assert len(block.boxes) == 3
    assert block.joint.count("M") == 4  # a stub to each box, and the line


def test_a_task_that_uses_nothing_has_a_lane_of_its_own() -> None:
    timeline = drawn(placed(), placed(1))
    assert [lane.name for lane in timeline.titles[1].lanes][-1] == "no resource"
    assert len(blocks(timeline)) == 2


def test_what_has_no_room_is_counted() -> None:
    timeline = drawn(*[placed(9) for _ in range(20)])
    assert len(blocks(timeline)) == MOST_ROWS - 1
    (more,) = timeline.columns[1].more
    assert more.count == 20 - len(blocks(timeline))
    assert more.y > max(box.y + box.height for block in blocks(timeline) for box in block.boxes)
    assert len(blocks(drawn(*[placed(9) for _ in range(MOST_ROWS)]))) == MOST_ROWS


def test_what_has_no_room_in_two_lanes_is_one_task() -> None:
    (_, column) = drawn(*[placed(1, 9) for _ in range(20)]).columns
    assert len(column.more) == 2
    assert column.count == 20


def test_lanes_keep_the_rows_that_they_had() -> None:
    before = drawn(placed(9), placed(9)).rows
    assert drawn(least=before).rows == before
    assert drawn(placed(9), least=[6] * 2).rows == drawn(placed(9)).rows  # of other lanes


@pytest.mark.parametrize("name", ["x" * 200, "short", "É" * 200])
def test_no_name_is_wider_than_its_block(name: str) -> None:
    (block,) = blocks(drawn(placed(1, name=name)))
    assert block.name_x + len(block.short) * 5 <= COLUMN


@given(st.lists(st.sets(st.sampled_from(range(5)), min_size=1), max_size=5))
def test_blocks_never_overlap(uses: list[set[int]]) -> None:
    free, tasks = set(range(5)), []
    for wanted in uses:  # capacity 1: what is taken is taken
        if wanted <= free:
            free -= wanted
            tasks.append(placed(9, *wanted))
    drawn_blocks = blocks(drawn(*tasks))
    assert len(drawn_blocks) == len(tasks)
    for one, two in combinations(drawn_blocks, 2):
        assert not any(overlap(a, b) for a in one.boxes for b in two.boxes)


def test_equal_times_are_equally_far_apart() -> None:
    made = [iteration(n, objective=1.0, bound=None, greedy_profit=None) for n in (0, 1, 2, 10)]
    across = [float(point.split()[0]) for point in draw_chart(made).earned.replace("M", "L").split("L") if point]
    assert across[1] - across[0] == pytest.approx((across[3] - across[0]) / 10, abs=0.2)


def test_a_narrow_screen_makes_no_word_of_a_chart_smaller() -> None:
    ((width, _),) = re.findall(
        r'class="chart" viewBox="0 0 (\d+) (\d+)"', (PAGES / "templates/console/profit.html").read_text()
    )
    (least,) = re.findall(
        r"^\.chart \{[^}]* min-width: (\d+)px", (PAGES / "static/console/console.css").read_text(), re.M
    )
    assert int(least) >= int(width)


@given(st.lists(st.floats(0, 1e12), max_size=30))
def test_a_chart_stays_inside_its_frame(profits: list[float]) -> None:
    made = [iteration(n, objective=profit, bound=None, greedy_profit=profit / 2) for n, profit in enumerate(profits)]
    chart = draw_chart(made)
    heights = [float(point.split()[1]) for point in chart.earned.replace("M", "L").split("L") if point]
    assert len(heights) == len(profits)
    assert all(12 <= height <= 252 for height in heights)
    assert chart.bound == ""
    assert 1 < len(chart.heights) <= 6
