"""From which profit on an order of an opportunity would win: planned again for each, exactly, and nothing stored."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from time import monotonic

from satselect.application.errors import BusyError, StaleError
from satselect.application.explanation.what_if_in_time import MOST_TRIES, scene_with
from satselect.application.opportunities.product_opportunities import Look
from satselect.application.planning.buffer.load import situation_of
from satselect.application.planning.horizon.formulation import formulated
from satselect.application.planning.horizon.groups import FallenApart
from satselect.application.planning.horizon.plan_ahead import planned
from satselect.application.planning.horizon.scene import Scene, read_scene
from satselect.application.tasks.rows import BatchRows
from satselect.application.tasks.submission import Submission
from satselect.schemas.explanations import Unknown
from satselect.schemas.opportunities import NewOpportunity
from satselect.schemas.planning.plans import NewTimedTask
from satselect.store.models import Product, User
from satselect.store.queries.plans import Chance

MOST_TOLD = 100
"""Of so many opportunities of a search, the first ones."""
_STEP = Decimal("0.01")

Needed = float | Unknown | None
"""The break-even profit, why there is none, or None where nobody looked for it."""


def break_evens(
    product: Product, looks: Sequence[Look], *, by: User, at: datetime, time_limit_s: float
) -> list[Needed]:
    """Of each opportunity the least profit with which a best plan of now could hold an order of it alone.

    With less it can't, with more it must. None for what begins beyond the horizon, or comes behind the first ones.

    Args:
        product: with its fleet, which plans in time.
        looks: of the product, by start.
        by: whose order it would be.
        at: now.
        time_limit_s: how long the engine may plan in all.

    Raises:
        BusyError: the fleet kept moving on, or does not plan in time any more.
        InvalidError: the fleet can't do what the product says, as it is now.
    """
    if not looks:
        return []
    until = monotonic() + time_limit_s
    some = looks[:MOST_TOLD]
    rows = BatchRows.of(_submission(product, some, by), at)
    scene = _with_orders(product.fleet_id, rows, at)
    mine = {id: [chance for chance in scene.chances if chance.task_id == id] for id in rows.task_ids}
    # Without the orders themselves: beside each other their starts would be tried for one another (decision 0155).
    others = FallenApart.of(replace(scene, chances=[one for one in scene.chances if one.task_id not in mine]))
    told = [_needed(others, chances, look, until) for chances, look in zip(mine.values(), some, strict=True)]
    return [*told, *(None for _ in looks[MOST_TOLD:])]


def wins_with(break_even: float, least: float | None) -> float:
    """The least profit in hundredths with which an order surely wins: at the break-even profit itself plans tie."""
    # Above, and never at it: with exactly the break-even profit either plan is a best one.
    hundredths = (Decimal(repr(break_even)) / _STEP).to_integral_value(ROUND_FLOOR) + 1
    return max(float(hundredths * _STEP), least or 0.0)


def _submission(product: Product, looks: Sequence[Look], by: User) -> Submission:
    """An order of each, worth nothing: what it has to be worth is asked."""
    tasks = [
        NewTimedTask(
            name=product.title,
            resources=product.resources,
            profit=0,
            duration=product.duration_s,
            opportunities=[
                NewOpportunity(satellite=look.satellite, starts=look.starts, ends=look.ends, details=dict(look.details))
            ],
        )
        for look in looks
    ]
    return Submission(fleet=product.fleet.slug, account_id=by.account_id, user_id=by.id, tasks=tasks, digest="")


def _with_orders(fleet_id: int, rows: BatchRows, at: datetime) -> Scene:
    try:
        for _ in range(MOST_TRIES):
            if found := scene_with(read_scene(situation_of(fleet_id, at)), rows, at):
                return found
    except StaleError as error:
        raise BusyError(str(error)) from None
    raise BusyError(f"the fleet moved on {MOST_TRIES} times")


def _needed(others: FallenApart, own: Sequence[Chance], look: Look, until: float) -> Needed:
    """What an order has to be worth beside what it has to do with: the rest adds the same with it and without it.

    The other orders are not there, as they would make each other's starts.
    """
    if look.starts >= others.scene.until:
        return None
    if monotonic() >= until:
        return Unknown.NOT_PROVEN
    given = formulated(others.beside(own), others.blocked)
    ids = {chance.task_id for chance in own}
    task = next((task for task, id in given.ids.items() if id in ids), None)
    if task is None:  # it is frozen, out of service, or lacks what it needs
        return Unknown.NO_PROFIT
    found = planned(given, time_limit_s=max(until - monotonic(), 0.0))
    if task in found.tasks and found.status == "optimal":
        return 0.0
    told = found.explain(task, time_limit=max(until - monotonic(), 0.0))
    if told.break_even is None:
        return Unknown.NOT_PROVEN if told.fits else Unknown.NO_PROFIT
    return told.break_even
