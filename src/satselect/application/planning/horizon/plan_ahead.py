"""One iteration of a fleet that plans in time."""

from collections.abc import Callable
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
from satselect.application.planning.recorded_iteration import Recorded
from satselect.engine.limits import stopped_by
from satselect.schemas.iterations import Cause
from satselect.store.sql.connections import giving_back
from satselect.telemetry.facts import BufferReady
from satselect.telemetry.listeners import tell
from satselect.telemetry.spans import span


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
    with span("iterate.select"), stopped_by(giving_back(is_over)):
        found = planned(given, time_limit_s=time_limit_s)  # no less than what is planned: the engine sees to it
    reach(Point.AFTER_SELECTION)
    with span("iterate.record"):
        outcome = PlanOutcome(given, found, perf_counter() - begun, time_limit_s, cause, rest)
        try:
            recorded = record_plan(outcome)
        except StaleError:
            plans.put(kept)  # what it holds is as true as before
            raise
    kept.settle(outcome, recorded)
    plans.put(kept)
    return recorded


def _up_to_date(now: Situation, plans: PlanCache) -> KeptPlan:
    kept = plans.take(now.fleet_id)
    found = read_plan(now) if kept is None else refreshed(kept, now)
    tell(BufferReady(fleet_id=now.fleet_id, was_kept=found is kept))
    return found


def planned(given: Formulation, *, time_limit_s: float | None) -> Plan:
    """The plan of a problem."""
    return plan(time_limit=time_limit_s, **given.arguments)
