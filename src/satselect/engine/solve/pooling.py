"""Selects for many satellites through their pools: the pools' selection and bound, spread over the members."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np

from satselect.engine.limits import Limits
from satselect.engine.packing.pools import Pooled, are_few
from satselect.engine.packing.presolve import reduce
from satselect.engine.packing.spread import Spread, sizes_of
from satselect.engine.problem.exact import exact_sum
from satselect.engine.problem.problem import ResourceKey
from satselect.engine.problem.rows import Floats, Ints
from satselect.engine.problem.task import Task
from satselect.engine.result.assemble import assemble, heads_prices
from satselect.engine.result.certificate import Certificate, Prices
from satselect.engine.result.progress import silent
from satselect.engine.solve.solve import solve

_SHARE, _SHARE_IF_ALONE = 0.5, 0.8  # of the time left, for the pools
_NODES, _BRANCHES = 50_000, 20  # for the pools: their proof may not be the satellites'


def select_pooled(some: Pooled, limits: Limits) -> Certificate:
    """What the members of the pools can take of the pools' selection, and of the rest; bounded by what pools earn."""
    share = _SHARE if are_few(some, limits) else _SHARE_IF_ALONE
    effort = replace(limits.share(share), nodes=_NODES, branches=_BRANCHES)
    reduced = reduce(some.packing)
    answers = [solve(part, effort, silent) for part in reduced.parts]
    best = assemble(some.packing, reduced, answers)
    heads = np.union1d(reduced.heads, reduced.free)
    prices = heads_prices(some.packing, reduced, [answer.y for answer in answers])
    chosen = _spread(some, best.chosen, heads, prices, limits)
    return Certificate(chosen, best.limit, best.proof, lambda: _prices(some, best.price()))


def is_closed(certificate: Certificate) -> bool:
    """Whether what is chosen earns all that can be earned."""
    return certificate.limit == exact_sum(task.profit for task in certificate.chosen)


def _spread(
    some: Pooled, wanted: Mapping[Task, str | None], heads: Ints, prices: Floats, limits: Limits
) -> dict[Task, str | None]:
    """The satellite of each task that finds one: the wanted ones first, then those that are worth most beside."""
    manned, packing = some.manned, some.packing
    fleet, tasks = manned.fleet, packing.tasks
    is_wanted = np.array([tasks[task] in wanted for task in heads.tolist()], np.bool_)
    sizes = sizes_of(fleet)[manned.signatures[heads]]
    gains = packing.profits[heads] - _costs(prices, some)[heads]
    order = np.concatenate(
        (
            heads[is_wanted][np.lexsort((-gains[is_wanted], -sizes[is_wanted]))],
            heads[~is_wanted][np.argsort(-gains[~is_wanted], kind="stable")],
        )
    )
    found = Spread(fleet).place(manned.signatures[order], limits)
    places = dict(zip(order.tolist(), found.tolist(), strict=True))
    return {tasks[task]: manned.satellites[place] for task, place in sorted(places.items()) if place >= 0}


def _costs(prices: Floats, some: Pooled) -> Floats:
    """What each task's resources cost in the cheapest of its pools: (tasks,); nothing if it has none."""
    packing = some.packing
    rows = packing.rows
    of_row = np.bincount(rows.owners, rows.amounts * prices[rows.resources], len(rows))
    counts = np.diff(packing.firsts)
    cheapest = np.zeros(len(counts))
    if len(of_row):
        cheapest[counts > 0] = np.minimum.reduceat(of_row, packing.firsts[:-1][counts > 0])
    costs: Floats = cheapest[packing.signatures]
    return costs


def _prices(some: Pooled, prices: Prices) -> dict[ResourceKey, float]:
    """The prices of pools as those of their members."""
    fleet, names = some.manned.fleet, some.manned.satellites
    firsts: dict[int, str] = {}
    for satellite, pool in enumerate(some.pools.tolist()):
        firsts.setdefault(pool, names[satellite])
    found: dict[ResourceKey, float] = dict.fromkeys(some.problem.capacities, 0.0)
    found |= {key: price for key, price in prices.items() if isinstance(key, str)}
    for satellite, pool in enumerate(some.pools.tolist()):
        for r in np.flatnonzero(fleet.owned[satellite] >= 0).tolist():
            resource = some.manned.resources[r]
            found[(names[satellite], resource)] = prices.get((firsts[pool], resource), 0.0)
    return found


def better(one: Certificate, other: Certificate) -> Certificate:
    """The selection that earns more, the lower bound."""
    worth = [exact_sum(task.profit for task in certificate.chosen) for certificate in (one, other)]
    ours, theirs = (worth[i] if c.limit is None else c.limit for i, c in enumerate((one, other)))
    chosen = one if worth[0] >= worth[1] else other
    bounding = one if ours <= theirs else other
    limit: Fraction = min(ours, theirs)
    return Certificate(chosen.chosen, limit, bounding.proof, bounding.price)
