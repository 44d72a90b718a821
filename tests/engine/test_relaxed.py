"""What the relaxation of a small plan leaves open: who finishes it, and with how many columns."""

import numpy as np
import pytest

from benchmarks.plan_problems import budget, mixed, reservoir, strips
from satselect.engine.limits import Limits
from satselect.engine.packing.part import Part
from satselect.engine.paths import relaxed as module
from satselect.engine.paths.certificate import check_chosen
from satselect.engine.paths.relaxed import Relaxed, relaxed
from satselect.engine.paths.walk import walked
from satselect.engine.planning import solving
from satselect.engine.planning.solving import solve_form
from satselect.engine.problem.rows import Floats, Ints
from satselect.engine.relaxation.answer import Answer
from satselect.engine.solve.mip import finish_beside, near
from satselect.engine.timeline.form import TimelineProblem


def _relaxed(problem: TimelineProblem) -> Relaxed:
    found = relaxed(problem, _worths(problem), Limits())
    assert found is not None
    return found


def _worths(problem: TimelineProblem) -> Floats:
    return np.array([float(problem.units.worth(value)) for value in problem.value.tolist()])


def _unasked(*_args: object) -> None:
    raise AssertionError


def _proven(found: Relaxed) -> int:
    done = found.searched(Limits())
    assert done.answer.is_optimal
    assert check_chosen(found.packed.form, done.chosen) == done.bound < found.bound
    return len(near(found.cut.tight, found._walked(Limits())._tight_answer()))


def test_few_columns_on_timelines_are_searched_whatever_the_gap(columns_of_highs: list[int]) -> None:
    assert 64 < _proven(_relaxed(strips(50, 1, 7))) <= 200
    assert not columns_of_highs


def test_what_only_shares_sums_is_left_to_highs(columns_of_highs: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "search", _unasked)
    assert 64 < _proven(_relaxed(mixed(6, 2, 1, 1))) <= 200
    assert len(columns_of_highs) == 1


def test_where_the_relaxation_is_nearly_whole_highs_gets_few_of_many_columns(columns_of_highs: list[int]) -> None:
    count = _proven(_relaxed(reservoir(300, 6, 4)))
    assert columns_of_highs
    assert 0 < max(columns_of_highs) < 0.75 * count


@pytest.mark.parametrize(("problem", "moves"), [(budget(6, 2, 1, 1), 20), (strips(50, 1, 2), 100)])
def test_the_walk_before_is_shorter_where_columns_are_few(
    problem: TimelineProblem, moves: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []

    def watched(*args: object) -> object:
        seen.append(args[3])
        return walked(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "walked", watched)
    _proven(_relaxed(problem))
    assert seen[0] == moves


def test_many_candidates_with_shared_rows_are_finished_from_their_relaxation(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it takes whole is taken, and with what fits beside that more is earned than when it is rounded."""
    seen: list[tuple[int, int, int]] = []

    def watched(part: Part, start: Answer, limits: Limits, taken: Ints) -> Answer:
        found = finish_beside(part, start, limits, taken)
        seen.append((len(taken), start.profit(part), found.profit(part)))
        return found

    monkeypatch.setattr(solving, "_PACKED", 50)
    monkeypatch.setattr(solving, "_solve_along", _unasked)
    monkeypatch.setattr(module, "finish_beside", watched)
    problem = budget(6, 2, 1, 1)
    solved, worths = solve_form(problem, _worths(problem), Limits()), _worths(problem)
    assert worths[solved.chosen].sum() == solved.limit == 5208
    [(whole, rounded, beside)] = seen
    assert 0 < whole < len(solved.chosen)
    assert rounded < beside
