"""A problem as arrays. Names become indices here and nowhere else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from satselect.engine.problem.problem import Problem, ResourceKey
from satselect.engine.problem.rows import Floats, Ints, Rows
from satselect.engine.problem.signatures import Signatures, signatures_of
from satselect.engine.problem.task import Task


@dataclass(frozen=True, slots=True)
class Packing:
    """A problem as arrays. Tasks with the same signature have the same candidates.

    Shapes: rows: what each candidate uses; satellites (rows): the satellite of each candidate, None if there are none,
    and places (rows,) its number, -1 if there are none; firsts (signatures + 1,): the candidates of signature `s` are
    the rows `firsts[s]` to `firsts[s + 1]`; signatures (tasks,); profits (tasks,) float64; capacities (resources,)
    int64; names (resources,).
    """

    tasks: Sequence[Task]
    rows: Rows
    satellites: Sequence[str | None]
    places: Ints
    firsts: Ints
    signatures: Ints
    profits: Floats
    capacities: Ints
    names: list[ResourceKey]


def pack(problem: Problem) -> Packing:
    """The problem as arrays, tasks and resources in the order of the problem."""
    index = {name: i for i, name in enumerate(problem.capacities)}
    known = problem.signatures or signatures_of(problem.tasks)
    if problem.satellites is None:
        rows, satellites, firsts, signatures = _one_candidate_each(known, cast("Mapping[str, int]", index))
    else:
        rows, satellites, firsts, signatures = _candidates(problem, known, index)
    return Packing(
        tasks=problem.tasks,
        rows=rows,
        satellites=satellites,
        places=_places(problem, satellites),
        firsts=firsts,
        signatures=signatures,
        profits=known.profits,
        capacities=np.fromiter(problem.capacities.values(), np.int64, len(index)),
        names=list(index),
    )


_Candidates = tuple[Rows, Sequence[str | None], Ints, Ints]


def _one_candidate_each(known: Signatures, index: Mapping[str, int]) -> _Candidates:
    """A row per signature."""
    numbers = np.fromiter(map(index.__getitem__, known.names), np.int64, len(known.names))
    rows = Rows(known.rows.starts, numbers[known.rows.resources], known.rows.amounts)
    return rows, [None] * len(rows), np.arange(len(rows) + 1), known.of_task


def _candidates(problem: Problem, known: Signatures, index: Mapping[ResourceKey, int]) -> _Candidates:
    """A row per satellite that the tasks of a signature may run on."""
    numbers: dict[object, int] = {}
    candidates: list[tuple[str | None, Mapping[ResourceKey, int]]] = []
    firsts = [0]
    signatures = np.zeros(len(problem.tasks), np.int64)
    for i, (task, uses) in enumerate(zip(problem.tasks, known.of_task.tolist(), strict=True)):
        key = uses, task.satellites and frozenset(task.satellites)
        signatures[i] = number = numbers.setdefault(key, len(numbers))
        if number == len(firsts) - 1:
            candidates += problem.alternatives(task)
            firsts.append(len(candidates))
    rows = Rows.of([uses for _, uses in candidates], index)
    return rows, [satellite for satellite, _ in candidates], np.array(firsts), signatures


def _places(problem: Problem, satellites: Sequence[str | None]) -> Ints:
    if problem.satellites is None:
        return np.full(len(satellites), -1)
    numbers: dict[str | None, int] = {name: i for i, name in enumerate(problem.satellites)}
    return np.fromiter(map(numbers.__getitem__, satellites), np.int64, len(satellites))
