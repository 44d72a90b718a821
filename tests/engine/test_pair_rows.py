"""Rows of timelines with transitions: they say all conflicts, and nothing else."""

from itertools import combinations, pairwise

import numpy as np
import pytest

from satselect.engine.timeline.cliques import _pairs, pair_rows


@pytest.mark.parametrize("seed", range(60))
def test_rows_hold_every_conflict_and_only_what_conflicts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, kinds = int(rng.integers(1, 40)), int(rng.integers(1, 8))
    start = np.sort(rng.integers(0, 60, n))
    end = start + rng.integers(0, 20, n)
    task, kind = rng.integers(0, n // 2 + 1, n), rng.integers(-1, kinds, n)
    angles = rng.integers(0, 30, kinds)
    table = (np.abs(angles[:, None] - angles[None, :]) + 3).astype(np.int64)
    np.fill_diagonal(table, 0)

    def clash(a: int, b: int) -> bool:
        turn = int(table[kind[a], kind[b]]) if min(kind[a], kind[b]) >= 0 else 0
        return bool(start[b] < end[a] + turn and start[a] < end[b] + turn)

    starts, members = pair_rows(start, end, task, kind, table)
    rows = [members[a:b].tolist() for a, b in pairwise(starts.tolist())]
    said = {pair for row in rows for pair in combinations(sorted(row), 2)}
    real = {(a, b) for a, b in combinations(range(n), 2) if clash(a, b) and task[a] != task[b]}
    assert real <= said
    assert all(clash(a, b) or task[a] == task[b] for a, b in said)
    assert all(row == sorted(set(row)) and len(row) > 1 for row in rows)
    for row in rows:  # none lies in another
        assert not any(set(row) < set(other) for other in rows)


def test_who_has_no_work_left_grows_no_further_row() -> None:
    n = 60
    start, kinds, turns = np.zeros(n, np.int64), np.full(n, -1), np.zeros((0, 0), np.int64)
    to_look_at_all = n * (n + 1) // 2
    starts, _, left = _pairs(start, start + 100, np.arange(n), kinds, turns, to_look_at_all + 10)
    assert len(starts) == 1
    assert 0 > left >= 10 - n - n * 2 * n // 4, "one row at most"
