"""What the demo that plans plays: its days, its orbits, its clock, and in which order."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from satselect.cli.demo import playing
from satselect.cli.demo.days import BATCH_HOURS, FIRST_WISHES, FLEET, WISHES_A_BATCH, Hour, days
from satselect.cli.demo.playing import Clock, play
from satselect.cli.demo.sky import PLACES, SATELLITES
from tests.orbits.skies import sidereal_degrees

START = datetime(2026, 12, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
Json = dict[str, Any]


def test_the_same_seed_and_start_give_the_same_days() -> None:
    first, second, other = (_told(days(seed=seed, count=2, start=START)) for seed in (1, 1, 2))
    assert first == second
    assert first != other


def _told(hours: Iterable[Hour]) -> object:
    return [(hour.starts, hour.wishes, hour.outages, hour.chance.random()) for hour in hours]


def test_days_want_all_places_within_the_horizon_and_know_of_two_outages() -> None:
    hours = days(seed=1, count=2, start=START)
    assert [len(hour.wishes) for hour in hours[::BATCH_HOURS]] == [FIRST_WISHES, *[WISHES_A_BATCH] * 11]
    assert sum(len(hour.wishes) for hour in hours) == FIRST_WISHES + 11 * WISHES_A_BATCH
    asked: defaultdict[str, int] = defaultdict(int)
    for hour in hours:
        for wish in hour.wishes:
            asked[next(place for place in PLACES if place in str(wish["name"]))] += 1
            window: Any = wish["window"]
            begins, ends = (datetime.fromisoformat(window[name]) for name in ("from", "until"))
            assert hour.starts + HOUR <= begins < ends <= hour.starts + float(str(FLEET["horizon_s"])) / 3600 * HOUR
    assert asked.keys() == PLACES.keys()
    assert len(PLACES) == 10
    assert [outage.get("resource") for hour in hours for outage in hour.outages] == [None, "camera"]


class _Fake:
    """A service and a clock that only note what they are told; a task is over at half past each hour."""

    def __init__(self) -> None:
        self.told: list[tuple[str, object]] = []

    def wait_until(self, moment: datetime) -> None:
        self.told.append(("waited", moment))

    def roll_to(self, moment: datetime) -> None:
        self.told.append(("rolled", moment))

    def take_out(self, outage: Json) -> None:
        self.told.append(("out", outage["words"]))

    def give_up(self, moment: datetime) -> None:
        self.told.append(("gave up", moment))

    def plan(self, tasks: Sequence[Json]) -> float:
        self.told.append(("planned", len(tasks)))
        return float(len(self.told))

    def executed(self, since: datetime, until: datetime) -> Sequence[SimpleNamespace]:
        self.told.append(("asked", since))
        return [SimpleNamespace(task=until.hour, ends=until - HOUR / 2)]

    def report(self, task: int, fault: str | None) -> bool:
        self.told.append(("reported", task))
        return task != 11  # of which somebody else told


def test_each_hour_is_planned_and_then_executed_in_order() -> None:
    fake, hours = _Fake(), days(seed=1, count=1, start=START)
    played = play(fake, hours, fake, lambda hour, played: None)  # type: ignore[arg-type]
    assert fake.told[:8] == [
        ("waited", START),
        ("rolled", START),
        ("out", "software update"),
        ("gave up", START + HOUR),
        ("planned", FIRST_WISHES),
        ("asked", START - timedelta(days=30)),
        ("waited", START + HOUR / 2),
        ("reported", 10),
    ]
    assert fake.told[8:11] == [("waited", START + HOUR), ("rolled", START + HOUR), ("asked", START)]
    assert fake.told[-2:] == [("waited", START + 24 * HOUR), ("rolled", START + 24 * HOUR)]
    moments = [moment for what, moment in fake.told if what == "waited"]
    assert moments == sorted(moments)  # type: ignore[type-var]
    assert played.completed + played.failed == 23
    assert played.failed


def test_what_was_planned_into_an_outage_is_planned_anew_at_once() -> None:
    fake, hours = _Fake(), days(seed=1, count=2, start=START)
    play(fake, hours, fake, lambda hour, played: None)  # type: ignore[arg-type]
    known = fake.told.index(("out", "too warm"))
    assert fake.told[known + 1 : known + 3] == [("gave up", START + 27 * HOUR), ("planned", 0)]


def test_the_clock_of_a_demo_is_faster_and_waits_for_nothing_that_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    slept = list[float]()
    monkeypatch.setattr(playing, "time", SimpleNamespace(monotonic=lambda: 100 + sum(slept), sleep=slept.append))
    clock = Clock(START, 3600)
    clock.wait_until(START - HOUR)
    clock.wait_until(START + timedelta(minutes=6))
    clock.wait_until(START + timedelta(minutes=9))
    assert slept == pytest.approx([0, 0.1, 0.05])


def test_orbits_keep_time_with_the_sun() -> None:
    """On their way south they are over the equator at the same local hour, in each season."""
    for month in (1, 5, 9):
        epoch = datetime(2026, month, 1, 12, tzinfo=UTC)
        mean_sun = sidereal_degrees(epoch)  # at noon it is over Greenwich
        for one in SATELLITES:
            southwards = float(str(one.elements(epoch)["RA_OF_ASC_NODE"])) + 180
            assert ((southwards - mean_sun) / 15 + 12) % 24 == pytest.approx(one.local_hour, abs=0.01)
