"""Iterations that somebody ordered."""

from satselect.scheduling.audit import audit
from satselect.scheduling.iteration.iterate import Clock, iterate_now
from satselect.store.models import Fleet, Iteration, User
from satselect.store.transactions import short_transaction


def order_iteration(fleet: Fleet, *, by: User, clock: Clock, time_limit_s: float) -> Iteration:
    """An iteration over the buffer as it is now. That it was ordered is audited first, whatever comes of it.

    Raises:
        BusyError: it took too long.
    """
    with short_transaction():
        audit(by, "iteration.order", fleet.slug, at=clock(), facts={})
    return iterate_now(fleet.id, clock=clock, time_limit_s=time_limit_s)
