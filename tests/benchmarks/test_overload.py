"""An installation with a worker that is offered more than it can hold."""

import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.open_load import FAILED, Answer
from benchmarks.overload import faults_of, main

OK = [Answer(201, 0, 0.1, says_when=False), Answer(202, 0, 0.1, says_when=True), Answer(503, 0, 0.1, says_when=True)]


@pytest.mark.long
@pytest.mark.timeout(300)
def test_three_times_the_load_breaks_no_promise(servers: list[str], tmp_path: Path) -> None:
    file = tmp_path / "overload.json"
    small = ["--workers", "1", "--fleets", "3", "--buffered", "20", "--requests", "40", "--seconds", "6"]
    assert main([*servers, *small, "--json", str(file)]) == 0
    (figures,) = json.loads(file.read_text())["figures"]
    assert figures["offered"] == figures["taken"] + figures["refused"]
    assert figures["offered_per_second"] > 2 * figures["capacity"]
    assert figures["normal_after"] <= 10


@pytest.mark.parametrize(
    ("more", "states", "normal_after", "says"),
    [
        (Answer(500, 0, 0.1, says_when=False), {"done": 2}, 1, "another kind: {500: 1}"),
        (Answer(FAILED, 0, 0.1, says_when=False), {"done": 2}, 1, "another kind: {0: 1}"),
        (Answer(429, 0, 0.1, says_when=False), {"done": 2}, 1, "1 refusals don't say"),
        (OK[0], {"done": 2}, 1, "3 batches were taken"),
        (OK[0], {"done": 3, "dead": 1}, 1, "3 batches were taken"),
        (OK[0], {"done": 3}, 11, "11.0 s"),
    ],
)
def test_each_broken_promise_is_told(more: Answer, states: dict[str, int], normal_after: float, says: str) -> None:
    (words,) = faults_of([*OK, more], Counter(states), normal_after)
    assert says in words


def test_what_was_taken_though_it_was_refused_is_no_fault() -> None:
    assert faults_of(OK, Counter(done=3), 0.0) == []
