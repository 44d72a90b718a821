"""The worker: settles the batches of the fleets in its partitions.

It dies rather than goes on in doubt: what it holds is in the database, and its supervisor starts it again.
"""

import logging
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from threading import Event, Thread
from time import monotonic

import psycopg
from django.db import DatabaseError, connections

from satselect.application.dispatch.dispatcher import Dispatcher
from satselect.application.dispatch.inbox import settle_pending, traceparent_of
from satselect.application.dispatch.sweeper import EVERY_S as SWEEP_EVERY_S
from satselect.application.dispatch.sweeper import Sweeper
from satselect.application.planning.due import EVERY_S as LOOK_EVERY_S
from satselect.application.planning.due import iterate_if_due, look_around
from satselect.application.planning.planner import Planner
from satselect.bus.base import Bus
from satselect.worker.leases import LEASE_S, Leases
from satselect.worker.shares import Share

log = logging.getLogger(__name__)

BALANCE_EVERY_S = 0.5
EXTEND_EVERY_S = 10.0  # a third of what the bus waits (`jetstream.ACK_WAIT_S`)
FROZEN_AFTER_S = 5 * LEASE_S  # others have had its partitions for long by then


@dataclass
class Pulse:
    """Ends the process if its main thread stands still, as when the network to the database is cut."""

    at: float = field(default_factory=monotonic)

    def beat(self) -> None:
        """It still goes on."""
        self.at = monotonic()

    def watch(self, stop: Event) -> None:
        """Looks until it stops."""
        while not stop.wait(1):
            if monotonic() - self.at > FROZEN_AFTER_S:
                log.critical("worker.frozen")
                os._exit(1)  # the main thread stands still, so nothing can end in order


def run(*, database: str, bus: Bus, planner: Planner, threads: int, on_stop: Callable[[], None] = lambda: None) -> int:
    """Works until SIGTERM or SIGINT. Gives the exit code: 0 done, 1 the database was lost.

    Args:
        database: the URL of the PostgreSQL server itself, for the session that owns partitions.
        bus: what brings the notices.
        planner: what to make iterations with.
        threads: how many fleets to work on at once.
        on_stop: called when it is told to stop, before it ends what is under way.
    """
    stop, failed = Event(), Event()
    # Only a flag: a handler runs between any two steps of the main thread, and could break what that is doing.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    settle = partial(settle_pending, planner)
    iterate = partial(iterate_if_due, planner)
    dispatcher = Dispatcher(
        settle, bus, planner.locks, iterate=iterate, threads=threads, on_database_error=lambda: _give_up(failed, stop)
    )
    try:
        share = Share(partial(Leases, database), bus, dispatcher, planner)
    except psycopg.OperationalError as error:
        log.error("worker.no_database: %s", str(error).strip())
        return 1
    log.info("worker.started")
    pulse = Pulse()
    _in_a_thread(pulse.watch, stop)
    _in_a_thread(_sweep, share, dispatcher, stop, failed)
    _in_a_thread(_look, share, dispatcher, planner, stop, failed)
    _balance(share, pulse, stop, failed)
    if failed.is_set():
        return 1
    on_stop()
    share.leave()
    bus.close()
    log.info("worker.stopped")
    return 0


def _balance(share: Share, pulse: Pulse, stop: Event, failed: Event) -> None:
    while not stop.is_set():
        try:
            share.balance()
        except psycopg.OperationalError as error:
            log.warning("worker.lease_lost: %s", str(error).strip())
            _rejoin(share, stop, failed)
        except DatabaseError as error:
            log.warning("worker.database_error: %s", error)
            _give_up(failed, stop)
        pulse.beat()
        stop.wait(BALANCE_EVERY_S)


def _rejoin(share: Share, stop: Event, failed: Event) -> None:
    try:
        share.rejoin()
    except psycopg.OperationalError as error:
        log.error("worker.no_database: %s", str(error).strip())
        _give_up(failed, stop)


def _sweep(share: Share, dispatcher: Dispatcher, stop: Event, failed: Event) -> None:
    sweeper, extended = Sweeper(), monotonic()
    while not stop.wait(SWEEP_EVERY_S):
        try:
            for oldest in sweeper.stuck(share.owned):
                log.info("sweep.found", extra={"fleet": oldest.fleet_id, "seq": oldest.seq})
                dispatcher.sweep(oldest.partition, oldest.fleet_id, traceparent=traceparent_of(oldest))
        except DatabaseError as error:
            log.warning("worker.database_error: %s", error)
            _give_up(failed, stop)
        finally:
            connections.close_all()
        if monotonic() - extended > EXTEND_EVERY_S:
            dispatcher.extend()
            extended = monotonic()


def _look(share: Share, dispatcher: Dispatcher, planner: Planner, stop: Event, failed: Event) -> None:
    while not stop.wait(LOOK_EVERY_S):
        try:
            look_around(dispatcher, planner.clock(), share.owned)
        except DatabaseError as error:
            log.warning("worker.database_error: %s", error)
            _give_up(failed, stop)
        finally:
            connections.close_all()


def _give_up(failed: Event, stop: Event) -> None:
    failed.set()
    stop.set()


def _in_a_thread(work: Callable[..., None], *given: object) -> None:
    Thread(target=work, args=given, name=work.__name__, daemon=True).start()
