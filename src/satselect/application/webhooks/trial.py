"""Trying a webhook out: one signed message now, of which nothing is kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from uuid import uuid4

from satselect.application.errors import ConflictError
from satselect.application.webhooks.request import Post
from satselect.application.webhooks.send import Outcome, outcome_of, request_of
from satselect.schemas.webhooks import TrialData, TrialNotice
from satselect.store.models import Webhook


class Trials:
    """Those that a process has under way."""

    def __init__(self) -> None:
        self._users: set[int] = set()
        self._lock = Lock()

    def try_out(self, webhook: Webhook, post: Post, *, at: datetime) -> Outcome:
        """The answer to a message to the webhook's address, switched on or not.

        Raises:
            ConflictError: another trial of its user is under way: each may hold a thread for as long as a delivery
                takes.
        """
        notice = TrialNotice(timestamp=at, data=TrialData(webhook=webhook.id))
        request = request_of(webhook, uuid4(), notice.model_dump_json(), at)
        with self._alone(webhook.user_id):
            return outcome_of(request, post, at)

    @contextmanager
    def _alone(self, user_id: int) -> Iterator[None]:
        with self._lock:
            if user_id in self._users:
                raise ConflictError("another test of yours is under way; wait until it is answered")
            self._users.add(user_id)
        try:
            yield
        finally:
            with self._lock:
                self._users.discard(user_id)
