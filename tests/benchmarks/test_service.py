"""The service's benchmark on a small scale."""

import json
from dataclasses import asdict
from pathlib import Path

import httpx
import pytest

from benchmarks.report import page
from benchmarks.service import Figures, main, rows
from benchmarks.service_load import load


def test_every_request_is_posted_and_answered(service: httpx.Client) -> None:
    seen = load(str(service.base_url), clients=3, requests=10, resources=4, seed=0)
    assert (len(seen.latencies), seen.refused) == (10, 0)
    assert sum(seen.latencies) <= 3 * seen.duration
    buffered = service.get("/api/v1/fleets/default").json()["buffered"]
    assert 0 < buffered < 50


def test_an_answer_that_is_no_iteration_stops_the_measurement(guarded: httpx.Client) -> None:
    with pytest.raises(RuntimeError, match="401"):
        load(str(guarded.base_url), clients=1, requests=1, resources=4, seed=0)


@pytest.mark.timeout(240)
def test_a_small_round_is_measured_from_empty_databases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "service.json"
    small = ["--buffered", "10", "100", "--clients", "2", "--requests", "4", "--rounds", "1"]
    assert main([*small, "--json", str(file)]) == 0
    assert "sqlite" in capsys.readouterr().out
    written = json.loads(file.read_text())["figures"]
    assert [(one["buffered"], one["requests"]) for one in written] == [(10, 4), (100, 4)]
    assert "## The service" in page([file], "2026-01-31")


def test_ratios_are_to_the_fewest_buffered_of_the_same_kind() -> None:
    figures = [
        _figures("sqlite", 100, 1, 0.01),
        _figures("sqlite", 1000, 1, 0.03),
        _figures("sqlite", 1000, 4, 0.5),
        _figures("postgresql", 1000, 1, 0.02),
    ]
    assert [row[3] for row in rows(figures)] == ["1", "3", "1", "1"]
    assert Figures(**asdict(figures[0])) == figures[0]


def _figures(database: str, buffered: int, clients: int, p50: float) -> Figures:
    return Figures(
        database=database,
        buffered=buffered,
        clients=clients,
        requests=9,
        p50=p50,
        p99=2 * p50,
        per_second=1 / p50,
        refused=0,
    )
