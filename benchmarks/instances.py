"""Readers for public instance formats: SPOT5 photographs, random set packing, CATS auctions.

What isn't a capacity by itself becomes one: at most one camera a photograph is a resource of capacity 1, a forbidden
pair one of capacity 1 and a forbidden triple one of capacity 2 that each of them uses, memory one with amounts.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import numpy as np

from benchmarks.known import known
from benchmarks.problem import Problem, starts_of

MEMORY_UNIT, MEMORY = 451, 200
"""SPOT5: a photograph needs round(memory / 451) of the 200 units (Bensana, Lemaitre, Verfaillie 1999)."""

Columns = list[dict[int, int]]


def files(folder: Path) -> dict[str, list[Path]]:
    """The instances of a folder by class, in order of name; a class without any has an empty list."""
    return {name: sorted((folder / name).glob(pattern), key=_by_number) for name, (pattern, _) in _FORMATS.items()}


def read(file: Path) -> Problem:
    """The problem in a file; the name of its folder says the format."""
    return _FORMATS[file.parent.name][1](file.read_text(), f"{file.parent.name} {file.stem}")


def read_spot5(text: str, name: str) -> Problem:
    """A day of photographs: each has a profit and cameras to choose from, and some choices don't go together.

    Lines: how many photographs; for each its id, profit, number of cameras, pairs of camera and memory, and perhaps
    more that doesn't matter here; how many constraints; for each its arity, its photographs and the forbidden tuples
    of cameras. A line of one large number in place of a constraint is the memory limit, in the file's own units.
    """
    lines = iter(line.split() for line in text.splitlines() if line.strip())
    photographs = [next(lines) for _ in range(int(next(lines)[0]))]
    candidates: dict[tuple[int, int], int] = {}
    columns: Columns = []
    profits: list[int] = []
    capacities: list[int] = []
    memory: list[int] = []
    for number, fields in enumerate(photographs):
        cameras = int(fields[2])
        for camera, megabytes in zip(fields[3 : 3 + 2 * cameras : 2], fields[4 : 4 + 2 * cameras : 2], strict=True):
            candidates[number, int(camera)] = len(columns)
            columns.append({number: 1} if cameras > 1 else {})
            profits.append(int(fields[1]))
            memory.append(round(float(megabytes) / MEMORY_UNIT))
        capacities.append(1)
    for count in range(int(next(lines)[0])):
        for forbidden in _forbidden(next(lines, []), candidates, f"{name}, constraint {count}"):
            for column in forbidden:
                columns[column][len(capacities)] = 1
            capacities.append(len(forbidden) - 1)
    if any(memory):
        _add_memory(columns, memory, capacities)
    return _problem(name, columns, profits, capacities)


def read_set_packing(text: str, name: str) -> Problem:
    """Weighted columns, of which each row takes at most one.

    Numbers: rows, columns, the weight of each column; for each row how many columns it has, and which, from 1.
    """
    numbers = map(int, text.split())
    rows, count = next(numbers), next(numbers)
    profits = [next(numbers) for _ in range(count)]
    columns: Columns = [{} for _ in range(count)]
    for row in range(rows):
        for _ in range(next(numbers)):
            columns[next(numbers) - 1][row] = 1
    return _problem(name, columns, profits, [1] * rows)


def read_auction(text: str, name: str) -> Problem:
    """Bids for bundles of goods, of which each is sold once (the format of CATS 2).

    Lines: `goods`, `bids` and `dummy` with their numbers; then for each bid its id, price and goods, closed by `#`.
    """
    fields = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("%")]
    sizes = {line[0]: int(line[1]) for line in fields if line[0].isalpha()}
    bids = [line for line in fields if not line[0].isalpha()]
    if len(bids) != sizes["bids"]:
        raise ValueError(f"{name}: {sizes['bids']} bids are announced, {len(bids)} are there")
    columns = [{int(good): 1 for good in bid[2 : bid.index("#")]} for bid in bids]
    decimals = max(-int(Decimal(bid[1]).normalize().as_tuple().exponent) for bid in bids)
    profits = [float(bid[1]) for bid in bids]
    return _problem(name, columns, profits, [1] * (sizes["goods"] + sizes["dummy"]), max(0, decimals))


def _forbidden(line: Sequence[str], candidates: dict[tuple[int, int], int], where: str) -> Iterator[set[int]]:
    """The sets of candidates that a constraint line forbids together."""
    numbers = [int(field) for field in line]
    if len(numbers) == 1:
        return
    if not numbers:
        raise ValueError(f"{where}: the file ends before it")
    arity, photographs, cameras = numbers[0], numbers[1 : numbers[0] + 1], numbers[numbers[0] + 1 :]
    if len(cameras) % arity:
        raise ValueError(f"{where}: {len(cameras)} cameras are no whole number of tuples of {arity}")
    for i in range(0, len(cameras), arity):
        choice = zip(photographs, cameras[i : i + arity], strict=True)
        found = {candidates[pair] for pair in choice if pair in candidates}
        if len(found) == arity:  # else one of them can't happen, so nothing is forbidden
            yield found


def _add_memory(columns: Columns, memory: Sequence[int], capacities: list[int]) -> None:
    for column, amount in zip(columns, memory, strict=True):
        if amount:
            column[len(capacities)] = amount
    capacities.append(MEMORY)


def _problem(
    name: str, columns: Columns, profits: Sequence[float], capacities: Sequence[int], decimals: int = 0
) -> Problem:
    rows = [sorted(column.items()) for column in columns]
    flat = np.array([pair for row in rows for pair in row], np.int64).reshape(-1, 2)
    return Problem(
        name=name,
        starts=starts_of([len(row) for row in rows]),
        resources=flat[:, 0].copy(),
        amounts=flat[:, 1].copy(),
        profits=np.array(profits, np.float64),
        capacities=np.array(capacities, np.int64),
        decimals=decimals,
        known=known(name),
    )


def _by_number(file: Path) -> tuple[int, str]:
    return (int(file.stem) if file.stem.isdigit() else 0, file.stem)


_FORMATS: dict[str, tuple[str, Callable[[str, str], Problem]]] = {
    "spot5": ("*.spot", read_spot5),
    "set-packing": ("*.dat", read_set_packing),
    "auctions": ("*.txt", read_auction),
}
