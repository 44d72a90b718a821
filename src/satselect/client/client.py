"""`Client`: what a program can ask of a running service."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from types import TracebackType
from typing import Self
from uuid import uuid4

from satselect.client.answers import read_shape
from satselect.client.errors import DeadBatchError, NotInTimeError
from satselect.client.event_stream import EventStream
from satselect.client.given import check_idempotency_key
from satselect.client.reading import Id, get, pages, part, with_tag
from satselect.client.sent import Sent, changes_of, document_of
from satselect.client.stations import Stations
from satselect.client.transport import Patience, Transport, connect
from satselect.client.webhooks import Webhooks
from satselect.schemas.administration.keys import MeAnswer
from satselect.schemas.explanations import ExplanationAnswer
from satselect.schemas.history import HistoryAnswer, HistoryLine
from satselect.schemas.iterations import IterationAnswer, IterationLine, IterationPage
from satselect.schemas.submission.batches import BatchAnswer, BatchState
from satselect.schemas.task_answers import TaskAnswer, TaskPage
from satselect.schemas.tasks import Status

_ASK_AGAIN_S = 0.25  # iterations often take less than a second
_ANSWER_S = 5.0
"""Of an attempt's time, what is left for all but waiting."""


class Client:
    """A service, seen from a program. Use it in a `with` block, or close it.

    What fails on the way is sent again where that is safe; every submission has an idempotency key, so that a
    repetition is the same submission.

    Args:
        url: where the service answers, such as `http://localhost:8000`.
        key: an API key, without regard to blanks and ends of lines around it; none for a service that is open.
        timeout_s: how long one attempt may take.
        patience: how often to try.

    Raises:
        ClientError: every method, as `satselect.client.errors` says.
    """

    def __init__(
        self, url: str, key: str | None = None, *, timeout_s: float = 30.0, patience: Patience | None = None
    ) -> None:
        self._transport = Transport(connect(url, key, timeout_s), patience or Patience())
        self._call = self._transport.call
        self._timeout_s = timeout_s

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connections."""
        self._transport.close()

    def submit(
        self,
        tasks: Iterable[Sent],
        *,
        fleet: str = "default",
        idempotency_key: str | None = None,
        wait_s: float = 60.0,
        accept_expired: bool = False,
    ) -> IterationAnswer:
        """The first iteration that considered the tasks.

        Args:
            tasks: may be none: then what is buffered competes again.
            fleet: whose satellites they are for.
            idempotency_key: of the submission; a new one by default.
            wait_s: how long to wait for the iteration.
            accept_expired: whether tasks whose deadline has passed are taken, too.

        Raises:
            NotInTimeError: they are accepted, and no iteration considered them in time.
            DeadBatchError: the service gave them up.
        """
        until = time.monotonic() + wait_s
        # Within one attempt: the service answers 202 before the connection gives up.
        in_one_go_s = max(min(wait_s, self._timeout_s - _ANSWER_S), 0)
        prefer = f"wait={int(in_one_go_s)}"
        answer = self._post(tasks, fleet, idempotency_key, prefer, accept_expired=accept_expired)
        return answer if isinstance(answer, IterationAnswer) else self._wait_for(answer, until, wait_s)

    def submit_async(
        self,
        tasks: Iterable[Sent],
        *,
        fleet: str = "default",
        idempotency_key: str | None = None,
        accept_expired: bool = False,
    ) -> BatchAnswer | IterationAnswer:
        """The accepted batch, without waiting for an iteration; or the iteration, if it was there at once."""
        return self._post(tasks, fleet, idempotency_key, "respond-async", accept_expired=accept_expired)

    def wait_for(self, batch: BatchAnswer, *, wait_s: float = 60.0) -> IterationAnswer:
        """The first iteration that considered the batch.

        Raises:
            NotInTimeError: none did in time.
            DeadBatchError: the service gave it up.
        """
        return self._wait_for(batch, time.monotonic() + wait_s, wait_s)

    def batch(self, batch: Id) -> BatchAnswer:
        """A submission as it is."""
        return get(self._transport, BatchAnswer, f"batches/{part(batch)}")

    def iterate(self, fleet: str = "default") -> IterationAnswer:
        """A new iteration over what is buffered."""
        # Sent twice it would be two iterations.
        answer = self._call("POST", f"fleets/{part(fleet)}/iterations", is_repeatable=False)
        return read_shape(IterationAnswer, answer)

    def iteration(self, iteration: Id) -> IterationAnswer:
        """An iteration, with what it scheduled."""
        return get(self._transport, IterationAnswer, f"iterations/{part(iteration)}")

    def iterations(self, fleet: str = "default") -> Iterator[IterationLine]:
        """The fleet's iterations, newest first, read page by page."""
        yield from pages(self._transport, IterationPage, f"fleets/{part(fleet)}/iterations", [])

    def tasks(
        self,
        *,
        status: Status | Sequence[Status] | None = None,
        fleet: str | None = None,
        name: str | None = None,
        reference: str | None = None,
    ) -> Iterator[TaskAnswer]:
        """The tasks one may see, of that status or any of several, newest first, read page by page."""
        wanted: dict[str, str | None] = {"fleet": fleet, "name": name, "reference": reference}
        given = [(name, value) for name, value in wanted.items() if value is not None]
        statuses = [status] if isinstance(status, str) else status or ()
        given += [("status", each) for each in statuses]
        yield from pages(self._transport, TaskPage, "tasks", given)

    def task(self, task: Id) -> TaskAnswer:
        """A task as it is."""
        return get(self._transport, TaskAnswer, f"tasks/{part(task)}")

    def history(self, task: Id) -> Sequence[HistoryLine]:
        """What happened to a task, oldest first."""
        return get(self._transport, HistoryAnswer, f"tasks/{part(task)}/history").items

    def explain(self, task: Id) -> ExplanationAnswer:
        """Why a task waits, or what its resources are worth."""
        return get(self._transport, ExplanationAnswer, f"tasks/{part(task)}/explanation")

    def edit(self, task: Id, changes: Mapping[str, object], *, if_match: str | None = None) -> TaskAnswer:
        """The task with other fields, named as in its JSON: it is buffered, and competes with them.

        Args:
            task: which one.
            changes: the fields; of time also `datetime`, `timedelta`, `Opportunity`, and both ends of a window.
            if_match: the `etag` of the task as it was seen: if it changed since, this raises ChangedError.
        """
        headers = with_tag(if_match)
        path = f"tasks/{part(task)}"
        # A second one would find what the first one made.
        answer = self._call("PATCH", path, document=changes_of(changes), headers=headers, is_repeatable=not if_match)
        return read_shape(TaskAnswer, answer)

    def cancel(self, task: Id, words: str | None = None, *, if_match: str | None = None) -> TaskAnswer:
        """The task, which is not wanted any more."""
        return self._report(task, "cancel", words, None, if_match)

    def complete(
        self,
        task: Id,
        words: str | None = None,
        *,
        iteration: Id | None = None,
        links: Sequence[Mapping[str, str]] = (),
        if_match: str | None = None,
    ) -> TaskAnswer:
        """The task, which was executed; links say where what it brought is: `href`, `rel`, `type`, `title`."""
        return self._report(task, "complete", words, iteration, if_match, links)

    def fail(
        self, task: Id, words: str | None = None, *, iteration: Id | None = None, if_match: str | None = None
    ) -> TaskAnswer:
        """The task, which could not be executed; buffered again while attempts are left.

        Name the iteration: then a report that arrives late says nothing about a later attempt.
        """
        return self._report(task, "fail", words, iteration, if_match)

    def events(
        self,
        fleet: str = "default",
        *,
        after: int | str | None = None,
        follow: bool = True,
        give_up_s: float | None = None,
    ) -> EventStream:
        """What happens to a fleet, as it happens; a lost connection is made again, where it was lost.

        Args:
            fleet: whose events.
            after: the position after which to begin, as an `EventStream` tells it, 0 for all that is kept; None begins
                with what happens from now on.
            follow: whether to wait for what happens next; else it ends with what has happened so far.
            give_up_s: for how long to try to get a lost connection back; None for as long as it takes. The first one
                is tried as often as any other call.
        """
        position = None if after is None else str(after)
        return EventStream(self._transport, fleet, position=position, follow=follow, give_up_s=give_up_s)

    @property
    def webhooks(self) -> Webhooks:
        """The webhooks of the user whose key this is: addresses that are told of changes."""
        return Webhooks(self._transport)

    def stations(self, fleet: str = "default") -> Stations:
        """The stations of a fleet, and the passes over them."""
        return Stations(self._transport, fleet)

    def me(self) -> MeAnswer:
        """The user that the key belongs to."""
        return get(self._transport, MeAnswer, "me")

    def _post(
        self, tasks: Iterable[Sent], fleet: str, idempotency_key: str | None, prefer: str, *, accept_expired: bool
    ) -> BatchAnswer | IterationAnswer:
        # One for all attempts, so that they are one submission.
        key = str(uuid4()) if idempotency_key is None else check_idempotency_key(idempotency_key)
        headers = {"Idempotency-Key": key, "Prefer": prefer}
        params = {"accept_expired": "true"} if accept_expired else {}
        body = [document_of(task) for task in tasks]
        answer = self._call("POST", f"fleets/{part(fleet)}/tasks", document=body, params=params, headers=headers)
        is_done = answer.status_code == HTTPStatus.CREATED
        return read_shape(IterationAnswer, answer) if is_done else read_shape(BatchAnswer, answer)

    def _wait_for(self, batch: BatchAnswer, until: float, wait_s: float) -> IterationAnswer:
        while batch.iteration is None:
            if batch.status is BatchState.DEAD:
                raise DeadBatchError(batch, "was given up after it failed too often")
            if time.monotonic() >= until:
                raise NotInTimeError(batch, f"was not considered within {wait_s:g} s")
            time.sleep(_ASK_AGAIN_S)
            batch = self.batch(batch.id)
        return self.iteration(batch.iteration)

    def _report(
        self,
        task: Id,
        what: str,
        words: str | None,
        iteration: Id | None,
        if_match: str | None,
        links: Sequence[Mapping[str, str]] = (),
    ) -> TaskAnswer:
        brought = [dict(link) for link in links] or None
        said = {"words": words, "iteration": iteration and str(iteration), "links": brought}
        body = {name: value for name, value in said.items() if value is not None}
        headers = with_tag(if_match)
        path = f"tasks/{part(task)}/{what}"
        # A second report of a failure would be about the next attempt; a tag is that of before the first one.
        is_repeatable = what != "fail" and not if_match
        answer = self._call("POST", path, document=body, headers=headers, is_repeatable=is_repeatable)
        return read_shape(TaskAnswer, answer)
