"""The readers, on small texts in each format."""

from decimal import Decimal
from pathlib import Path

import pytest

from benchmarks.instances import files, read, read_auction, read_set_packing, read_spot5
from benchmarks.known import known
from benchmarks.problem import Known, Problem

_SPOT5 = """\
3
0 7 3 1 0 2 0 3 0
1 5 1 13 0
2 4 2 1 0 2 0
2
2 0 1 3 13 2 13
3 2 1 0 1 13 1 2 13 9
"""
_WITH_MEMORY = """\
2
0 1000 1 2 451.15 42510 1
1 500 2 1 902.3 3 225.0 7 2
1
90000
"""
_SET_PACKING = "2 3\n 5 4 9\n 2\n 1 2\n 2\n 3 2\n"
_AUCTION = """\
%% made by hand
% Goods: 3

goods 3
bids 2
dummy 1

0\t12.5\t0\t2\t#
1\t7\t1\t3\t#
"""


def test_a_photograph_takes_one_of_its_cameras() -> None:
    problem = read_spot5(_SPOT5, "spot5 small")
    assert problem.profits.tolist() == [7, 7, 7, 5, 4, 4]
    assert [_shared_by(problem, a, b) for a, b in [(0, 1), (1, 2), (4, 5)]] == [[1], [1], [1]]


def test_a_photograph_with_one_camera_needs_no_choice() -> None:
    problem = read_spot5("1\n0 3 1 13 0\n0\n", "spot5 one")
    assert problem.uses(0) == {}


def test_a_forbidden_pair_is_a_resource_of_capacity_1() -> None:
    problem = read_spot5(_SPOT5, "spot5 small")
    assert _shared_by(problem, 2, 3) == [1]
    assert _shared_by(problem, 1, 3) == [1]
    assert _shared_by(problem, 0, 3) == [2]


def test_a_forbidden_triple_is_a_resource_of_capacity_2() -> None:
    problem = read_spot5(_SPOT5, "spot5 small")
    triples = [sorted(_users(problem, r)) for r, capacity in enumerate(problem.capacities) if capacity == 2]
    assert triples == [[0, 3, 4]]


def test_memory_is_a_resource_of_200_units() -> None:
    problem = read_spot5(_WITH_MEMORY, "spot5 memory")
    memory = problem.capacities.tolist().index(200)
    assert [problem.uses(task).get(memory, 0) for task in range(3)] == [1, 2, 0]


@pytest.mark.parametrize("text", ["1\n0 1 1 2 0\n3\n2 0 0 2 2\n", "1\n0 1 1 2 0\n1\n2 0 0 2 2 2\n"])
def test_a_broken_spot5_file_is_an_error_that_names_the_constraint(text: str) -> None:
    with pytest.raises(ValueError, match="spot5 broken, constraint"):
        read_spot5(text, "spot5 broken")


def test_a_row_of_set_packing_is_a_resource() -> None:
    problem = read_set_packing(_SET_PACKING, "set-packing small")
    assert problem.profits.tolist() == [5, 4, 9]
    assert [problem.uses(task) for task in range(3)] == [{0: 1}, {0: 1, 1: 1}, {1: 1}]


def test_a_good_of_an_auction_is_a_resource() -> None:
    problem = read_auction(_AUCTION, "auctions small")
    assert problem.profits.tolist() == [12.5, 7]
    assert [problem.uses(task) for task in range(2)] == [{0: 1, 2: 1}, {1: 1, 3: 1}]
    assert problem.decimals == 1


def test_an_auction_with_bids_missing_is_an_error() -> None:
    with pytest.raises(ValueError, match="3 bids are announced, 2 are there"):
        read_auction(_AUCTION.replace("bids 2", "bids 3"), "auctions small")


def test_a_folder_says_the_format(tmp_path: Path) -> None:
    (tmp_path / "set-packing").mkdir()
    (tmp_path / "set-packing" / "pb_one.dat").write_text(_SET_PACKING)
    (tmp_path / "spot5").mkdir()
    for name in ("29", "8"):
        (tmp_path / "spot5" / f"{name}.spot").write_text(_SPOT5)
    found = files(tmp_path)
    assert [file.stem for file in found["spot5"]] == ["8", "29"]
    assert found["auctions"] == []
    assert read(found["set-packing"][0]).name == "set-packing pb_one"
    assert read(found["spot5"][0]).known == Known(Decimal(10), is_optimal=True)


def test_a_value_that_was_only_the_best_known_is_no_optimum() -> None:
    assert known("spot5 1504") == Known(Decimal(124243), is_optimal=False)
    assert known("set-packing pb_500rnd0100") == Known(Decimal(323), is_optimal=False)
    assert known("spot5 9999") is None


def _users(problem: Problem, resource: int) -> list[int]:
    return [task for task in range(len(problem)) if resource in problem.uses(task)]


def _shared_by(problem: Problem, one: int, other: int) -> list[int]:
    """The capacities of the resources that both tasks use."""
    both = problem.uses(one).keys() & problem.uses(other).keys()
    return [int(problem.capacities[resource]) for resource in both]
