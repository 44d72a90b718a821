"""What tests make iterations with: what their process has, with a time and an engine of their own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from django.apps import apps

from satselect import Buffer
from satselect.application.planning.buffer.buffer_cache import BufferCache
from satselect.application.planning.horizon.plan_cache import PlanCache
from satselect.application.planning.planner import Planner, Select
from satselect.observe import fleets, health
from satselect.web.limits import rates
from satselect.web.middleware import sign_in
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
    """What iterations keep is read anew, as after a restart."""
    runtime().planner.clear()


def restart() -> None:
    """This process keeps nothing of any database, as one that begins: rows of two databases have the same ids."""
    vars(apps.get_app_config("config")).pop("runtime", None)
    for kept in (fleets._slug, health._check_migrated, rates._calls, rates._wrong_keys, sign_in._failed):
        kept.cache_clear()
