"""HiGHS as the general exact finisher of a part."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import highspy
import numpy as np

from satselect.engine.limits import Limits
from satselect.engine.packing.part import Part
from satselect.engine.problem.rows import Bools, Ints, Rows, starts_of
from satselect.engine.relaxation.answer import Answer
from satselect.engine.relaxation.highs import Model
from satselect.engine.relaxation.prices import raw_bound, reduced_profits
from satselect.engine.relaxation.proof import Proof
from satselect.engine.relaxation.tighten import tightened

# HiGHS counts in floats: whole profits whose sum stays below this leave room for its tolerances.
_LARGEST_SUM = 2**40
_TOLERANCE = 1e-3  # of a unit, by which floats of HiGHS may be short of a whole one
_SET_UP = 50  # elementary operations for each amount, before HiGHS looks at its clock
_CORE = 0.0005  # of the bound
_FEW = 20  # branches, for a better selection
_NONE = np.zeros(0, np.int64)
_NEAR_BY: dict[str, str | float | bool] = {
    "presolve": "off",
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
}
_Status = highspy.HighsModelStatus
# kSolutionLimit: enough branches.
_TRUSTED = (_Status.kOptimal, _Status.kTimeLimit, _Status.kSolutionLimit, _Status.kInterrupt)


def finish(part: Part, start: Answer, limits: Limits) -> Answer:
    """The better of `start` and what HiGHS finds from there within the limits."""
    return _finished(part, start, limits, np.arange(len(part.profits)), part.rows, part.capacities)


def finish_near(part: Part, start: Answer, limits: Limits) -> Answer:
    """`finish_few` near the best: cuts at the root prove it, sooner without presolve and without heuristics."""
    columns = near(part, start)
    return _finished(part, start, limits, columns, part.rows.take(columns), part.capacities, _NEAR_BY)


def finish_few(part: Part, start: Answer, limits: Limits) -> Answer:
    """The same with the few columns that don't lose too much at the prices of `start`; nothing compiled is entered."""
    columns = near(part, start)
    return _finished(part, start, limits, columns, part.rows.take(columns), part.capacities)


def finish_core(part: Part, start: Answer, limits: Limits, share: float = _CORE) -> Answer:
    """`finish_few` where the relaxation of the part is tight: first with the columns that lose next to nothing.

    That is this share of the bound. Where these hold a selection that comes as near to the bound as others can't, it
    is proven with them alone.
    """
    return finish_within(part, start, limits, int(share * raw_bound(part, start.y, reduced_profits(part, start.y))))


def finish_within(part: Part, start: Answer, limits: Limits, few: int) -> Answer:
    """The same, first with the columns that lose so few units at most."""
    reduced = reduced_profits(part, start.y)
    top = raw_bound(part, start.y, reduced)
    for loss in (few, top):
        most = min(loss, top - start.profit(part))
        # A better selection has no column that loses more, and all that would be missed more: what is left is little.
        taken, columns = np.flatnonzero(reduced > most), np.flatnonzero(np.abs(reduced) <= most)
        start = _finished_beside(part, start, limits, columns, taken, top - most)
        if start.is_optimal or limits.is_over():
            break
    return start


def finish_beside(part: Part, start: Answer, limits: Limits, taken: Ints) -> Answer:
    """The better of `start` and what HiGHS soon finds beside these columns, (taken,); nothing is proven."""
    columns = np.setdiff1d(np.arange(len(part.profits)), taken)
    return _finished_beside(part, start, replace(limits, branches=_FEW), columns, taken, start.bound)


def _finished_beside(part: Part, start: Answer, limits: Limits, columns: Ints, taken: Ints, floor: int) -> Answer:
    """The answer with these columns, as far as they fit beside those that are taken, and rows that they can fill."""
    room, used = part.capacities.copy(), part.rows.take(taken)
    np.subtract.at(room, used.resources, used.amounts)
    if (room < 0).any():
        return _settled(part, start, start.columns, floor)  # no selection holds all of them
    columns = columns[part.rows.take(columns).fit(room)]
    if not len(columns):
        return _settled(part, start, taken, floor)
    rows = part.rows.take(columns)
    # A row that all of its columns together don't fill is in nobody's way.
    is_short = np.bincount(rows.resources, rows.amounts, minlength=len(room)) > room
    number, here = np.cumsum(is_short) - 1, is_short[rows.resources]
    sizes = np.bincount(rows.owners[here], minlength=len(rows))
    short = Rows(starts_of(sizes), number[rows.resources[here]], rows.amounts[here])
    return _finished(part, start, limits, columns, short, room[is_short], _NEAR_BY, floor, taken)


def near(part: Part, start: Answer) -> Ints:
    """The columns that may be in a better selection."""
    reduced = reduced_profits(part, start.y)
    budget = raw_bound(part, start.y, reduced) - start.profit(part)
    return np.flatnonzero(np.maximum(-reduced, 0) <= budget)


def finish_tight(part: Part, start: Answer, limits: Limits) -> Answer:
    """The same, once cliques have made the relaxation tighter and dropped what loses too much for it."""
    tight = tightened(part, start.y, start.profit(part), limits)
    bound = max(tight.bound // part.step * part.step, start.profit(part))
    if bound < start.bound:
        # The cliques and their prices prove it, but they are not in the answer.
        start = Answer.of(part, start.columns, start.y, bound, Proof.SEARCH)
    if start.is_optimal or limits.is_over():
        return start
    return _finished(part, start, limits, tight.columns, tight.rows, tight.capacities)


def _finished(
    part: Part,
    start: Answer,
    limits: Limits,
    columns: Ints,
    rows: Rows,
    capacities: Ints,
    options: Mapping[str, str | float | bool] = MappingProxyType({}),
    floor: int = 0,
    taken: Ints = _NONE,
) -> Answer:
    """The answer with only these columns, whose rows and capacities are given, beside those that are taken.

    Any other selection is no better, or earns no more than the floor.

    Profits become multiples of a coarser unit, rounded up, small enough for floats. What HiGHS proves there
    holds for the part as well.
    """
    if limits.work(work := _SET_UP * len(rows.resources)) < work:
        return start
    # Rounded up, so that no selection is worth less there than here, and what is proven there is a bound here.
    unit = max(part.step, -(-int(part.profits.sum()) // _LARGEST_SUM))
    profits, is_chosen = -(-part.profits[columns] // unit), np.isin(columns, start.columns)
    while True:
        model = _model(rows, capacities, profits, is_chosen)
        model.set(options if limits.branches is None else {**options, "mip_max_nodes": limits.branches})
        status = model.run(limits)
        if status == _Status.kNotset:
            return start
        # What is nearer to 1 is meant to be 1; whether it fits is counted in whole numbers.
        chosen = np.flatnonzero(np.array(model.highs.getSolution().col_value) > 0.5)
        covers = _covers(rows, capacities, chosen)
        if is_chosen.any() and _is_the_start(model, profits[chosen]):
            is_chosen[:] = False
            continue
        if not covers or status != _Status.kOptimal or limits.is_over():
            break
        # Each cover ends for good something that HiGHS tolerated, so this ends.
        rows, capacities = _with_covers(rows, capacities, covers)
    found = start.columns if covers else np.sort(np.concatenate((taken, columns[chosen])))
    proven = model.highs.getInfo().mip_dual_bound
    if status not in _TRUSTED or not np.isfinite(proven):
        return _settled(part, start, found, start.bound)
    # Whole profits: what lies less than one above a selection's profit proves that selection.
    units = int(np.floor(-proven + _TOLERANCE)) * unit + int(part.profits[taken].sum())
    return _settled(part, start, found, max(units, floor))


def _is_the_start(model: Model, profits: Ints) -> bool:
    """Whether HiGHS earns more by its own account than the columns do that it names, with these profits, (chosen,).

    Where presolve alone solves it, it may tell the selection that it was given to start from (1.16.0).
    """
    return bool(profits.sum() < -model.highs.getInfo().objective_function_value - 0.5)


def _settled(part: Part, start: Answer, found: Ints, units: int) -> Answer:
    """The better of `start` and the columns found, (chosen,), if no selection earns more than both and these units."""
    other = Answer.of(part, found, start.y, start.bound, start.proof)
    best = max(start, other, key=lambda answer: answer.profit(part))
    proven = max(units, best.profit(part)) // part.step * part.step
    return best if proven >= start.bound else Answer.of(part, best.columns, start.y, proven, Proof.SOLVER)


def _model(rows: Rows, capacities: Ints, profits: Ints, is_chosen: Bools) -> Model:
    model = Model(capacities, rows.magnitudes(len(capacities)))
    model.add(rows, profits.astype(np.float64))
    n = len(profits)
    model.highs.changeColsIntegrality(n, np.arange(n, dtype=np.int32), np.full(n, highspy.HighsVarType.kInteger))
    incumbent = highspy.HighsSolution()
    incumbent.col_value = is_chosen.astype(np.float64).tolist()
    model.highs.setSolution(incumbent)
    return model


def _covers(rows: Rows, capacities: Ints, chosen: Ints) -> list[Ints]:
    """Of each resource that the chosen columns overfill by what HiGHS tolerates: few of them that can't go together."""
    taken = rows.take(chosen)
    used = np.zeros(len(capacities), np.int64)
    np.add.at(used, taken.resources, taken.amounts)
    covers = []
    for resource in np.flatnonzero(used > capacities):
        places = np.flatnonzero(taken.resources == resource)
        places = places[np.argsort(-taken.amounts[places], kind="stable")]
        # The largest until they pass the capacity: so few can't go together, and a short cover says most.
        count = int(np.searchsorted(np.cumsum(taken.amounts[places]), capacities[resource], side="right")) + 1
        covers.append(np.sort(chosen[taken.owners[places[:count]]]))
    return covers


def _with_covers(rows: Rows, capacities: Ints, covers: list[Ints]) -> tuple[Rows, Ints]:
    """Rows and capacities with a resource more for each cover: one of its columns at least is left out."""
    numbers = np.repeat(len(capacities) + np.arange(len(covers)), [len(cover) for cover in covers])
    owners = np.concatenate((rows.owners, *covers))
    order = np.argsort(owners, kind="stable")
    more = Rows(
        starts_of(np.bincount(owners, minlength=len(rows))),
        np.concatenate((rows.resources, numbers))[order],
        np.concatenate((rows.amounts, np.ones(len(numbers), np.int64)))[order],
    )
    return more, np.concatenate((capacities, [len(cover) - 1 for cover in covers]))
