"""Why a task waits in a fleet that plans in time: planned again as things are now, with who holds what, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from time import monotonic
from uuid import UUID

from satselect import Plan, TimedTask
from satselect.application.explanation.reasons.no_place import no_place
from satselect.application.explanation.reasons.replanned import Replanned
from satselect.application.explanation.reasons.scene import Holder
from satselect.application.explanation.reasons.speech import moment
from satselect.application.planning.buffer.ageing import aged
from satselect.application.planning.horizon.formulation import Formulation
from satselect.application.planning.horizon.groups import FallenApart
from satselect.application.planning.horizon.plan_ahead import planned
from satselect.engine.limits import OutOfTime
from satselect.engine.planning.explanation import Holding
from satselect.engine.problem.problem import ResourceKey
from satselect.engine.problem.task import Task as EngineTask
from satselect.schemas.explanations import Reason, Unknown
from satselect.schemas.iterations import supply_key
from satselect.store.models import Task
from satselect.store.sql.chunks import in_parts


@dataclass(frozen=True, slots=True)
class Held:
    """A resource that a planned task holds from a time until another, where the task in question would need it."""

    key: str
    starts: datetime
    ends: datetime
    holder: Holder


@dataclass(frozen=True, slots=True)
class InTime:
    """Why a buffered task has no place in the plan that there would be now.

    Attributes:
        reason: of what kind that is.
        words: what there is to say besides who holds what.
        held: who holds what it would need, by time.
        break_even: the smallest profit with which a best plan could hold it, exact.
        unknown: why there is none.
    """

    reason: Reason
    words: str = ""
    held: Sequence[Held] = ()
    break_even: float | None = None
    unknown: Unknown | None = None


def why_in_time(
    task: Task, *, at: datetime, time_limit_s: float, wants_break_even: bool, among: Replanned | None = None
) -> InTime:
    """Why a buffered task that competes has no place.

    Args:
        task: the task.
        at: now.
        time_limit_s: how long the engine may plan, in all.
        wants_break_even: whether the break-even profit is worked out.
        among: the fleet as it was read for a question before, instead of as it is now.

    Raises:
        ConflictError: the fleet does not plan in time any more.
    """
    until = monotonic() + time_limit_s
    fleet = among or Replanned.read(task.fleet_id, at)
    given = fleet.around(task.id)
    own = next((one for one, id in given.ids.items() if id == task.id), None)
    if own is None:
        return _without_place(task, fleet.apart)
    try:
        found = fleet.plan(task.id, given, time_limit_s=time_limit_s)
    except OutOfTime:
        return InTime(Reason.HELD, unknown=Unknown.NOT_PROVEN)
    if own in found.tasks:
        words = "there is room for it as things are now, and the next iteration decides"
        return InTime(Reason.FREE, words, unknown=Unknown.NOT_WAITING)
    return _told(task, own, given, found, until if wants_break_even else None)


def _told(task: Task, own: EngineTask, given: Formulation, found: Plan, until: float | None) -> InTime:
    """Break-even profits are planned again for until then, at most; not at all if that is None."""
    told = found.explain(own, time_limit=0 if until is None else max(until - monotonic(), 0.0))
    held = _held(given, told.displaced_by)
    if not told.fits:
        # Who may still be moved is in nobody's way for good.
        facts = set(given.facts.values())
        frozen = [one for one in held if one.holder.id in facts]
        return InTime(Reason.NEVER, _unfit(own, given), frozen, unknown=Unknown.NO_PROFIT)
    words = "" if held else "nobody who is planned holds what it needs, and it does not fit beside what there is"
    if until is None:
        return InTime(Reason.HELD, words, held, unknown=Unknown.NOT_TOLD)
    if told.break_even is None:
        return InTime(Reason.HELD, words, held, unknown=Unknown.NOT_PROVEN)
    settings = given.scene.settings
    gained = Decimal(repr(aged(0.0, task.created, given.scene.at, settings.ageing_per_hour)))
    needed = float(max(Decimal(repr(told.break_even)) - gained, Decimal(0)))
    return InTime(Reason.HELD, words, held, break_even=needed)


def _unfit(own: EngineTask, given: Formulation) -> str:
    """Why no plan can hold it, whoever else is planned."""
    due = own.deliver_by if isinstance(own, TimedTask) else None
    if due and isinstance(own, TimedTask) and _fits(_whenever_delivered(own), given):
        return f"no pass that ends by {moment(due)} brings to the ground what it takes, whoever else is planned"
    return "within the horizon it does not fit beside what there is and what is frozen, whoever else is planned"


def _whenever_delivered(task: TimedTask) -> TimedTask:
    return TimedTask(
        task.name,
        task.resources,
        profit=task.profit,
        opportunities=task.opportunities,
        duration=task.duration,
        window=task.window,
    )


def _fits(task: TimedTask, given: Formulation) -> bool:
    """Whether a plan can hold it beside what is frozen."""
    alone = replace(given, arguments=given.arguments | {"tasks": [task], "previous": []})
    # One task alone: there is nothing to search, and so no limit.
    return planned(alone, time_limit_s=None).explain(task, time_limit=0).fits


def _without_place(task: Task, apart: FallenApart) -> InTime:
    found = no_place(task, apart)
    holders = _holders([one.task_id for _, one in found.facts])
    held = [
        Held(key, one.starts, one.ends, holders[one.task_id]) for key, one in found.facts if one.starts and one.ends
    ]
    unknown = Unknown.NO_PROFIT if task.is_timed else Unknown.NOT_PROVEN
    return InTime(found.reason, found.words, held, unknown=unknown)


def _held(given: Formulation, holdings: Sequence[Holding]) -> list[Held]:
    ids = {one.task: given.ids.get(one.task) or given.facts[one.task] for one in holdings}
    holders = _holders(list(dict.fromkeys(ids.values())))
    return [Held(_key(one.resource), one.start, one.end, holders[ids[one.task]]) for one in holdings]


def _holders(ids: Sequence[UUID]) -> Mapping[UUID, Holder]:
    holders = {}
    for part in in_parts(ids):
        for row in Task.objects.filter(id__in=part):
            holders[row.id] = Holder(row.id, row.name, row.account_id, row.profit_as_sent, has_ended=False)
    return holders


def _key(resource: ResourceKey) -> str:
    return resource if isinstance(resource, str) else supply_key(*resource)
