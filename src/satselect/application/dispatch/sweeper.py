"""Finds what was left behind: batches that stay pending though somebody should have settled them."""

import logging
from collections.abc import Sequence

from satselect.application.dispatch.dispatcher import Settle
from satselect.application.dispatch.inbox import Oldest, oldest_pending, traceparent_of
from satselect.application.errors import RefusedError
from satselect.telemetry.facts import BatchesSwept
from satselect.telemetry.listeners import tell
from satselect.telemetry.spans import span

log = logging.getLogger(__name__)

EVERY_S = 1.0
"""How often to look: a batch that nobody hears of waits for twice as long at most."""


class Sweeper:
    """Looks again and again. A fleet whose first pending batch is the one of the last look is stuck.

    That asks no clock: those who accept batches may have another time than those who sweep.
    """

    def __init__(self) -> None:
        self._seen: set[Oldest] = set()

    def stuck(self, partitions: Sequence[int] | None = None) -> list[Oldest]:
        """The fleets of these partitions that are stuck; None looks at all."""
        pending = oldest_pending(partitions)
        stuck = [oldest for oldest in pending if oldest in self._seen]
        self._seen = set(pending)
        return stuck

    def settle_stuck(self, settle: Settle) -> None:
        """Settles what is stuck in any partition. For processes without a dispatcher."""
        for oldest in self.stuck():
            try:
                with span("settle", parent=traceparent_of(oldest), is_served=True):
                    settled = settle(oldest.fleet_id, is_retry=True)
            except RefusedError as error:
                log.warning("sweep.left: %s", error, extra={"fleet": oldest.fleet_id})
            except Exception:
                log.exception("sweep.failed", extra={"fleet": oldest.fleet_id})
            else:
                tell(BatchesSwept(fleet_id=oldest.fleet_id, batches=len(settled)))
