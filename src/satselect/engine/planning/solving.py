"""The best plan of a form, with a bound that holds: by the engine on cliques, or along timelines."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

import numpy as np

from satselect.engine.limits import Limits, OutOfTime
from satselect.engine.packing.greedy import fill
from satselect.engine.packing.part import Part
from satselect.engine.paths.again import Start
from satselect.engine.paths.lines import lines_of
from satselect.engine.paths.relaxed import Relaxed, relaxed
from satselect.engine.paths.rest import prices_of_parts
from satselect.engine.paths.solve import most_of_tasks, solve_paths
from satselect.engine.paths.state import plan_of
from satselect.engine.planning.solved import Solved
from satselect.engine.planning.stretched import solve_stretched
from satselect.engine.problem.exact import exact_sum
from satselect.engine.problem.rows import Floats, Ints
from satselect.engine.problem.units import Units
from satselect.engine.readiness import NeedsCompiledError, is_compiled_to_plan
from satselect.engine.relaxation.answer import Answer
from satselect.engine.relaxation.prices import price
from satselect.engine.relaxation.proof import weakest
from satselect.engine.result.progress import OnProgress, Progress, notes_of
from satselect.engine.solve.solve import solve
from satselect.engine.timeline.fitting import fitting
from satselect.engine.timeline.form import TimelineProblem
from satselect.engine.timeline.packed import PackedPlan, pack_plan

PlannedNow = Callable[[], Sequence[Ints]]
"""Tells plans that are there already, each (chosen,); asked only where nothing better is proven."""

# Of more candidates steps of prices are sooner where they have to go than the relaxation is (decision 0130).
_RELAXED, _RELAXED_IF_SETUPS = 14_000, 700  # candidates, up to which the relaxation of cliques and cycles comes first
_SEARCHED = 2000  # candidates, up to which all that is open after it is searched at once
_RELAXING, _FINISHING = 0.3, 0.5  # of the time left, for that, and for what it leaves open
_FINISHING_LARGE = 0.9  # the same where rows are shared and candidates are many
_PACKED = 3000  # candidates; more are planned along timelines
_PACKED_IF_SETUPS, _PACKED_IF_ALONE = 500, 300  # where transitions depend on pairs; where nothing is shared
_AFRESH = 150  # candidates, up to which nothing is gained by what is known


def solve_form(
    form: TimelineProblem,
    worths: Floats,
    limits: Limits,
    on_progress: OnProgress | None = None,
    planned: PlannedNow = tuple,
    *,
    is_start: bool = False,
) -> Solved:
    """The best columns of a form that are found within the limits; worths (columns,).

    planned: tells plans, each (chosen,), that are there already: however little time there is, no less is earned.
    is_start: whether searches along timelines start from the first of them.

    Raises:
        NeedsCompiledError: without compiled code that would take too long.
    """
    if not form.stretches:
        first = planned()[0] if is_start else None
        return _at_least(form, worths, planned, _solved_afresh(form, worths, limits, on_progress, first), on_progress)
    plans = planned()
    first = plans[-1] if plans else None

    def solve(some: TimelineProblem, within: Limits, start: Start | None) -> Solved:
        if start is None or _is_relaxed_first(some) or not is_compiled_to_plan():
            return _solved_afresh(some, worths, within, None, first if start is None else start.chosen)
        return _solve_along(some, within, None, start)

    solved = solve_stretched(form, limits, solve, note=_noted(form, on_progress))
    return _at_least(form, worths, lambda: plans, solved, on_progress)


def _solved_afresh(
    form: TimelineProblem, worths: Floats, limits: Limits, on_progress: OnProgress | None, first: Ints | None
) -> Solved:
    if not is_compiled_to_plan():
        return _solve_plainly(form, worths, limits, on_progress)
    known = _relaxed_first(form, worths, limits) if _is_relaxed_first(form) else None
    if known is not None and known.answer.is_optimal:
        solved = _solved(known.packed, known.units, [known.part], [known.answer], worths)
        _noted(form, on_progress)(solved.chosen, known.bound)
        return replace(solved, is_relaxed=True)
    if len(form) <= (_PACKED_IF_SETUPS if form.has_setups else _PACKED if len(form.rows) else _PACKED_IF_ALONE):
        # Timelines need no cliques: they are where it goes on if there was no time for these.
        with suppress(OutOfTime):
            solved = solve_packed(form, worths, limits, on_progress)
            return solved if known is None else _better(form, solved, known)
    # With transitions the relaxation's prices lead timelines to worse bounds than they find themselves (decision 0130).
    return _solve_along(form, limits, on_progress, known=None if form.has_setups else known, planned=first)


def _is_relaxed_first(form: TimelineProblem) -> bool:
    return len(form) <= (_RELAXED_IF_SETUPS if form.has_setups else _RELAXED)


def _solve_plainly(form: TimelineProblem, worths: Floats, limits: Limits, on_progress: OnProgress | None) -> Solved:
    """The same without compiled code: on cliques, by whatever selects by now."""
    if len(form) > _PACKED:
        raise NeedsCompiledError
    try:
        return solve_packed(form, worths, limits, on_progress)
    # Compiled it may be in time yet: whoever asked has it compiled, and asks again.
    except OutOfTime:
        raise NeedsCompiledError from None


def _better(form: TimelineProblem, solved: Solved, known: Relaxed) -> Solved:
    """The same with the plan and the bound of the relaxation, where these are better."""
    if form.value[known.chosen].sum() > form.value[solved.chosen].sum():
        solved = replace(solved, chosen=np.sort(known.chosen))
    limit = form.units.worth(known.bound)
    return replace(solved, limit=limit, proof=known.answer.proof) if limit < solved.limit else solved


def _relaxed_first(form: TimelineProblem, worths: Floats, limits: Limits) -> Relaxed | None:
    """What the relaxation of cliques and cycles says, which is all where it is whole, or nearly so."""
    found = relaxed(form, worths, limits.share(_RELAXING))
    if found is None or found.answer.is_optimal or limits.is_over():
        return found
    if found.is_nearly_whole and not len(form.rows):
        return found.finished(limits.share(_FINISHING))
    # Prices along timelines prove no more than this relaxation, so nothing has to be left for them.
    if found.is_nearly_whole and len(form) > _PACKED:
        return found.finished(limits.share(_FINISHING_LARGE))
    is_searched = len(form) <= (_PACKED if form.moves else _SEARCHED)
    return found.searched(limits.share(_FINISHING)) if is_searched else found


def _at_least(
    form: TimelineProblem, worths: Floats, planned: PlannedNow, solved: Solved, on_progress: OnProgress | None
) -> Solved:
    """The same with the best of these plans, or one by worth, where that earns more, and what still fits beside it."""

    def earned(columns: Ints) -> Fraction:
        return exact_sum(worths[columns].tolist())

    # Proven, so what is planned by now earns no more: it is not even asked for.
    if form.units.is_exact and form.units.worth(int(form.value[solved.chosen].sum())) >= solved.limit:
        return solved
    by_worth = np.argsort(-form.value, kind="stable")
    plans = planned()
    # Of more candidates paths know this plan; or it is the plan at once, among those that there are by now.
    is_needed = len(form) <= _PACKED or (form.stretches and not plans)
    greedy = [fitting(form, by_worth)] if is_needed else []
    best = max([*plans, *greedy], key=earned, default=solved.chosen)
    if earned(best) <= earned(solved.chosen):
        return solved
    if is_compiled_to_plan() and not form.stretches:
        lines = lines_of(form, by_worth)
        place = np.empty_like(by_worth)
        place[lines.who] = np.arange(len(by_worth))
        # The plan comes first and fits together, so all of it stays; what else is taken fits beside it.
        chosen = np.sort(lines.who[plan_of(lines, place[np.concatenate((best, by_worth))]).taken])
    else:
        chosen = fitting(form, np.concatenate((best, by_worth)))
    limit = max(solved.limit, earned(chosen))  # units may be rounded, and these are not
    _noted(form, on_progress)(chosen, int(limit / form.units.worth(1)))
    return replace(solved, chosen=chosen, limit=limit)


def solve_form_again(
    form: TimelineProblem,
    worths: Floats,
    limits: Limits,
    start: Start,
    on_progress: OnProgress | None = None,
    planned: PlannedNow = tuple,
) -> Solved:
    """The same where a plan and prices are known from another time."""
    if len(form) <= _AFRESH or not form.units.is_exact:
        return solve_form(form, worths, limits, on_progress, planned)
    if not form.stretches:
        return _at_least(form, worths, planned, _solve_along(form, limits, on_progress, start), on_progress)

    def solve(some: TimelineProblem, within: Limits, start: Start | None) -> Solved:
        return _solve_along(some, within, None, start)

    solved = solve_stretched(form, limits, solve, start, _noted(form, on_progress))
    return _at_least(form, worths, planned, solved, on_progress)


def _solve_along(
    form: TimelineProblem,
    limits: Limits,
    on_progress: OnProgress | None,
    start: Start | None = None,
    known: Relaxed | None = None,
    planned: Ints | None = None,
) -> Solved:
    """The same by longest paths along timelines."""
    found = solve_paths(form, limits, _noted(form, on_progress), start, known, planned)
    return Solved(
        chosen=found.chosen,
        limit=form.units.worth(found.bound),
        proof=found.proof,
        price=lambda within: _relaxed(form, within),
        learnt=lambda: (found.prices, found.is_priced),
    )


def _noted(form: TimelineProblem, on_progress: OnProgress | None) -> Callable[[Ints, int], None]:
    """Tells what candidates earn, and a bound in units of the form."""

    def note(chosen: Ints, bound: int) -> None:
        if on_progress is not None:
            earned = int(form.value[chosen].sum())
            on_progress(Progress(float(form.units.worth(earned)), float(form.units.worth(bound))))

    return note


def _relaxed(form: TimelineProblem, limits: Limits) -> tuple[PackedPlan, Floats]:
    """Prices of the rows of the packing, from its relaxation."""
    packed = pack_plan(form, limits)
    units, parts = packed.parts(np.array([float(form.units.worth(value)) for value in form.value.tolist()]))
    return packed, prices_of(packed, units, parts, [price(part, limits).y for part in parts])


def solve_packed(
    form: TimelineProblem, worths: Floats, limits: Limits, on_progress: OnProgress | None = None
) -> Solved:
    """The same by the engine that selects, on cliques.

    Raises:
        OutOfTime: there was no time for the cliques.
    """
    packed = pack_plan(form, limits)
    units, parts = packed.parts(worths)
    free = exact_sum(worths[packed.free])
    notes = notes_of(units, parts, free, on_progress)
    answers = [solve(part, limits, note) for part, note in zip(parts, notes, strict=True)]
    return _solved(packed, units, parts, answers, worths)


def _solved(
    packed: PackedPlan, units: Units, parts: Sequence[Part], answers: Sequence[Answer], worths: Floats
) -> Solved:
    """What answers for all parts say together."""
    free = exact_sum(worths[packed.free])
    columns = [part.candidates[answer.columns] for part, answer in zip(parts, answers, strict=True)]
    limit = free + sum((a.limit(part, units) for part, a in zip(parts, answers, strict=True)), Fraction(0))
    return Solved(
        chosen=_filled(packed, np.concatenate([packed.free, *columns])),
        limit=min(limit, packed.form.units.worth(int(most_of_tasks(packed.form).sum()))),  # before there are prices
        proof=weakest([answer.proof for answer in answers]),
        price=lambda _: (packed, prices_of(packed, units, parts, [answer.y for answer in answers])),
        learnt=lambda: prices_of_parts(packed, parts, [answer.y for answer in answers], units.exponent),
    )


def _filled(packed: PackedPlan, chosen: Ints) -> Ints:
    """The chosen columns, and whatever still fits beside them, which may be worth nothing."""
    used = packed.rows.take(chosen)
    room = packed.capacities.copy()
    np.subtract.at(room, used.resources, used.amounts)
    is_there = np.zeros(int(packed.form.task.max(initial=0)) + 1, np.bool_)
    is_there[packed.form.task[chosen]] = True
    rest = packed.alternatives[~is_there[packed.form.task[packed.alternatives]]]
    added = rest[fill(packed.rows.take(rest), np.arange(len(rest)), room)]
    # Parts say that a task is taken once, and not all of these rows do: of what was added the first of each stays.
    firsts = np.unique(packed.form.task[added], return_index=True)[1]
    return np.sort(np.concatenate((chosen, added[firsts])))


def prices_of(packed: PackedPlan, units: Units, parts: Sequence[Part], ys: Sequence[Floats]) -> Floats:
    """What one more unit in each row would earn, an estimate: (rows,)."""
    prices = np.zeros(len(packed.capacities))
    unit = float(units.worth(1))
    for part, y in zip(parts, ys, strict=True):
        prices[part.resources] = y[: len(part.resources)] * unit / part.divisors
    return prices
