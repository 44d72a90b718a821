"""A worker's share of the partitions: taken and given back as workers join and leave."""

import logging
import random
from collections.abc import Callable, Sequence
from math import ceil

from satselect.application.dispatch.dispatcher import Dispatcher
from satselect.application.dispatch.inbox import oldest_pending, traceparent_of
from satselect.application.planning.planner import Planner
from satselect.bus.base import Bus, Stop
from satselect.store.models import Fleet
from satselect.store.partitions import PARTITIONS
from satselect.telemetry.facts import PartitionsOwned
from satselect.telemetry.listeners import tell
from satselect.worker.leases import Leases

log = logging.getLogger(__name__)


class Share:
    """The partitions that this worker owns, and consumes from the bus."""

    def __init__(self, connect: Callable[[], Leases], bus: Bus, dispatcher: Dispatcher, planner: Planner) -> None:
        self._connect = connect
        self._bus = bus
        self._dispatcher, self._planner = dispatcher, planner
        self._leases = connect()
        self._consumed: dict[int, Stop] = {}
        self._leaving: set[int] = set()
        self._told = 0

    @property
    def owned(self) -> list[int]:
        """What is owned and not about to be given back."""
        return list(self._consumed)

    def balance(self) -> None:
        """Renews the leases, and gives back or takes what is too much or missing for an equal share."""
        share = ceil(PARTITIONS / self._leases.members())
        for partition in self.owned[share:]:  # the youngest: their buffers have had the least time to get warm
            # Nothing new comes from now on; the lock is given back once what is under way has ended.
            self._consumed.pop(partition)()
            self._leaving.add(partition)
        self._give_back([partition for partition in self._leaving if not self._dispatcher.is_busy(partition)])
        self._take(share - len(self._consumed))
        self._tell()

    def rejoin(self) -> None:
        """Starts anew after the session was lost: others may own everything by now.

        Raises:
            psycopg.OperationalError: the database doesn't answer.
        """
        for stop in self._consumed.values():
            stop()
        self._consumed.clear()
        self._leaving.clear()
        # Others may have iterated since: what is kept of buffers is of versions that are gone.
        self._planner.clear()
        self._tell()
        self._leases.close()
        self._leases = self._connect()

    def leave(self) -> None:
        """Consumes nothing any more; ends what is under way, and gives everything back."""
        for stop in self._consumed.values():
            stop()
        self._consumed.clear()
        # Before the locks go: who takes the partitions over must not find this one still at work.
        self._dispatcher.close()
        self._leases.close()
        self._tell()

    def _tell(self) -> None:
        if len(self._consumed) != self._told:
            self._told = len(self._consumed)
            tell(PartitionsOwned(partitions=self._told))

    def _give_back(self, partitions: Sequence[int]) -> None:
        if partitions:
            self._planner.drop(Fleet.objects.filter(partition__in=partitions).values_list("id", flat=True))
        for partition in partitions:
            self._leaving.discard(partition)
            self._leases.give_back(partition)
            log.info("partition.given_back", extra={"partition": partition})

    def _take(self, most: int) -> None:
        if most <= 0:
            return
        others = [partition for partition in range(PARTITIONS) if partition not in {*self._consumed, *self._leaving}]
        random.shuffle(others)  # so that workers that start together don't ask for the same ones
        taken = self._leases.take(others, most=most)
        if not taken:
            return
        log.info("partition.taken", extra={"partitions": sorted(taken)})
        for oldest in oldest_pending(taken):  # what the owner before left behind
            self._dispatcher.sweep(oldest.partition, oldest.fleet_id, traceparent=traceparent_of(oldest))
        for partition in taken:
            self._consumed[partition] = self._bus.consume(partition, self._dispatcher.take)
