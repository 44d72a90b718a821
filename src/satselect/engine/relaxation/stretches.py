"""Which stretches hold a plan back: those that do where nothing else does, neither timelines nor other rows."""

import numpy as np
from highspy import HighsModelStatus

from satselect.engine.limits import Limits
from satselect.engine.problem.rows import Ints, Rows, starts_of
from satselect.engine.relaxation.highs import Model
from satselect.engine.timeline.form import Listed, TimelineProblem
from satselect.engine.timeline.stretches import Stretches

_ROUNDS = 40
_PASSED = 1e-6  # of the largest amount: by so much more a stretch counts as passed


def holding(form: TimelineProblem, limits: Limits) -> list[Listed]:
    """The stretches that are full in a relaxation of nothing else, the dearest first, as far as there is time for it.

    A task is there once for each place that its candidates have in stretches, with the most that one of these is worth:
    so thousands of starts between two passes are one.
    """
    columns = _different(form)
    model, stretches = _model(form, columns), [_of(some, columns) for some in form.stretches]
    found = list[Listed]()
    for _ in range(_ROUNDS):
        if limits.is_over() or model.run(limits) != HighsModelStatus.kOptimal:
            return found
        shares, new = np.array(model.highs.getSolution().col_value), list[Listed]()
        for number, some in enumerate(stretches):
            most = _PASSED * int(some.amounts.max(initial=0))
            new += [(number, one) for one in some.passed(shares[some.candidates], most)]
        if not new:
            break
        for number, one in new:
            some = stretches[number]
            here = np.flatnonzero(some.within(one))
            room = np.array([some.room[one]])
            model.add_resources(np.array([0, len(here)]), some.candidates[here], some.amounts[here], room)
        found += new
    prices = model.prices()[-len(found) :] if found else np.zeros(0)
    return [found[place] for place in np.argsort(-prices, kind="stable").tolist() if prices[place] > 0]


def _different(form: TimelineProblem) -> Ints:
    """Of the candidates of a task that are in the same stretches the one worth most: (columns,)."""
    code = form.task.astype(np.uint64)
    for number, some in enumerate(form.stretches, 1):
        places = (some.first * len(some.room) + some.last + 1).astype(np.uint64)
        # Each step keeps what came before apart, but for chance, which would cost a row that matters and no more.
        code *= np.uint64(0x9E3779B97F4A7C15)
        code[some.candidates] ^= places * np.uint64(2 * number + 1) * np.uint64(0xBF58476D1CE4E5B9)
    order = np.lexsort((-form.value, code))
    is_first = np.append(True, np.diff(code[order]) != 0)
    return np.asarray(np.sort(order[is_first[: len(order)]]), np.int64)


def _model(form: TimelineProblem, columns: Ints) -> Model:
    """That a task is taken once, and nothing else."""
    tasks, task = np.unique(form.task[columns], return_inverse=True)
    ones = np.ones(len(columns), np.int64)
    model = Model(np.ones(len(tasks), np.int64), np.ones(len(tasks)))
    worth = form.value[columns] / max(int(form.value.max(initial=1)), 1)
    model.add(Rows(starts_of(ones), task.astype(np.int64), ones), worth)
    return model


def _of(some: Stretches, columns: Ints) -> Stretches:
    """Those of these columns, (columns,), as numbers among them."""
    here = np.isin(some.candidates, columns)
    return some.only(here).numbered(np.searchsorted(columns, some.candidates[here]))
