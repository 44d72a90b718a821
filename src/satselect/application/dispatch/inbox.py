"""The inbox: the batches of a fleet that no iteration considered yet. It is the truth, whatever a bus carried.

A batch that kills the process that selects with its tasks must not stop its fleet. So one that is tried again is
counted before it is tried, where a crash can't lose the count; of batches that failed before, one is tried at a time;
and one that was tried too often is dead: its tasks are kept, but no iteration considers them until it is requeued.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from satselect.application.dispatch.attempts import Attempts, Pending
from satselect.application.dispatch.dead_letters import UNSEEN, bury
from satselect.application.planning.planner import Planner
from satselect.application.planning.turn import turn
from satselect.store.models import Batch
from satselect.store.sql.statements import ask, id_in


class Oldest(NamedTuple):
    """The first pending batch of a fleet, by its number."""

    partition: int
    fleet_id: int
    seq: int


def oldest_pending(partitions: Sequence[int] | None = None) -> list[Oldest]:
    """For each fleet of these partitions that has pending batches, the first of them; None asks for all partitions."""
    if partitions is None:
        rows = ask(_OLDEST.format(where=""))
    else:
        rows = ask(_OLDEST.format(where=" AND fleet.partition {among:int}"), list(partitions))
    return [Oldest(*row) for row in rows]


_OLDEST = """
    SELECT fleet.partition, batch.fleet_id, min(batch.seq)
    FROM store_batch AS batch JOIN store_fleet AS fleet ON fleet.id = batch.fleet_id
    WHERE batch.state = 'pending'{where}
    GROUP BY fleet.partition, batch.fleet_id
"""


def traceparent_of(oldest: Oldest) -> str | None:
    """The span in which it was submitted; None if nobody traced. Asked for what is stuck only, so one by one."""
    found = Batch.objects.filter(fleet=oldest.fleet_id, seq=oldest.seq)
    return found.values_list("traceparent", flat=True).first()


def settle_pending(planner: Planner, fleet_id: int, *, is_retry: bool) -> list[UUID]:
    """The batches of the fleet that iterations made here considered; what was pending before is not when this returns.

    Args:
        planner: what to make iterations with.
        fleet_id: whose inbox.
        is_retry: whether somebody may have failed with them before: then they are counted.

    Raises:
        BusyError: the fleet kept moving on. The rest stays pending.
    """
    settled: list[UUID] = []
    attempts = Attempts(are_counted=is_retry)
    with turn(planner, fleet_id, hurries=not is_retry) as mine:
        while not mine.is_over:
            group, up_to = _next_group(_pending(fleet_id))
            if not group:
                return settled
            # What is settled is recorded; the rest is found by the next process, which sweeps.
            if settled and planner.is_ending:
                break
            if attempts.are_over(group[0]):
                bury(fleet_id, group[0].id, at=planner.clock(), cause=_cause(planner, fleet_id, group[0]))
                continue
            tries = attempts.count(group)
            try:
                made = mine.iterate(at=planner.clock(), up_to_seq=up_to)
            except Exception as error:
                planner.broken[fleet_id] = group[0].id, tries, type(error).__name__
                raise
            if made:
                settled.extend(batch.id for batch in group)
                # It considered all that there was. Of what came meanwhile there is a notice, or a sweeper finds it.
                if up_to is None:
                    return settled
        attempts.discount(settled)  # nobody failed with them: others were quicker
    raise mine.too_long()


def _cause(planner: Planner, fleet_id: int, batch: Pending) -> str:
    """The class of the error with which the last try of a batch ended here; its words may quote what was sent."""
    id, tries, cause = planner.broken.pop(fleet_id, (None, 0, UNSEEN))
    return cause if (id, tries) == (batch.id, batch.attempts) else UNSEEN


def _pending(fleet_id: int) -> list[Pending]:
    return [Pending(id_in(id), seq, attempts) for id, seq, attempts in ask(_PENDING, fleet_id)]


# The state within the text: few are pending, and nearly all are done (decision 0175).
_PENDING = "SELECT id, seq, attempts FROM store_batch WHERE fleet_id = %s AND state = 'pending' ORDER BY seq"


def _next_group(pending: Sequence[Pending]) -> tuple[Sequence[Pending], int | None]:
    """The batches to settle together, and the last batch to consider with them; None for the last there is."""
    if not any(batch.attempts for batch in pending):
        return pending, None
    # Without the next one that is pending: tried one by one, the count tells who is to blame (decision 0031).
    return pending[:1], pending[1].seq - 1 if len(pending) > 1 else None
