"""One iteration of a fleet that plans in time."""

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

from satselect import Plan, plan
from satselect.application.errors import StaleError
from satselect.application.failpoints import Point, reach
from satselect.application.planning.buffer.load import Situation
from satselect.application.planning.horizon.formulation import Formulation, formulated
from satselect.application.planning.horizon.kept_plan import KeptPlan
from satselect.application.planning.horizon.outcome import PlanOutcome
from satselect.application.planning.horizon.plan_cache import PlanCache
from satselect.application.planning.horizon.record import record_plan
from satselect.application.planning.horizon.refresh import read_plan, refreshed
from satselect.application.planning.horizon.scene import Scene
from satselect.application.planning.recorded_iteration import Recorded
from satselect.engine.limits import OutOfTime, stopped_by
from satselect.engine.planning.model import Assignment, TimedTask
from satselect.engine.problem.task import Task
from satselect.engine.problem.units import total
from satselect.engine.relaxation.proof import Proof
from satselect.schemas.horizons import Replan
from satselect.schemas.iterations import Cause
from satselect.telemetry.facts import BufferReady
from satselect.telemetry.listeners import tell
from satselect.telemetry.spans import span

_FILL_S = 1.0
"""How long what is free may be filled, where all that is planned stays."""


def plan_ahead(
    now: Situation, plans: PlanCache, *, time_limit_s: float, is_over: Callable[[], bool], cause: Cause
) -> Recorded:
    """Plans what a fleet has now, and records that. No transaction is open while the engine plans.

    Args:
        now: the fleet.
        plans: those that are kept.
        time_limit_s: how long the engine may plan.
        is_over: whether others have waited for too long.
        cause: what the iteration is made for.

    Raises:
        StaleError: the fleet moved on meanwhile, or does not plan in time any more; nothing was recorded.
    """
    kept = _up_to_date(now, plans)
    part, blocked, rest = kept.part()
    given = formulated(part, blocked)
    reach(Point.BEFORE_SELECTION)
    begun = perf_counter()
    with span("iterate.select"), stopped_by(is_over):
        first = _planned_within(given, time_limit_s)
    given, found = _not_worse(part, given, first)
    reach(Point.AFTER_SELECTION)
    with span("iterate.record"):
        outcome = PlanOutcome(given, found, perf_counter() - begun, time_limit_s, cause, rest)
        try:
            recorded = record_plan(outcome)
        except StaleError:
            plans.put(kept)  # what it holds is as true as before
            raise
    kept.settle(outcome, recorded.iteration)
    plans.put(kept)
    return recorded


def _up_to_date(now: Situation, plans: PlanCache) -> KeptPlan:
    kept = plans.take(now.fleet_id)
    found = read_plan(now) if kept is None else refreshed(kept, now)
    tell(BufferReady(fleet_id=now.fleet_id, was_kept=found is kept))
    return found


def _planned_within(given: Formulation, time_limit_s: float) -> Plan | None:
    """The plan; None if it was stopped before it could even look at what is fixed."""
    try:
        return planned(given, time_limit_s=time_limit_s)
    except OutOfTime:
        return None


def _not_worse(part: Scene, given: Formulation, found: Plan | None) -> tuple[Formulation, Plan]:
    """What was found, unless it was stopped before it was as good as what is planned: then that stays.

    Others may have waited for too long, or the limit was too short even to look at all tasks. What is planned stays as
    far as its time is still an opportunity of it, and the time that is left over is filled.

    Raises:
        StaleError: there was no time for that either.
    """
    previous, fixed = given.arguments["previous"], given.arguments["fixed"]
    stay = 1 + given.arguments["stay"]
    facts = total(one.task.profit for one in fixed)
    there = total([facts, *(one.task.profit * stay for one in previous)])
    if found is not None and (found.status == "optimal" or found.objective >= there):
        return given, found
    keeping = {given.ids[one.task] for one in previous if _has_its_place(one)}
    lost = {id: one for id, one in given.movable.items() if id not in keeping}
    # As if the fleet never planned anew: all that is planned is a fact, so only what is free is filled (decision 0132).
    stays = formulated(
        replace(
            part,
            settings=replace(part.settings, replan=Replan.NEVER.value),
            planned=[one for one in part.planned if one.task_id not in lost],
        )
    )
    kept = _planned_within(stays, _FILL_S)
    if kept is None and found is None:
        raise StaleError("there was no time to plan")
    if kept is None or (found is not None and kept.objective <= found.objective):
        assert found is not None  # noqa: S101
        return given, found
    # Of the problem as it is, not of the one in which all that stays: where nothing is known, all that is asked for.
    most = total([facts, *(_most_of(task) * stay for task in given.ids)]) if found is None else found.bound
    proof = Proof.DUALITY if found is None else found.proof
    told = replace(kept, status="feasible", bound=max(most, kept.objective), proof=proof)
    return replace(stays, scene=part, movable=lost), told


def _has_its_place(one: Assignment) -> bool:
    """Whether it may still run when it is planned: not if that is out of service, or not in view by newer elements."""
    if one.start is None or one.end is None or not isinstance(one.task, TimedTask):
        return True
    spots = [spot for spot in one.task.opportunities if spot.satellite == one.satellite]
    return any(spot.start <= one.start and one.end <= spot.end for spot in spots)


def _most_of(task: Task) -> float:
    """The most that it earns: an opportunity may say that the task is worth something else there."""
    spots = task.opportunities if isinstance(task, TimedTask) else ()
    return max([task.profit, *(spot.profit for spot in spots if spot.profit is not None)])


def planned(given: Formulation, *, time_limit_s: float | None) -> Plan:
    """The plan of a problem."""
    return plan(time_limit=time_limit_s, **given.arguments)
