import httpx
import pytest

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
