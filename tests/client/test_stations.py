"""The stations of a fleet from Python and from a terminal, against a running service."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from satselect.cli.main import main
from satselect.client.client import Client
from satselect.client.errors import BadInputError, ChangedError, InvalidError, NotFoundError
from satselect.schemas.planning.stations import NewStation
from tests.api.test_elements import message

DATABASES = ["sqlite"]  # what the database has a part in, tests/api/test_stations.py tries on each

NORTH = {"latitude": 67.9, "longitude": 21.1, "minimum_elevation": 5}


@pytest.fixture(autouse=True)
def fleet(service: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SATSELECT_URL", str(service.base_url))
    service.post("/api/v1/fleets", json={"name": "Orbit", "horizon_s": 86_400}).raise_for_status()
    service.post("/api/v1/fleets/orbit/satellites", json={"name": "sat-1"}).raise_for_status()
    disk = {"name": "disk", "capacity": 9, "kind": "reservoir"}
    service.post("/api/v1/fleets/orbit/satellites/sat-1/resources", json=disk).raise_for_status()


@pytest.fixture
def client(service: httpx.Client) -> Iterator[Client]:
    with Client(str(service.base_url)) as client:
        yield client


def test_all_that_can_be_done_with_one(client: Client, service: httpx.Client) -> None:
    stations = client.stations("orbit")
    made = stations.put("north", NORTH | {"drains_per_s": {"disk": 0.01}})
    assert (made.name, made.latitude, made.searched_until) == ("north", 67.9, None)
    assert [one.station for one in stations.all()] == ["north"]
    elements = "/api/v1/fleets/orbit/satellites/sat-1/elements"
    service.put(elements, json={"source": json.dumps(message(-1))}).raise_for_status()
    client.iterate("orbit")
    seen = stations.get("north")
    assert seen.searched_until
    assert seen.searched_until > datetime.now(UTC) + timedelta(days=1)
    passes = list(stations.passes())
    assert passes
    assert {(one.satellite, one.station) for one in passes} == {("sat-1", "north")}
    moved = stations.put("north", NewStation(latitude=-20.0, longitude=0.0), if_match=seen.etag)
    assert (moved.latitude, moved.drains_per_s) == (-20.0, {})
    with pytest.raises(ChangedError):
        stations.put("north", NORTH, if_match=seen.etag)
    with pytest.raises(ChangedError):
        stations.delete("north", if_match=seen.etag)
    stations.delete("north")
    with pytest.raises(NotFoundError):
        stations.get("north")


def test_what_is_no_station_is_refused(client: Client) -> None:
    with pytest.raises(InvalidError) as refused:
        client.stations("orbit").put("north", NORTH | {"latitude": 91})
    assert "/latitude" in str(refused.value)
    assert client.stations("orbit").all() == []


def test_on_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "north.json"
    file.write_text(json.dumps(NORTH | {"drains_per_s": {"disk": 0.01}}))
    assert main(["stations", "put", "north", str(file), "--fleet", "orbit"]) == 0
    assert capsys.readouterr().out == "orbit has north\n"
    assert main(["stations", "list", "--fleet", "orbit"]) == 0
    (_, row) = capsys.readouterr().out.splitlines()
    assert row.split()[:6] == ["north", "67.9", "21.1", "5", "0.01", "disk"]  # it may have been searched by then
    assert main(["stations", "list", "--fleet", "orbit", "--json"]) == 0
    (shown,) = json.loads(capsys.readouterr().out)
    assert shown["drains_per_s"] == {"disk": 0.01}
    assert main(["stations", "remove", "north", "--fleet", "orbit", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"removed": "north"}
    assert main(["stations", "remove", "north", "--fleet", "orbit"]) == 2
    assert "north" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"latitude": 91, "longitude": 0}', "/latitude"),
        ('{"latitude": 1}', "/longitude"),
        ("{", "north.json"),
        ('{"latitude": 1, "longitude": 2, "drains_per_s": {"tape": 1}}', "no such reservoir"),
    ],
)
def test_what_is_wrong_with_a_file_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, told: str
) -> None:
    file = tmp_path / "north.json"
    file.write_text(content)
    assert main(["stations", "put", "north", str(file), "--fleet", "orbit"]) == 2
    assert told in capsys.readouterr().err
    assert main(["stations", "put", "north", str(tmp_path / "none.json"), "--fleet", "orbit"]) == 2


@pytest.mark.parametrize("word", ["", ".", ".."])
def test_words_that_lead_elsewhere_are_not_sent(
    client: Client, service: httpx.Client, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Paths are made shorter by them: a station of that name would be its fleet."""
    for call in (client.stations("orbit").delete, client.stations("orbit").get, client.task, client.explain):
        with pytest.raises(BadInputError, match="leads elsewhere"):
            call(word)
    with pytest.raises(BadInputError):
        client.stations(word)
    assert main(["stations", "remove", word, "--fleet", "orbit"]) != 0
    assert "leads elsewhere" in capsys.readouterr().err
    assert service.get("/api/v1/fleets/orbit").is_success
