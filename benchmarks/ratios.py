"""What the cells of a class say: first of all how many times faster the engine is than the best general solver."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import geometric_mean, mean, median

from benchmarks.problem import Known
from benchmarks.worker import Cell

GENERAL = ("highs", "cpsat-1", "cpsat-2")
Cells = dict[str, Cell]
"""The cells of one problem, by solver."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A time divided by the engine's; an estimate from below or above where one of both hit the time limit."""

    value: float
    sign: str = ""  # ">=" or "<="

    def __str__(self) -> str:
        return f"{self.sign}{self.value:.3g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One class in figures; None where nothing could be said."""

    problems: int
    ratio: Ratio | None
    worst: Ratio | None
    to_subsets: Ratio | None
    proven: int
    general_proven: int
    seconds: float | None
    general_seconds: float | None
    general_name: str
    gap: float | None
    greedy_loss: float | None
    share_loss: float | None
    memory: int | None
    general_memory: int | None
    faults: dict[str, str]


def summarise(problems: Sequence[Cells]) -> Summary:
    """The figures of a class."""
    ratios = [ratio for cells in problems if (ratio := _ratio(cells, _best_general(cells)))]
    to_subsets = [ratio for cells in problems if (ratio := _ratio(cells, cells.get("subsets")))]
    engine = [cells["engine"] for cells in problems if "engine" in cells]
    general = [cell for cells in problems if (cell := _best_general(cells))]
    names = [cell.solver for cell in general]
    return Summary(
        problems=len(problems),
        ratio=_mean(ratios),
        worst=min(ratios, key=lambda ratio: ratio.value, default=None),
        to_subsets=_mean(to_subsets),
        proven=sum(cell.status == "optimal" for cell in engine),
        general_proven=sum(cell.status == "optimal" for cell in general),
        seconds=_median([cell.seconds for cell in engine]),
        general_seconds=_median([cell.seconds for cell in general]),
        general_name=max(names, key=names.count, default="-"),
        gap=max((gap for cell in engine if (gap := _gap(cell)) is not None), default=None),
        greedy_loss=_loss(problems, "greedy"),
        share_loss=_loss(problems, "greedy-share"),
        memory=max((cell.memory for cell in engine if cell.memory is not None), default=None),
        general_memory=max((cell.memory for cell in general if cell.memory is not None), default=None),
        faults={cell.solver: cell.fault for cells in problems for cell in cells.values() if cell.fault},
    )


def lies(cells: Cells, known: Known | None, tolerance: Decimal) -> list[str]:
    """What can't be true: a bound, or a claimed optimum, below a profit that was checked or published."""
    found = [f"{cell.solver}: {cell.fault}" for cell in cells.values() if (cell.fault or "").startswith("wrong")]
    checked = [(cell.profit, cell.solver) for cell in cells.values() if cell.profit is not None]
    if known:
        checked.append((known.profit, "the published value"))
    best, whose = max(checked, default=(Decimal(0), ""))
    for cell in cells.values():
        if cell.bound is not None and cell.bound + tolerance < best:
            found.append(f"{cell.solver}: says that nothing earns more than {cell.bound}, but {whose} earns {best}")
        if cell.status == "optimal" and cell.profit is not None and cell.profit + tolerance < best:
            found.append(f"{cell.solver}: says that {cell.profit} is optimal, but {whose} earns {best}")
        if known and known.is_optimal and cell.profit is not None and cell.profit > known.profit:
            found.append(f"{cell.solver}: earns {cell.profit}, more than the published optimum {known.profit}")
    return found


def _best_general(cells: Cells) -> Cell | None:
    """The general solver that proved first; if none did, the one that earns most."""
    ran = [cells[name] for name in GENERAL if name in cells and cells[name].seconds is not None]
    proved = [cell for cell in ran if cell.status == "optimal"]
    if proved:
        return min(proved, key=lambda cell: cell.seconds or 0.0)
    return max(ran, key=lambda cell: cell.profit or Decimal(0), default=None)


def _ratio(cells: Cells, other: Cell | None) -> Ratio | None:
    engine = cells.get("engine")
    if not engine or not other or not engine.seconds or not other.seconds:
        return None
    value = other.seconds / engine.seconds
    match engine.status == "optimal", other.status == "optimal":
        case True, True:
            return Ratio(value)
        case True, False:
            return Ratio(value, ">=")
        case False, True:
            return Ratio(value, "<=")
    return None


def _mean(ratios: Sequence[Ratio]) -> Ratio | None:
    if not ratios:
        return None
    signs = {ratio.sign for ratio in ratios} - {""}
    return Ratio(
        geometric_mean([ratio.value for ratio in ratios]), signs.pop() if len(signs) == 1 else "~" if signs else ""
    )


def _median(values: Sequence[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return median(there) if there else None


def _gap(cell: Cell) -> float | None:
    if cell.status == "optimal":
        return 0.0  # a bound that is a float may lie a rounding above the exact profit
    if cell.bound is None or not cell.profit:
        return None
    return max(0.0, float((cell.bound - cell.profit) / cell.profit))


def _loss(problems: Sequence[Cells], solver: str) -> float | None:
    losses = []
    for cells in problems:
        best = max((cell.profit for cell in cells.values() if cell.profit is not None), default=Decimal(0))
        cell = cells.get(solver)
        if cell and cell.profit is not None and best:
            losses.append(float(1 - cell.profit / best))
    return mean(losses) if losses else None
