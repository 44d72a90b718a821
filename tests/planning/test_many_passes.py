"""What many satellites have of passes is read a few times in all, and not once for each satellite."""

from collections.abc import ItemsView, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from satselect import Opportunity, Pass, Resource, TimedTask, plan

EPOCH = datetime(2026, 12, 1, tzinfo=UTC)
SATELLITES = [f"sat-{i}" for i in range(40)]
PASSES_OF_EACH, READ_AT_MOST = 5, 10


class Drains(dict[str, int]):
    """What a pass takes; `read` counts for all of them how often somebody went through it."""

    read = 0

    def __iter__(self) -> Iterator[str]:
        Drains.read += 1
        return super().__iter__()

    def items(self) -> ItemsView[str, int]:  # type: ignore[override]
        """Counts, too."""
        Drains.read += 1
        return super().items()


def at(minute: int) -> datetime:
    """So many minutes after the beginning."""
    return EPOCH + timedelta(minutes=minute)


@pytest.mark.parametrize("time_limit", [0, 5])
def test_passes_are_not_gone_through_for_each_satellite(time_limit: float) -> None:
    satellite: dict[str, int | Resource] = {"camera": 1, "disk": Resource(3, kind="reservoir")}
    passes = [
        Pass(name, at(60 * k), at(60 * k + 10), "Kiruna", Drains(disk=2))
        for name in SATELLITES
        for k in range(1, PASSES_OF_EACH + 1)
    ]
    tasks = [
        TimedTask(
            f"{name} at {minute}",
            {"camera": 1, "disk": 2},
            profit=1,
            duration=60,
            opportunities=[Opportunity(name, at(minute), at(minute + 3))],
            deliver_by=at(200 + minute),
        )
        for name in SATELLITES
        for minute in (5, 20, 80)
    ]
    Drains.read = 0
    found = plan(
        tasks,
        satellites=dict.fromkeys(SATELLITES, satellite),
        passes=passes,
        horizon=(at(0), at(400)),
        time_limit=time_limit,
    )
    assert found.profit == 2 * len(SATELLITES)  # of the two before the first pass there is room for one
    assert Drains.read <= READ_AT_MOST * len(passes)
