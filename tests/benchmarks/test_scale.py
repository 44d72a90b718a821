"""What is measured of a scaled out installation, on a small scale."""

import json
import os
import socket
from pathlib import Path

import pytest

from benchmarks.processes import Meter, listener, memory, processor_s
from benchmarks.report import page
from benchmarks.scale import KINDS, Figures, main, rows
from benchmarks.service_load import p99


@pytest.mark.timeout(300)
def test_a_small_round_is_measured_with_and_without_a_worker(servers: list[str], tmp_path: Path) -> None:
    file = tmp_path / "scale.json"
    small = [
        "--workers",
        "1",
        "--fleets",
        "2",
        "--buffered",
        "20",
        "--clients",
        "2",
        "--requests",
        "6",
        "--rounds",
        "1",
    ]
    assert main([*servers, *small, "--json", str(file)]) == 0
    written = [Figures(**one) for one in json.loads(file.read_text())["figures"]]
    assert [(one.workers, one.buffers, one.batches) for one in written] == [
        (0, "cold", 2),
        (0, "warm", 6),
        (1, "cold", 2),
        (1, "warm", 6),
    ]
    assert [one.processor["worker"] > 0 for one in written] == [False, False, True, True]
    assert "## Workers beside one service" in page([file], "2026-01-31")


def test_the_busier_kind_is_the_ceiling() -> None:
    inline = _figures(0, service=0.02, worker=0)
    two, four = _figures(2, service=0.01, worker=0.03), _figures(4, service=0.01, worker=0.03)
    assert [one.ceiling for one in (inline, two, four)] == pytest.approx([50, 66.7, 100], rel=0.01)
    assert [row[-5:] for row in rows([inline, two, four])] == [
        ("50", "1", "-", "-", "-"),
        ("66.7", "1.33", "1", "66.7", "1.33"),
        ("100", "2", "2", "133", "2.67"),
    ]


@pytest.mark.parametrize(("count", "expected"), [(1, 1), (2, 2), (101, 100), (1001, 991)])
def test_99_of_100_take_no_longer_than_p99(count: int, expected: int) -> None:
    assert p99(range(count, 0, -1)) == expected


def test_a_meter_counts_what_is_used_while_it_is_entered() -> None:
    before = processor_s(os.getpid())
    assert before is not None
    with Meter({"mine": lambda: [os.getpid()], "nobody's": list}) as meter:
        while (processor_s(os.getpid()) or 0) < before + 0.1:
            pass
    assert meter.used_s["mine"] >= 0.09
    assert meter.used_s["nobody's"] == 0


def test_memory_and_listeners_are_those_of_this_process() -> None:
    sizes = memory(os.getpid())
    assert sizes is not None
    assert 0 < sizes[1] <= sizes[0]
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert listener(server.getsockname()[1]) == os.getpid()


def _figures(workers: int, *, service: float, worker: float) -> Figures:
    return Figures(
        workers=workers,
        buffers="warm",
        fleets=1,
        buffered=1,
        batches=9,
        refused=0,
        p50=0.1,
        p99=0.2,
        per_second=9,
        processor=dict.fromkeys(KINDS, 0.0) | {"service": service, "worker": worker},
    )
