"""A fleet planned again as it is now, for any number of questions about it."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from satselect import Plan
from satselect.application.errors import ConflictError, StaleError
from satselect.application.planning.buffer.load import situation_of
from satselect.application.planning.horizon.formulation import Formulation, formulated
from satselect.application.planning.horizon.groups import FallenApart
from satselect.application.planning.horizon.plan_ahead import planned
from satselect.application.planning.horizon.scene import read_scene


@dataclass(frozen=True, slots=True)
class Replanned:
    """What a fleet has at a version and a time, and the plans of its groups that were asked for and proven best."""

    apart: FallenApart
    _plans: dict[int, tuple[Formulation, Plan]] = field(default_factory=dict)

    @classmethod
    def read(cls, fleet_id: int, at: datetime) -> "Replanned":
        """The fleet as it is.

        Raises:
            ConflictError: it does not plan in time any more.
        """
        try:
            return cls(FallenApart.of(read_scene(situation_of(fleet_id, at))))
        except StaleError as error:
            raise ConflictError(str(error)) from None

    @property
    def version(self) -> int:
        """Of the fleet."""
        return self.apart.scene.version

    @property
    def at(self) -> datetime:
        """For when it is planned."""
        return self.apart.scene.at

    def around(self, task_id: UUID) -> Formulation:
        """The problem of the task's group; without the task if it has no place whoever else is planned.

        Whatever it has nothing to do with earns the same with it and without it, and holds nothing that it needs.
        """
        group = self.apart.groups.get(task_id)
        if group in self._plans:
            return self._plans[group][0]
        return formulated(self.apart.around(task_id), self.apart.blocked)

    def plan(self, task_id: UUID, given: Formulation, *, time_limit_s: float) -> Plan:
        """The plan of that problem.

        Raises:
            OutOfTime: there was not even time to look at what is fixed.
        """
        group = self.apart.groups[task_id]
        if group in self._plans:
            return self._plans[group][1]
        found = planned(given, time_limit_s=time_limit_s)
        # Whoever asks next may have more time, so what is not proven is planned again.
        if found.status == "optimal":
            self._plans[group] = given, found
        return found
