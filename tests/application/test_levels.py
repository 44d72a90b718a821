"""What a reservoir holds is found out of the last days, and is what all that ever happened to it makes it."""

from bisect import bisect_right
from collections.abc import Collection
from datetime import datetime, timedelta
from random import Random

import pytest

from satselect.application.planning.horizon import levels
from satselect.store.queries.reservoirs import Drain
from satselect.store.queries.supplies import TimedSupply
from tests.application.buffers import NOW

DAYS = 300


class History:
    """Passes and tasks of many days over two satellites, and how much of it was read."""

    def __init__(self, seed: int) -> None:
        rng = Random(seed)
        self.read = 0
        self.drains: list[Drain] = []
        self.writes: list[tuple[datetime, int]] = []
        often, units = rng.choice([0.2, 1, 3]), rng.choice([1, 4, 30])
        for _ in range(int(DAYS * often)):
            starts = NOW - timedelta(days=rng.uniform(0, DAYS))
            ends = starts + timedelta(minutes=rng.choice([5, 10, 600, 3000]))
            self.drains.append(Drain(rng.choice([1, 2]), starts, ends, {"disk": rng.randint(1, units)}))
        for _ in range(int(DAYS * rng.choice([0.1, 1, 2]))):
            self.writes.append((NOW - timedelta(days=rng.uniform(0, DAYS)), rng.randint(1, 3)))
        self.drains.sort(key=lambda one: one.ends)
        self.writes.sort()

    def drains_of(
        self, fleet: int, until: datetime, *, since: datetime | None, satellite_ids: Collection[int] | None
    ) -> list[Drain]:
        assert fleet == 7
        found = [
            one
            for one in self.drains
            if one.ends <= until
            and (since is None or one.ends > since)
            and (satellite_ids is None or one.satellite_id in satellite_ids)
        ]
        self.read += len(found)
        return found

    def writes_of(self, supply: TimedSupply, until: datetime, *, since: datetime | None) -> list[tuple[datetime, int]]:
        return [one for one in self.writes if one[0] <= until and (since is None or one[0] > since)]


def played(history: History, supply: TimedSupply, at: datetime) -> int:
    """Task by task and pass by pass, from the beginning."""
    told = supply.level_at
    writes = [one for one in history.writes if one[0] <= at and (told is None or one[0] > told)]
    ends_of_writes = [end for end, _ in writes]
    level, written = supply.level, 0
    for satellite, starts, ends, units in history.drains:
        if ends > at or (told is not None and ends <= told) or supply.satellite_id not in (None, satellite):
            continue
        before = bisect_right(ends_of_writes, starts)
        level += sum(units for _, units in writes[written : max(before, written)])
        written = max(before, written)
        level = max(level - units["disk"], 0)
    return min(level + sum(units for _, units in writes[written:]), supply.capacity)


def highest(history: History, satellite: int | None, first: int, told: datetime | None) -> int:
    """The most that is ever in there, at any end of a task."""
    supply = TimedSupply(1, 1, "disk", satellite, 10**9, "reservoir", 0.0, first, told)
    return max([1, first, *(played(history, supply, end) for end, _ in history.writes)])


@pytest.mark.parametrize("seed", range(60))
def test_the_last_days_say_what_all_of_it_says(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = Random(seed)
    history = History(seed)
    for name in ("drains_of", "writes_of"):
        monkeypatch.setattr(levels, name, getattr(history, name))
    told = rng.choice([None, NOW - timedelta(days=rng.uniform(0, DAYS))])
    first = rng.randint(0, 3)
    some = [
        # As much as it ever has to hold: what doesn't fit is never planned.
        TimedSupply(id, 1, "disk", satellite, highest(history, satellite, first, told), "reservoir", 0.0, first, told)
        for id, satellite in ((1, 1), (2, None), (3, 2))
    ]
    for _ in range(5):
        at = NOW - timedelta(days=rng.uniform(0, DAYS / 2))
        expected = {one.id: played(history, one, at) for one in some}
        assert levels.levels_at(some, 7, at) == expected


def test_of_passes_of_a_year_the_last_two_days_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    history = History(0)
    history.writes = [(NOW - timedelta(hours=1), 2)]
    history.drains = [
        Drain(1, starts := NOW - timedelta(hours=3 * n), starts + timedelta(minutes=10), {"disk": 2})
        for n in range(3_000, 0, -1)
    ]
    for name in ("drains_of", "writes_of"):
        monkeypatch.setattr(levels, name, getattr(history, name))
    supply = TimedSupply(1, 1, "disk", 1, 8, "reservoir", 0.0, 0, None)
    assert levels.level_at(supply, 7, NOW) == 2
    assert history.read == 16
