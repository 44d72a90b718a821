"""Why a task waits in a fleet that plans in time: planned again as things are now, with who holds what, and when."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from time import monotonic
from uuid import UUID

from satselect import Plan
from satselect.application.errors import ConflictError, StaleError
from satselect.application.explanation.reasons.scene import Holder
from satselect.application.explanation.reasons.speech import moment
from satselect.application.planning.buffer.ageing import aged
from satselect.application.planning.buffer.load import situation_of
from satselect.application.planning.horizon.formulation import Formulation, formulated
from satselect.application.planning.horizon.groups import FallenApart
from satselect.application.planning.horizon.plan_ahead import planned
from satselect.application.planning.horizon.scene import Scene, read_scene
from satselect.engine.planning.explanation import Holding
from satselect.engine.problem.problem import ResourceKey
from satselect.engine.problem.task import Task as EngineTask
from satselect.schemas.explanations import Reason, Unknown
from satselect.schemas.iterations import supply_key
from satselect.store.models import Target, Task
from satselect.store.queries.plans import next_chance_of
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


def why_in_time(task: Task, *, at: datetime, time_limit_s: float, wants_break_even: bool) -> InTime:
    """Why a buffered task that competes has no place.

    Args:
        task: the task.
        at: now.
        time_limit_s: how long the engine may plan, in all.
        wants_break_even: whether the break-even profit is worked out.

    Raises:
        ConflictError: the fleet does not plan in time any more.
    """
    until = monotonic() + time_limit_s
    try:
        apart = FallenApart.of(read_scene(situation_of(task.fleet_id, at)))
    except StaleError as error:
        raise ConflictError(str(error)) from None
    # Whatever it has nothing to do with earns the same with it and without it, and holds nothing that it needs.
    given = formulated(apart.around(task.id), apart.blocked)
    own = next((one for one, id in given.ids.items() if id == task.id), None)
    if own is None:
        return _has_no_place(task, apart.scene)
    found = planned(given, time_limit_s=time_limit_s)
    if own in found.tasks:
        return InTime(Reason.FREE, unknown=Unknown.NOT_WAITING)
    return _told(task, own, given, found, until if wants_break_even else None)


def _told(task: Task, own: EngineTask, given: Formulation, found: Plan, until: float | None) -> InTime:
    """Break-even profits are planned again for until then, at most; not at all if that is None."""
    told = found.explain(own, time_limit=0 if until is None else max(until - monotonic(), 0.0))
    held = _held(given, told.displaced_by)
    if until is None:
        return InTime(Reason.HELD, held=held, unknown=Unknown.NOT_TOLD)
    if not told.fits:
        return InTime(Reason.HELD, held=held, unknown=Unknown.NO_PROFIT)
    if told.break_even is None:
        return InTime(Reason.HELD, held=held, unknown=Unknown.NOT_PROVEN)
    settings = given.scene.settings
    gained = Decimal(repr(aged(0.0, task.created, given.scene.at, settings.ageing_per_hour)))
    return InTime(Reason.HELD, held=held, break_even=float(max(Decimal(repr(told.break_even)) - gained, Decimal(0))))


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


def _untold(task: Task, scene: Scene) -> Iterator[str]:
    """What none of its opportunities within the horizon says, though transitions go by it."""
    mine = [chance for chance in scene.chances if chance.task_id == task.id]
    for supply in scene.supplies.values():
        if (turn := supply.transition) is None or not mine:
            continue
        uses = supply.resource_id in scene.demands[mine[0].signature_id].amounts
        if uses and not any(turn.position(chance.details).is_known for chance in mine):
            yield f"its opportunities don't say {turn.detail!r}, by which the transitions of {supply.name!r} go"


def _has_no_place(task: Task, scene: Scene) -> InTime:
    """None of its opportunities is left within the horizon, or it takes more than there is all the time."""
    if not task.is_timed:
        words = "others that are worth more hold what it needs all the time, or it is out of service"
        return InTime(Reason.HELD, words, unknown=Unknown.NOT_PROVEN)
    if untold := next(_untold(task, scene), None):
        return InTime(Reason.OUT, untold, unknown=Unknown.NO_PROFIT)
    if any(chance.task_id == task.id for chance in scene.chances):
        words = "its opportunities within the horizon are frozen, out of service, or lack what it needs"
        return InTime(Reason.OUT, words, unknown=Unknown.NO_PROFIT)
    following = next_chance_of(task.id, after=scene.at)
    if following is None and (target := Target.objects.filter(task=task.id).first()):
        known = f"until {moment(target.searched_until)}" if target.searched_until else "as far as that is known"
        return InTime(Reason.LATER, f"its target is not in view {known}", unknown=Unknown.NO_PROFIT)
    if following is None:
        return InTime(Reason.OVERDUE, "its last opportunity is over", unknown=Unknown.NO_PROFIT)
    words = f"its next opportunity begins {moment(following)}, beyond the horizon"
    return InTime(Reason.LATER, words, unknown=Unknown.NO_PROFIT)
