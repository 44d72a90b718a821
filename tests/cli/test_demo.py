from datetime import UTC, datetime, timedelta
from itertools import pairwise

import httpx
import pytest

from satselect.cli.demo.days import BATCHES_A_DAY, STEP_S, days
from satselect.cli.demo.days import SATELLITES as PLANNING
from satselect.cli.demo.week import KINDS, SATELLITES, SHARED, week
from satselect.cli.main import main
from tests.databases import Databases
from tests.services import Services


@pytest.fixture
def address(services: Services, databases: Databases) -> str:
    return services.address(databases.get("sqlite", is_served=True))


def test_the_same_seed_gives_the_same_week() -> None:
    first, second = ([hour.wishes for hour in week(seed=3, hours=48)] for _ in range(2))
    assert first == second
    assert first != [hour.wishes for hour in week(seed=4, hours=48)]


def test_more_is_wanted_by_day_than_by_night() -> None:
    counts = [len(hour.wishes) for hour in week(seed=1, hours=168)]
    assert sum(counts[12::24]) > 1.5 * sum(counts[0::24])


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_kind_of_task_has_a_satellite_that_can_run_it(kind: object) -> None:
    needs = kind.resources  # type: ignore[attr-defined]
    has = [{**own, **SHARED} for own in SATELLITES.values()]
    assert any(all(one.get(name, 0) >= amount for name, amount in needs.items()) for one in has)


def test_a_demo_plays_on_a_running_service(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--url", address, "--days", "1", "--speed", "1e9"]) == 0
    assert "1 day of the fleet 'demo' earned" in capsys.readouterr().out
    iterations = httpx.get(f"{address}/api/v1/fleets/demo/iterations").json()["items"]
    assert len(iterations) == 24
    assert sum(one["profit"] for one in iterations) > 100
    tasks = httpx.get(f"{address}/api/v1/tasks?fleet=demo&limit=500").json()["items"]
    assert {"completed", "buffered"} <= {task["status"] for task in tasks}
    assert main(["demo", "--url", address, "--days", "1", "--speed", "1e9"]) == 0  # the fleet is there already


def test_nobody_there_is_told_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--url", "http://127.0.0.1:9", "--days", "1"]) == 1
    assert capsys.readouterr().err.startswith("satselect: ")


def test_the_clock_has_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["demo", "--speed", "0"])
    assert ended.value.code == 2


def test_days_that_are_planned_are_the_same_for_a_seed_and_can_be_flown() -> None:
    start = datetime(2026, 12, 1, 9, tzinfo=UTC)
    found = days(seed=1, count=3, start=start)
    assert found == days(seed=1, count=3, start=start)
    assert found != days(seed=2, count=3, start=start)
    for satellite in PLANNING:
        own = sorted((one["from"], one["until"]) for one in found.passes if one["satellite"] == satellite.lower())
        assert len(own) == 12
        assert all(earlier[1] < later[0] for earlier, later in pairwise(own))
    for wish in (wish for batch in found.batches for wish in batch):
        for spot in wish["opportunities"]:
            begins, ends = (datetime.fromisoformat(spot[name]) for name in ("from", "until"))
            assert ends - begins >= timedelta(seconds=wish["duration"])
            assert begins >= start


def test_the_first_two_minutes_of_a_demo_that_plans_wait_for_no_compiler() -> None:
    found = days(seed=1, count=7, start=datetime(2026, 12, 1, 9, tzinfo=UTC))
    batches = int(120 / (24 / BATCHES_A_DAY * 3_600 / 3_600))  # at the usual speed
    starts = 0
    for wish in (wish for batch in found.batches[:batches] for wish in batch):
        for spot in wish["opportunities"]:
            begins, ends = (datetime.fromisoformat(spot[name]) for name in ("from", "until"))
            starts += int(((ends - begins).total_seconds() - wish["duration"]) // STEP_S) + 1
    assert starts <= 3_000


def test_a_demo_plans_in_time_on_a_running_service(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--url", address, "--plan", "--days", "1", "--speed", "1e9"]) == 0
    assert "1 day of the fleet 'demo-plan'" in capsys.readouterr().out
    plan = httpx.get(f"{address}/api/v1/fleets/demo-plan/plan").json()["items"]
    assert len(plan) > 40
    assert len(httpx.get(f"{address}/api/v1/fleets/demo-plan/passes").json()["items"]) == 12
    assert httpx.get(f"{address}/api/v1/fleets/demo-plan/outages").json()["items"][0]["words"] == "software update"
