"""What a process makes iterations with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from satselect import Buffer, Selection
from satselect.application.planning.besides import Besides
from satselect.application.planning.buffer.buffer_cache import BufferCache
from satselect.application.planning.courtesy import Courtesy
from satselect.application.planning.fleet_locks import FleetLocks
from satselect.application.planning.horizon.plan_cache import PlanCache

Select = Callable[..., Selection]
Clock = Callable[[], datetime]

PATIENCE_S = 30.0
"""How long a batch waits for its iteration, besides the time that selecting may take."""

SHORTEST_S = 0.05
"""The least that the engine gets, however often its selections were refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planner:
    """What a process makes iterations with. Those who share it share the buffers that are kept, and take turns.

    Attributes:
        clock: tells the time.
        time_limit_s: how long the engine may select.
        buffers: those that are kept.
        plans: those that are kept, of fleets that plan in time.
        locks: who may iterate over a fleet now.
        select: the engine.
        waits_s: how long a batch waits for its iteration, besides the time that selecting may take.
        courtesy: to whom large requests give way.
        besides: what iterations are expected to take after selecting.
        broken: fleet to the first of the batches that were tried together last, which of its tries that was, and the
            class of the error that ended it.
    """

    clock: Clock
    time_limit_s: float
    buffers: BufferCache
    locks: FleetLocks
    select: Select = Buffer.select
    waits_s: float = PATIENCE_S
    courtesy: Courtesy = field(default_factory=Courtesy)
    besides: Besides = field(default_factory=Besides)
    plans: PlanCache = field(default_factory=PlanCache)
    broken: dict[int, tuple[UUID, int, str]] = field(default_factory=dict)

    @property
    def patience_s(self) -> float:
        """How long a batch waits for its iteration."""
        return self.waits_s + self.time_limit_s

    @property
    def is_ending(self) -> bool:
        """Whether the process is about to end."""
        return self.locks.shutdown.has_begun()

    def drop(self, fleet_ids: Iterable[int]) -> None:
        """Forgets what is kept of these fleets: somebody else iterates over them now."""
        ids = list(fleet_ids)
        self.buffers.drop(ids)
        self.plans.drop(ids)

    def clear(self) -> None:
        """Forgets what is kept, as a restart does."""
        self.buffers.clear()
        self.plans.clear()
        self.besides.clear()
        self.broken.clear()

    def quicker(self) -> Self:
        """The same after a selection was refused: one that takes half the time gets in between two changes."""
        return replace(self, time_limit_s=max(self.time_limit_s / 2, SHORTEST_S))
