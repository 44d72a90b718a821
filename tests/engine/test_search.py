"""What the search must survive, and that it misses nothing where nobody else helps it."""

from random import Random
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from satselect import Task, select
from satselect.engine import select as front_door
from satselect.engine.limits import Limits
from satselect.engine.packing.packing import pack
from satselect.engine.packing.part import Part
from satselect.engine.packing.presolve import reduce
from satselect.engine.problem.problem import Problem
from satselect.engine.relaxation.answer import Answer
from satselect.engine.relaxation.prices import bound, price, reduced_profits, rounded
from satselect.engine.relaxation.proof import Proof
from satselect.engine.search import branch_and_bound
from satselect.engine.search.branch_and_bound import _field, _losses, _Piece, _split, search
from satselect.engine.search.node import EXPLORED, OPEN, View, look
from satselect.engine.search.symmetry import twins
from tests.engine.referees import selections

if TYPE_CHECKING:
    from satselect.engine.relaxation.tighten import Tight


@pytest.mark.timeout(20)
def test_profits_of_very_different_sizes_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_door, "is_small", lambda problem: False)
    tiny = 7.74e-123
    tasks = [
        Task("one", {"c": 2, "a": 1}, profit=tiny),
        Task("two", {"c": 2, "d": 1}, profit=2 * tiny),
        Task("three", {"b": 2}, profit=1.0),
        Task("four", {"d": 1, "a": 1, "c": 2}, profit=tiny),
    ]
    fleet = {
        "sat 0": {"a": 2, "b": 1, "c": 2, "d": 1},
        "sat 1": {"a": 2, "c": 2, "d": 2},
        "sat 2": {"b": 2, "c": 2, "d": 1},
    }
    selection = select(tasks, satellites=fleet)
    assert selection.status == "optimal"
    assert len(selection.tasks) == 4


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is found but in the tree."""
    monkeypatch.setattr(branch_and_bound, "improved", lambda part, columns, y, limits: columns)
    monkeypatch.setattr(branch_and_bound, "_look_around", lambda ruin, best, opened, limits: None)


@pytest.mark.parametrize("seed", range(200))
def test_the_tree_misses_nothing(seed: int, alone: None, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = Random(seed)
    monkeypatch.setattr(branch_and_bound, "_NODES_NEARBY", rng.choice([1, 20_000]))
    monkeypatch.setattr(branch_and_bound, "_NODES_OF_A_PROBE", rng.choice([1, 3, 2000]))
    for part in reduce(pack(_problem(rng))).parts:
        y = price(part).y * rng.choice([0, 0.5, 0.9, 1.0])  # any prices prove a bound
        nothing = np.array([], np.int64)
        found = search(part, Answer.of(part, nothing, y, bound(part, y), Proof.DUALITY), Limits())
        assert found.is_optimal
        assert found.profit(part) == (selections(part) @ part.profits).max()


@pytest.mark.parametrize("seed", range(300))
def test_a_tree_at_any_prices_holds_the_best(seed: int) -> None:
    """Prices at random, so that nearly nothing is fixed, and what is best is rarely what the tree tries first."""
    rng = Random(seed)
    for part in reduce(pack((_to_be_filled if seed % 2 else _problem)(rng))).parts:
        most = float(part.profits.max())
        dual = np.array([rng.choice([0, rng.random()]) * most / units for units in part.capacities.tolist()])
        y = rounded(dual, part.rows, part.profits, part.capacities)
        losses = _losses(part, y, reduced_profits(part, y))
        everything = np.arange(len(part.profits))
        view = look(_field(part, part, losses.twins), everything, losses, 0, 0, 10**6, 10**12)
        assert view.outcome == EXPLORED
        found = [tuple(leaf[: leaf.argmin()].tolist()) for leaf in view.leaves]
        assert max(_units(part, chosen) for chosen in found) == (selections(part) @ part.profits).max()


@pytest.mark.parametrize("seed", range(40))
def test_each_selection_lies_in_one_of_the_pieces(seed: int) -> None:
    for part in reduce(pack(_problem(Random(seed)))).parts:
        everything = np.arange(len(part.profits))
        all_of_it = _Piece(everything, part.capacities, (), 0)
        alike = twins(part)
        fitting = [tuple(np.flatnonzero(chosen).tolist()) for chosen in selections(part)]
        nobody = alike._replace(groups=np.full(len(part.profits), -1))
        for resource in np.unique(part.rows.resources).tolist():
            view = View(OPEN, np.empty((0, 1), np.int64), everything, resource, 0)
            pieces = _split(cast("Tight", part), nobody, all_of_it, view, Limits())
            assert all(sum(_lies_in(part, chosen, piece) for piece in pieces) == 1 for chosen in fitting)
            # Of selections that twins only change places in, one is enough.
            pieces = _split(cast("Tight", part), alike, all_of_it, view, Limits())
            left = [chosen for chosen in fitting if any(_lies_in(part, chosen, piece) for piece in pieces)]
            kinds = {_tasks(part, chosen) for chosen in fitting}
            assert {_tasks(part, chosen) for chosen in left} == kinds


def _lies_in(part: Part, chosen: tuple[int, ...], piece: _Piece) -> bool:
    rest = np.array([one for one in chosen if one not in piece.chosen], np.int64)
    used = part.rows.take(rest)
    left = piece.room.copy()
    np.subtract.at(left, used.resources, used.amounts)
    return {*piece.chosen} <= {*chosen} and {*rest.tolist()} <= {*piece.live.tolist()} and bool((left >= 0).all())


def _tasks(part: Part, chosen: tuple[int, ...]) -> frozenset[int]:
    return frozenset(part.tasks[list(chosen)].tolist())


def _units(part: Part, chosen: tuple[int, ...]) -> int:
    return int(part.profits[list(chosen)].sum())


def _problem(rng: Random) -> Problem:
    """Of satellites that are equal, or nearly: their tasks may go to some of them only, and share an antenna."""
    names = ["a", "b", "c"]
    owned = {name: rng.choice([1, 1, 2, 3]) for name in names}
    fleet = {f"sat {i}": {**owned} for i in range(rng.choice([1, 2, 3]))}
    if rng.random() < 0.3:
        fleet["sat 0"]["a"] += 1
    tasks, are_choosy = [], rng.random() < 0.3
    for number in range({1: 9, 2: 7, 3: 5}[len(fleet)]):
        amounts = {name: rng.choice([1, 1, 2]) for name in rng.sample(names, rng.randint(1, 3))}
        if rng.random() < 0.3:
            amounts["antenna"] = 1
        some = rng.sample(list(fleet), rng.randint(1, len(fleet))) if are_choosy and rng.random() < 0.3 else None
        tasks.append(Task(f"{number}", amounts, profit=sum(amounts.values()) * 7 + rng.randint(-3, 3), satellites=some))
    return Problem.of(tasks, {"antenna": rng.choice([1, 2])}, fleet)


def _to_be_filled(rng: Random) -> Problem:
    """Of equal satellites: which tasks go together on one decides how many do."""
    fleet = {f"sat {i}": {"a": rng.randint(7, 10)} for i in range(rng.choice([2, 3]))}
    fleet = dict.fromkeys(fleet, fleet["sat 0"])
    sizes = [rng.randint(1, 6) for _ in range({2: 7, 3: 6}[len(fleet)])]
    tasks = [Task(f"{n}", {"a": size}, profit=size * 7 + rng.randint(-3, 3)) for n, size in enumerate(sizes)]
    return Problem.of(tasks, {}, fleet)
