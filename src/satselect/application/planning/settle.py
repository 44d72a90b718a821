"""Make iterations: one now, one that somebody ordered, or as many as it takes until a batch was considered."""

from collections.abc import Callable

from satselect.application.act import Act
from satselect.application.audit import audit
from satselect.application.errors import ConflictError
from satselect.application.planning.planner import Planner
from satselect.application.planning.turn import turn
from satselect.store.models import Batch, Fleet, Iteration, User
from satselect.store.sql.statements import ask, columns_of, row_in
from satselect.store.sql.transactions import short_transaction

Find = Callable[[Iteration | None], Iteration | None]


def iterate_now(planner: Planner, fleet_id: int) -> Iteration:
    """An iteration over the buffer as it is now.

    Raises:
        BusyError: it took too long.
    """
    return _found(planner, fleet_id, lambda made: made)


def order_iteration(planner: Planner, fleet: Fleet, *, by: User) -> Iteration:
    """An iteration over the buffer as it is now. That it was ordered is audited first, whatever comes of it.

    Raises:
        BusyError: it took too long.
    """
    # In a transaction of its own: that of the iteration may be refused, and then made again.
    with short_transaction():
        audit(Act(by, planner.clock()), "iteration.order", fleet.slug, {})
    return iterate_now(planner, fleet.id)


def settle(planner: Planner, batch: Batch) -> Iteration:
    """The first iteration that considered the batch, made now if nobody has made it.

    Batches that arrive while an iteration runs share the next one.

    Raises:
        BusyError: it took too long. The batch stays accepted.
        ConflictError: the batch is dead.
    """
    return _found(planner, batch.fleet_id, lambda made: first_considering(batch))


def first_considering(batch: Batch) -> Iteration | None:
    """The first iteration that considered the batch, if there was one by now.

    Raises:
        ConflictError: the batch is dead.
    """
    # Somebody else may have settled it, or given it up, since it was stored.
    rows = ask(_CONSIDERING, batch.id)
    if not rows:
        raise Batch.DoesNotExist
    batch.state, columns = rows[0][0], rows[0][1:]
    iteration = None if columns[0] is None else row_in(Iteration, columns)
    batch.iteration_id = iteration.id if iteration else None
    if batch.state == Batch.State.DEAD:
        raise ConflictError("the batch is dead: it failed too often, and waits for an operator to requeue it")
    return iteration


_CONSIDERING = f"""
    SELECT batch.state, {columns_of(Iteration, "iteration")}
    FROM store_batch AS batch LEFT JOIN store_iteration AS iteration ON iteration.id = batch.iteration_id
    WHERE batch.id = %s
"""  # noqa: S608 - made of the names of columns


def _found(planner: Planner, fleet_id: int, find: Find) -> Iteration:
    """What is found, after so many new iterations as it takes; `find` is told of the last one."""
    made = None
    with turn(planner, fleet_id) as mine:
        while not mine.is_over:
            if iteration := find(made):
                return iteration
            made = mine.iterate(at=planner.clock()) or made
        if iteration := find(made):
            return iteration
    raise mine.too_long()
