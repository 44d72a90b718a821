"""Has a batch settled by a consumer of the bus, and waits for it."""

import logging
from time import monotonic

from satselect.application.failpoints import Point, reach
from satselect.application.planning.settle import first_considering
from satselect.application.shutdown import Shutdown
from satselect.bus.base import Bus, BusError, Expected
from satselect.bus.notices import Notice
from satselect.store.models import Batch, Iteration
from satselect.store.queries.counters import home_of
from satselect.store.sql.connections import give_back
from satselect.telemetry.spans import span

log = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
"""How often the database is asked while waiting: an announcement may be lost."""


def deliver(
    batch: Batch, bus: Bus, shutdown: Shutdown, *, wait_s: float, is_patient: bool, is_new: bool = False
) -> Iteration | None:
    """The first iteration that considered the batch; None if there was none in that time, or the process ends.

    Args:
        batch: as it was committed.
        bus: whom to tell of it.
        shutdown: from whose beginning on nobody waits.
        wait_s: how long to wait.
        is_patient: whether to wait even if the bus doesn't take it: sweepers find it, a little later.
        is_new: whether it was committed just now: so nobody has considered it yet who would not announce it.

    Raises:
        ConflictError: the batch is dead.
    """
    if not is_new and (iteration := first_considering(batch)):
        return iteration
    # Before it is published: a worker may be quicker than this thread, and nobody keeps announcements.
    with bus.expect(batch.id) as expected:
        is_published = _publish(batch, bus)
        return _wait(batch, expected, shutdown, wait_s) if is_published or is_patient else None


def _publish(batch: Batch, bus: Bus) -> bool:
    slug, partition = home_of(batch.fleet_id)
    notice = Notice(
        batch=batch.id,
        fleet=slug,
        fleet_id=batch.fleet_id,
        partition=partition,
        seq=batch.seq,
        traceparent=batch.traceparent,
    )
    give_back()  # the bus may take its time, and then a worker
    reach(Point.BEFORE_PUBLISH)
    try:
        with span("publish"):
            bus.publish(notice)
    except BusError as error:
        log.warning("bus.not_published: %s", error, extra={"batch": str(batch.id)})
        return False
    reach(Point.AFTER_PUBLISH)
    return True


def _wait(batch: Batch, expected: Expected, shutdown: Shutdown, wait_s: float) -> Iteration | None:
    give_up = monotonic() + wait_s
    while not shutdown.has_begun() and (left := give_up - monotonic()) > 0:
        give_back()
        is_settled = expected.wait(min(left, LOOK_EVERY_S))
        if iteration := first_considering(batch):
            return iteration
        if is_settled:
            return None  # it was requeued since, and nothing more will be heard of it
    return None
