"""Who settles what was submitted: this process, or the workers that listen to the bus."""

from functools import cache, partial

from django.conf import settings
from django.utils import timezone

from satselect.bus import connect
from satselect.bus.base import Bus
from satselect.bus.inline import InlineBus
from satselect.scheduling.errors import BusyError, ConflictError
from satselect.scheduling.inbox.deliver import deliver
from satselect.scheduling.inbox.desk import Desk
from satselect.scheduling.inbox.inbox import settle_pending
from satselect.scheduling.inbox.sweep import EVERY_S as SWEEP_EVERY_S
from satselect.scheduling.inbox.sweep import Sweeper
from satselect.scheduling.iteration.due import EVERY_S as LOOK_EVERY_S
from satselect.scheduling.iteration.due import iterate_if_due, look_around
from satselect.scheduling.iteration.iterate import first_considering, settle
from satselect.scheduling.upkeep.housekeeping import repeat
from satselect.store.models import Batch, Iteration
from satselect.store.partitions import PARTITIONS

WAIT_S = 30.0
"""How long who doesn't say waits for a worker."""

QUICK_WAIT_S = 5.0
"""How long the quick endpoint waits for one."""


@cache
def current_bus() -> Bus:
    """The bus of this process, connected when it is first needed."""
    return connect(settings.SATSELECT_BUS_URL) if settings.SATSELECT_BUS_URL else _inline_bus()


def settled(batch: Batch, wait_s: float | None) -> Iteration | None:
    """The first iteration that considered the batch; None if it is dead, or in the seconds that the client waits."""
    try:
        if wait_s is None and not settings.SATSELECT_BUS_URL:
            return _settle_here(batch)
        is_patient = wait_s is not None
        return deliver(batch, current_bus(), wait_s=WAIT_S if wait_s is None else wait_s, is_patient=is_patient)
    except (BusyError, ConflictError):
        return None


def settled_in_any_case(batch: Batch) -> Iteration:
    """The first iteration that considered the batch, made here if no worker made it.

    Raises:
        ConflictError: the batch is dead.
        BusyError: it took too long.
    """
    if not settings.SATSELECT_BUS_URL:
        return _settle_here(batch)
    if iteration := deliver(batch, current_bus(), wait_s=QUICK_WAIT_S, is_patient=False):
        return iteration
    _settle_pending(batch.fleet_id, is_retry=True)
    if iteration := first_considering(batch):
        return iteration
    raise BusyError("no iteration considered the batch")


def sweep_here() -> None:
    """Settles from now on, in a thread of its own, whatever stays pending: an earlier process may have left it.

    And has fleets iterate by themselves.
    """
    sweeper, desk = Sweeper(), _desk()
    current_bus()  # made here, before several requests would each make one
    repeat(lambda: look_around(desk), every_s=LOOK_EVERY_S, name="looker")
    repeat(lambda: sweeper.settle_stuck(_settle_pending), every_s=SWEEP_EVERY_S, name="sweeper")


def _settle_here(batch: Batch) -> Iteration:
    return settle(batch, clock=timezone.now, time_limit_s=settings.SATSELECT_TIME_LIMIT_S)


_settle_pending = partial(settle_pending, clock=timezone.now, time_limit_s=settings.SATSELECT_TIME_LIMIT_S)


_iterate_if_due = partial(iterate_if_due, clock=timezone.now, time_limit_s=settings.SATSELECT_TIME_LIMIT_S)


def _inline_bus() -> Bus:
    """One whose consumers are threads of this process: for those who don't wait."""
    for partition in range(PARTITIONS):
        _bus().consume(partition, _desk().take)
    return _bus()


@cache
def _bus() -> InlineBus:
    return InlineBus()


@cache
def _desk() -> Desk:
    return Desk(_settle_pending, _bus(), iterate=_iterate_if_due, threads=8)
