"""What tests make iterations with: what their process has, with a time and an engine of their own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from satselect import Buffer
from satselect.application.planning.buffer.buffer_cache import BufferCache
from satselect.application.planning.horizon.plan_cache import PlanCache
from satselect.application.planning.planner import Planner, Select
from satselect.web.runtime import runtime

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def planner(
    time_limit_s: float = 5,
    *,
    clock: Callable[[], datetime] = lambda: NOW,
    select: Select = Buffer.select,
    buffers: BufferCache | None = None,
) -> Planner:
    """What this process makes iterations with, at that time; with other buffers, if they are given."""
    mine = runtime().planner
    made = replace(mine, clock=clock, time_limit_s=time_limit_s, select=select)
    return replace(made, buffers=buffers, plans=PlanCache()) if buffers else made


def forget_buffers() -> None:
    """As after a restart."""
    runtime().planner.clear()
