"""Delivers again and again, in threads of its own: at once after this process committed an event, else each second."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from random import Random
from threading import Event, Lock, Thread
from time import monotonic
from uuid import UUID

from django.db import DatabaseError, connections

from satselect.application.events.wake_up import listen
from satselect.application.webhooks.fan_out import fan_out
from satselect.application.webhooks.request import Post, post
from satselect.application.webhooks.send import FORGOTTEN_AT_ONCE, Clock, Due, due, forget, work_off
from satselect.store.sql.connections import kept_connection
from satselect.store.sql.statements import ask

log = logging.getLogger(__name__)

EVERY_S = 1.0
REST_S = 0.1
"""Between two looks, so that many commits in a row are read together."""
FORGET_EVERY_S = 3600.0
SENDERS = 8
SENDERS_PER_USER = 2  # senders are few, and users choose how slow their receivers are (decision 0053)

_order = Random()  # noqa: S311 - it only sees to it that every webhook has its turn


class DeliveryWorker:
    """The deliveries of a process. Several processes may have one each: what one takes on, the others leave.

    A webhook is worked off by one thread at a time and for a few seconds, those of one user by two threads at most: so
    slow ones of one user take no threads from others, and slow ones of many users give theirs back soon.
    """

    def __init__(self, post: Post, clock: Clock, *, every_s: float = EVERY_S) -> None:
        self._post, self._clock, self._every_s = post, clock, every_s
        self._rung, self._stopped = listen(), Event()
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="webhook")
        self._busy: dict[UUID, int] = {}
        self._lock = Lock()
        self._forget_at = monotonic()

    def start(self) -> None:
        """Goes on until it is stopped."""
        Thread(target=self._repeat, name="webhooks", daemon=True).start()

    def stop(self) -> None:
        """Takes nothing more on. What is being sent is sent to the end."""
        self._stopped.set()
        self._rung.set()
        # Under the lock: nobody hands over to senders that are shut down.
        with self._lock:
            self._senders.shutdown(wait=False, cancel_futures=True)

    def _repeat(self) -> None:
        while not self._stopped.is_set():
            self._rung.wait(self._every_s)
            # Cleared before it looks, so what rings meanwhile has it look again.
            self._rung.clear()
            _connected(self._look, keeps=True)
            self._stopped.wait(REST_S)
        connections.close_all()

    def _look(self) -> None:
        if not ask("SELECT 1 FROM store_webhook LIMIT 1"):
            return
        at = self._clock()
        if fan_out(at=at):
            self._rung.set()  # there may be more
        waiting = due(at=at)
        # Else those at the end would never have their turn while there are more than senders.
        _order.shuffle(waiting)
        for each in waiting:
            self._hand_over(each)
        if monotonic() >= self._forget_at:
            self._forget(at)

    def _forget(self, at: datetime) -> None:
        if forget(at=at) < FORGOTTEN_AT_ONCE:
            self._forget_at = monotonic() + FORGET_EVERY_S
        else:
            self._rung.set()  # there may be more

    def _hand_over(self, waiting: Due) -> None:
        webhook_id, user_id = waiting
        with self._lock:
            if webhook_id in self._busy or self._stopped.is_set():
                return
            if list(self._busy.values()).count(user_id) >= SENDERS_PER_USER:
                return
            self._busy[webhook_id] = user_id
            self._senders.submit(_connected, lambda: self._work_off(webhook_id))

    def _work_off(self, webhook_id: UUID) -> None:
        try:
            work_off(webhook_id, self._post, self._clock, self._stopped)
        finally:
            with self._lock:
                del self._busy[webhook_id]
        # After the lock is given back: the look that it starts must not find this one busy.
        self._rung.set()  # there may be more, of this one or of others of its user


def deliver(clock: Clock, *, allows_private: bool) -> DeliveryWorker:
    """A delivery worker at work."""
    delivery_worker = DeliveryWorker(partial(post, allows_private=allows_private), clock)
    delivery_worker.start()
    return delivery_worker


def _connected(act: Callable[[], object], *, keeps: bool = False) -> None:
    """Does it, and lets go of the database, unless this thread comes back to it soon."""
    try:
        with kept_connection():
            act()
    except DatabaseError as error:
        log.warning("webhooks.failed: %s", error)
    except Exception:
        log.exception("webhooks.failed")
    finally:
        # A thread of a pool may not be needed for a while, and would keep its connection.
        if not keeps:
            connections.close_all()
