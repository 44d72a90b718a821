"""Delivers again and again, in threads of its own: at once after this process committed an event, else each second."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event, Lock, Thread
from time import monotonic
from uuid import UUID

from django.db import DatabaseError, connections
from django.utils import timezone

from satselect.scheduling.events.bell import listen
from satselect.scheduling.webhooks.posting import Post, post
from satselect.scheduling.webhooks.send import due, forget, work_off
from satselect.scheduling.webhooks.spread import spread
from satselect.store.models import Webhook

log = logging.getLogger(__name__)

EVERY_S = 1.0
REST_S = 0.1
"""Between two looks, so that many commits in a row are read together."""
FORGET_EVERY_S = 3600.0
SENDERS = 8


class Postman:
    """The deliveries of a process. Several processes may have one each: what one takes on, the others leave.

    A webhook is worked off by one thread at a time, so that a slow one keeps back nobody else.
    """

    def __init__(self, post: Post, *, every_s: float = EVERY_S) -> None:
        self._post, self._every_s = post, every_s
        self._rung, self._stopped = listen(), Event()
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="webhook")
        self._busy: set[UUID] = set()
        self._lock = Lock()
        self._forget_at = monotonic()

    def start(self) -> None:
        """Goes on until it is stopped."""
        Thread(target=self._repeat, name="webhooks", daemon=True).start()

    def stop(self) -> None:
        """Takes nothing more on."""
        self._stopped.set()
        self._rung.set()
        self._senders.shutdown(wait=False, cancel_futures=True)

    def _repeat(self) -> None:
        while not self._stopped.is_set():
            self._rung.wait(self._every_s)
            self._rung.clear()
            _connected(self._look)
            self._stopped.wait(REST_S)

    def _look(self) -> None:
        if not Webhook.objects.exists():
            return
        at = timezone.now()
        if spread(at=at):
            self._rung.set()  # there may be more
        for webhook_id in due(at=at):
            self._hand_over(webhook_id)
        if monotonic() >= self._forget_at:
            forget(at=at)
            self._forget_at = monotonic() + FORGET_EVERY_S

    def _hand_over(self, webhook_id: UUID) -> None:
        with self._lock:
            if webhook_id in self._busy or self._stopped.is_set():
                return
            self._busy.add(webhook_id)
            self._senders.submit(_connected, lambda: self._work_off(webhook_id))

    def _work_off(self, webhook_id: UUID) -> None:
        try:
            if work_off(webhook_id, self._post, timezone.now):
                self._rung.set()  # there may be more
        finally:
            with self._lock:
                self._busy.discard(webhook_id)


def deliver(*, allows_private: bool) -> Postman:
    """A postman at work."""
    postman = Postman(partial(post, allows_private=allows_private))
    postman.start()
    return postman


def _connected(act: Callable[[], object]) -> None:
    """Does it, and lets go of the database."""
    try:
        act()
    except DatabaseError as error:
        log.warning("webhooks.failed: %s", error)
    except Exception:
        log.exception("webhooks.failed")
    finally:
        connections.close_all()
