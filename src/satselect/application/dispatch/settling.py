"""Which process settles what was submitted: this one, or the workers that listen to the bus."""

from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Protocol
from uuid import UUID
from weakref import WeakValueDictionary

from satselect.application.dispatch.deliver import deliver
from satselect.application.dispatch.dispatcher import Dispatcher
from satselect.application.dispatch.inbox import settle_pending
from satselect.application.dispatch.lane import Lanes, Settled
from satselect.application.dispatch.shared import Shared
from satselect.application.dispatch.sweeper import EVERY_S as SWEEP_EVERY_S
from satselect.application.dispatch.sweeper import Sweeper
from satselect.application.errors import BusyError, ConflictError
from satselect.application.maintenance.housekeeping import repeat
from satselect.application.planning.due import EVERY_S as LOOK_EVERY_S
from satselect.application.planning.due import iterate_if_due, look_around
from satselect.application.planning.planner import Planner
from satselect.application.planning.settle import first_considering
from satselect.application.tasks.submission import Submission
from satselect.application.tasks.submit import Receipt, submit
from satselect.bus.base import Bus
from satselect.bus.inline import InlineBus
from satselect.store.models import Batch, Iteration
from satselect.store.partitions import PARTITIONS

WAIT_S = 30.0
"""Seconds to wait for a worker when the client states no preference."""

QUICK_WAIT_S = 5.0
"""How long the quick endpoint waits for one."""


class Settler(Protocol):
    """Sees to it that what is submitted is settled."""

    def start(self, *, on_bus: Callable[[Bus], object]) -> None:
        """Begins with it, before the first client waits for it.

        Args:
            on_bus: told of the bus to which workers listen, if there is one.
        """

    def submit(self, submission: Submission, wait_s: float | None) -> Settled:
        """The batch, accepted, and the first iteration that considered it: none if it is dead, or not in time.

        Args:
            submission: what is submitted.
            wait_s: so many seconds its client waits; None leaves it to the service, which then settles it here if it
                can.

        Raises:
            SatselectError: what `submit` raises.
        """

    def submit_in_any_case(self, submission: Submission) -> Settled:
        """The same with an iteration, made here if no worker made it.

        Raises:
            ConflictError: the batch is dead.
            BusyError: it took too long.
        """

    def settle(self, batch: Batch) -> Iteration | None:
        """The first iteration that considered what is stored; None if it is dead, or there was none in time."""


class SettlesHere:
    """Settles in this process: at once, or, for those who don't wait, in threads of its own.

    Args:
        planner: what to make iterations with.
    """

    def __init__(self, planner: Planner) -> None:
        self._planner = planner
        self._lanes = Lanes(planner)
        self._bus = InlineBus()
        self._settle = partial(settle_pending, planner)
        iterate = partial(iterate_if_due, planner)
        # Twice as many fleets at once as a worker: no other process shares them. Of 24 that submitted beside each other
        # half were answered in 1.2 to 1.5 s, with two threads in 1.7 to 2.6 s, with 16 in 1.1 s (two cores, SQLite).
        self._dispatcher = Dispatcher(self._settle, self._bus, planner.locks, iterate=iterate, threads=8)
        for partition in range(PARTITIONS):
            self._bus.consume(partition, self._dispatcher.take)

    def start(self, *, on_bus: Callable[[Bus], object]) -> None:
        """Settles from now on, in a thread of its own, whatever stays pending: an earlier process may have left it.

        And has fleets iterate by themselves.
        """
        sweeper, clock = Sweeper(), self._planner.clock
        repeat(lambda: look_around(self._dispatcher, clock()), every_s=LOOK_EVERY_S, name="looker")
        repeat(lambda: sweeper.settle_stuck(self._settle), every_s=SWEEP_EVERY_S, name="sweeper")

    def submit(self, submission: Submission, wait_s: float | None) -> Settled:
        """As the protocol says; a client that doesn't wait shares the next iteration with others that don't."""
        if wait_s is None:
            return self._lanes.submit_and_settle(submission)
        receipt = submit(submission, at=self._planner.clock())
        return Settled(receipt, _delivered(self._planner, receipt, self._bus, wait_s=wait_s, is_patient=True))

    def submit_in_any_case(self, submission: Submission) -> Settled:
        """As the protocol says."""
        found = self._lanes.submit_and_settle(submission)
        if found.trouble:
            raise found.trouble
        return found

    def settle(self, batch: Batch) -> Iteration | None:
        """As the protocol says."""
        return self._lanes.settle(Receipt(batch, is_replay=False)).iteration


class LeavesToWorkers:
    """Tells workers of what was submitted, and waits for them.

    Args:
        planner: what to make iterations with that no worker makes.
        connect: connects to the bus, when it is first needed.
    """

    def __init__(self, planner: Planner, connect: Callable[[], Bus]) -> None:
        self._planner, self._connect = planner, connect
        self._connected: Bus | None = None
        self._answers: WeakValueDictionary[UUID, Shared] = WeakValueDictionary()
        self._lock = Lock()

    def start(self, *, on_bus: Callable[[Bus], object]) -> None:
        """As the protocol says."""
        on_bus(self._bus())

    def submit(self, submission: Submission, wait_s: float | None) -> Settled:
        """As the protocol says."""
        receipt = submit(submission, at=self._planner.clock())
        is_patient, wait_s = wait_s is not None, WAIT_S if wait_s is None else wait_s
        made = _delivered(self._planner, receipt, self._bus(), wait_s=wait_s, is_patient=is_patient)
        return self._answered(receipt, made)

    def submit_in_any_case(self, submission: Submission) -> Settled:
        """As the protocol says."""
        receipt = submit(submission, at=self._planner.clock())
        batch, is_new, shutdown = receipt.batch, not receipt.is_replay, self._planner.locks.shutdown
        if made := deliver(batch, self._bus(), shutdown, wait_s=QUICK_WAIT_S, is_patient=False, is_new=is_new):
            return self._answered(receipt, made)
        # As a retry, which is counted: a worker may have died of it (decision 0031).
        settle_pending(self._planner, batch.fleet_id, is_retry=True)
        if made := first_considering(batch):
            return self._answered(receipt, made)
        raise BusyError("no iteration considered the batch")

    def settle(self, batch: Batch) -> Iteration | None:
        """As the protocol says."""
        # It may have been stored long ago.
        receipt = Receipt(batch, is_replay=True)
        return _delivered(self._planner, receipt, self._bus(), wait_s=WAIT_S, is_patient=False)

    def _answered(self, receipt: Receipt, made: Iteration | None) -> Settled:
        """With what those may be answered together who wait here for one iteration."""
        if made is None or receipt.is_replay:  # who repeats a request may have asked after the others were answered
            return Settled(receipt, made)
        with self._lock:
            answers = self._answers.get(made.id)
            if answers is None:
                answers = self._answers[made.id] = Shared(self._planner.courtesy, lambda _: None)
        return Settled(receipt, made, answers=answers)

    def _bus(self) -> Bus:
        # One connection, however many threads ask first at the same moment.
        with self._lock:
            if self._connected is None:
                self._connected = self._connect()
            return self._connected


def _delivered(planner: Planner, receipt: Receipt, bus: Bus, *, wait_s: float, is_patient: bool) -> Iteration | None:
    batch, is_new, shutdown = receipt.batch, not receipt.is_replay, planner.locks.shutdown
    try:
        return deliver(batch, bus, shutdown, wait_s=wait_s, is_patient=is_patient, is_new=is_new)
    except (BusyError, ConflictError):
        return None
