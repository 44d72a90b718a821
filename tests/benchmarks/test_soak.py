"""An installation under load for some seconds, and what is said of its memory."""

import json
from pathlib import Path

import pytest

from benchmarks.soak import growths_of, main

MB = 1_000_000


@pytest.mark.long
@pytest.mark.timeout(300)
def test_some_seconds_of_load_lose_nothing_and_prune_what_is_over(servers: list[str], tmp_path: Path) -> None:
    file = tmp_path / "soak.json"
    small = ["--workers", "1", "--fleets", "2", "--buffered", "20", "--minutes", "0.2", "--every", "2", "--keep", "1"]
    assert main([*servers, *small, "--json", str(file)]) == 0
    written = json.loads(file.read_text())
    assert written["faults"] == []
    assert written["pruned"] > 0
    assert {growth["process"] for growth in written["growths"]} >= {"service", "worker 1"}
    assert {"batches 201", "reports 200", "cancels 200"} <= set(written["seen"])


def test_growth_is_told_from_when_it_is_warm() -> None:
    sizes = [1, 9, 10, 12, 14, 16, 18, 20, 22]
    samples = [(900.0 * n, {"service": (size * MB, MB)}) for n, size in enumerate(sizes)]
    resident, private = growths_of(samples)
    assert (resident.start, resident.warm, resident.end, resident.most) == (MB, 10 * MB, 22 * MB, 22 * MB)
    assert resident.per_hour == pytest.approx(8 * MB)
    assert private.per_hour == pytest.approx(0)
