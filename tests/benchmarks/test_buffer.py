"""The buffer's measurement, with a stand-in that selects afresh each time."""

import json
from dataclasses import asdict
from pathlib import Path

import satselect
from benchmarks import buffer
from benchmarks.buffer_cell import BATCH, Scale, measure
from benchmarks.problems import satellite
from benchmarks.report import page
from benchmarks.solvers.engine import tasks_of


class Afresh:
    """A buffer without an index; it forgets tasks that come after so many."""

    def __init__(self, most: int = 1000) -> None:
        self._tasks: dict[satselect.Task, None] = {}
        self._left = most

    def add(self, task: satselect.Task) -> None:
        self._left -= 1
        if self._left >= 0:
            self._tasks[task] = None

    def remove(self, task: satselect.Task) -> None:
        del self._tasks[task]

    def select(self) -> satselect.Selection:
        return satselect.select(self._tasks)


def test_a_buffer_that_selects_afresh_earns_as_fresh() -> None:
    tasks = tasks_of(satellite(0, 20 + 4 * BATCH, 12))
    figures = measure(Afresh(), tasks[:20], tasks[20:])
    assert figures["compared"] == figures["as_fresh"] == 3
    assert 0 < figures["p50"] <= figures["p99"]


def test_a_buffer_that_loses_tasks_is_found_out() -> None:
    tasks = tasks_of(satellite(0, 25, 12))
    figures = measure(Afresh(most=20), tasks[:20], tasks[20:])
    assert figures["as_fresh"] < figures["compared"]


def test_the_report_shows_ratios_to_ten_thousand_tasks(tmp_path: Path) -> None:
    scales = [_scale(1000, 0.2), _scale(10_000, 0.01), _scale(100_000, 0.03)]
    file = tmp_path / "buffer.json"
    machine = {
        "processor": "a",
        "cores": 2,
        "system": "b",
        "python": "3",
        "commit": "c",
        "versions": {"satselect": "1"},
    }
    file.write_text(json.dumps({"kind": "buffer", "machine": machine, "scales": [asdict(scale) for scale in scales]}))
    shown = page([file], "2026-01-31")
    assert "2026-01-31, commit c, a, 2 cores" in shown
    assert "| 100,000 | 60 | 3 | 30 ms |" in shown


def test_a_row_says_how_often_the_buffer_earned_as_fresh() -> None:
    assert buffer.rows([_scale(1000, 0.01)])[0][-1] == "2/3"


def _scale(tasks: int, p50: float) -> Scale:
    return Scale(
        tasks=tasks,
        resources=60,
        add=1e-6,
        first=0.1,
        p50=p50,
        p99=0.1,
        compared=3,
        as_fresh=2,
        buffer_bytes=250.0,
        task_bytes=400.0,
        resident_bytes=300.0,
    )
