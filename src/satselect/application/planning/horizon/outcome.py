"""What a plan changes of what is scheduled: planned anew, moved, displaced, or as it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from satselect import Plan
from satselect.application.planning.horizon.formulation import Formulation
from satselect.application.planning.horizon.rest import NOTHING, Rest
from satselect.engine.planning.model import Assignment
from satselect.engine.problem.exact import exact_sum, rounded_up, total
from satselect.engine.relaxation.proof import Proof, weakest
from satselect.schemas.iterations import Cause
from satselect.store.queries.plans import Planned


class Place(NamedTuple):
    """Where and when a task is planned to run; without times if it takes what it uses all the time."""

    satellite_id: int
    opportunity_id: int | None
    starts: datetime | None
    ends: datetime | None


@dataclass(frozen=True)
class PlanOutcome:
    """A plan, what it was made from, how long that took, and what is planned beside it and stays as it is."""

    given: Formulation
    plan: Plan
    duration_s: float
    time_limit_s: float
    cause: Cause = Cause.REQUEST
    rest: Rest = NOTHING

    @property
    def profit(self) -> float:
        """What all that is planned earns."""
        return total((self.rest.profit, self.plan.profit))

    @property
    def objective(self) -> float:
        """The same with the bonus of what stays."""
        return total((self.rest.objective, self.plan.objective))

    @property
    def bound(self) -> float:
        """No plan has a higher objective."""
        if self.plan.status == "optimal":
            return self.objective
        return rounded_up(exact_sum((self.rest.objective, self.plan.bound)))

    @property
    def gap(self) -> float | None:
        """How far the objective may be from the best, as a share of it; None if nothing is earned."""
        if self.plan.status == "optimal":
            return 0.0
        return (self.bound - self.objective) / self.objective if self.objective else None

    @property
    def proof(self) -> Proof:
        """What the bound rests on."""
        return weakest([self.rest.proof, self.plan.proof])

    @property
    def step_s(self) -> float | None:
        """Seconds between two starts that were tried; None if no other start could earn more."""
        mine = None if self.plan.step is None else self.plan.step.total_seconds()
        return max((step for step in (self.rest.step_s, mine) if step is not None), default=None)

    @cached_property
    def places(self) -> Mapping[UUID, Place]:
        """Task to its place, for all that competed and are planned."""
        ids = {slug: id for id, slug in self.given.scene.satellites.items()}
        return {
            self.given.ids[one.task]: self._place(one, ids)
            for one in self.plan.assignments
            if one.task in self.given.ids
        }

    def _place(self, one: Assignment, ids: Mapping[str, int]) -> Place:
        assert one.satellite is not None, "fleets that plan have satellites"  # noqa: S101
        number = None if one.opportunity is None else self.given.opportunities[id(one.opportunity)]
        return Place(ids[one.satellite], number, one.start, one.end)

    @cached_property
    def selected(self) -> Sequence[UUID]:
        """Tasks that were buffered."""
        return [id for id in self.places if id not in self.given.movable]

    @cached_property
    def moved(self) -> Sequence[Planned]:
        """Assignments of tasks that are planned for another time or satellite now."""
        return [
            one for id, one in self.given.movable.items() if (place := self.places.get(id)) and not _is_same(one, place)
        ]

    @cached_property
    def displaced(self) -> Sequence[Planned]:
        """Assignments of tasks that are not planned any more."""
        return [one for id, one in self.given.movable.items() if id not in self.places]


def _is_same(one: Planned, place: Place) -> bool:
    """At the same time it may be another opportunity, which is worth something else, or stands otherwise."""
    return (one.satellite_id, one.opportunity_id, one.starts, one.ends) == place
