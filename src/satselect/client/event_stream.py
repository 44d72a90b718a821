"""Events as they happen: followed over lost connections, from where they were lost."""

import socket
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from threading import Event as Flag
from time import monotonic
from types import TracebackType
from typing import Self, cast

import httpx

from satselect.client.answers import Answer, CutOffError, bad_answer, head_of, read_shape
from satselect.client.server_sent import Block, Parser, TooLongError
from satselect.client.transport import Failure, Transport, may_try_again
from satselect.schemas.events import EVENT_SHAPES, BatchEvent, FleetEvent, GapEvent, IterationEvent, TaskEvent

Event = BatchEvent | IterationEvent | TaskEvent | FleetEvent | GapEvent
"""What happened; a gap says that events up to its number are no longer kept: read the lists anew."""

QUIET_S = 45.0
"""The service gives a sign of life every 15 seconds: after so many without one nobody is there any more."""
_RETRY_S = 2.0  # until a stream says so itself, with the same figure
_MEDIA_TYPE = "text/event-stream"
_SHAPES = {shape.model_fields["kind"].default: shape for shape in EVENT_SHAPES}


class EventStream:
    """An iterator over what happens to a fleet. Use it in a `with` block, or close it.

    It ends when it is closed, from this thread or another one; if it doesn't follow, also with what has happened so
    far. Kinds of events that this release doesn't know are passed over.

    Attributes:
        position: that of the last event which was handed out, or of what came after it and is not for this key. Who
            keeps it, after an event is dealt with, goes on there another time.

    Raises:
        NotReachedError: the connection could not be made, or not got back in time.
        NotAllowedError: no key, or one that was revoked meanwhile.
        NotFoundError: there is no such fleet, or it belongs to somebody else.
        BadAnswerError: what came is no event.
    """

    def __init__(
        self, transport: Transport, fleet: str, *, position: str | None, follow: bool, give_up_s: float | None
    ) -> None:
        self.position = position
        self._transport = transport
        self._params = {"fleet": fleet} if follow else {"fleet": fleet, "follow": "false"}
        self._give_up_s = give_up_s
        self._is_closed = Flag()
        self._response: httpx.Response | None = None
        self._is_new, self._alive_at, self._retry_s = True, monotonic(), _RETRY_S
        self._events = self._followed() if follow else self._so_far()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Event:
        return next(self._events)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends it. A thread that waits for the next event waits no longer."""
        self._is_closed.set()
        if response := self._response:
            _hang_up(response)
        with suppress(ValueError):  # another thread is at it, and ends it
            self._events.close()

    def _so_far(self) -> Generator[Event, None, None]:
        while not self._is_closed.is_set():
            before = self.position
            answer = self._transport.call("GET", "events", params=self._params, headers=self._headers())
            if not _has_events(answer.headers):
                raise bad_answer(answer, "with no events")
            yield from self._events_in([answer.content], answer)
            if self.position == before:
                return

    def _followed(self) -> Generator[Event, None, None]:
        attempt = 0  # since the last connection
        while not self._is_closed.is_set():
            attempt += 1
            answer, failure = None, None
            try:
                response = self._response = self._transport.open(self._request(), timeout_s=QUIET_S)
                if response.is_success and _has_events(response.headers):
                    attempt, self._is_new = 0, False
                    yield from self._events_in(response.iter_bytes(), head_of(response))
                else:
                    answer = self._transport.read(response)
            except (httpx.TransportError, CutOffError) as error:
                failure = error
            except Exception:
                if self._is_closed.is_set():  # it was hung up under way
                    return
                raise
            finally:
                # Before it waits: the service counts a stream as long as its connection is there.
                self._release()
            if not self._is_closed.is_set():
                self._check(attempt, answer, failure)
                self._is_closed.wait(self._wait_s(attempt, answer))

    def _events_in(self, chunks: Iterable[bytes], head: Answer) -> Iterator[Event]:
        parser = Parser(self.position)
        try:
            for chunk in chunks:
                if self._is_closed.is_set():
                    return
                for block in parser.feed(chunk):
                    self._alive_at, self._retry_s = monotonic(), parser.retry_s or self._retry_s
                    event = _event(block, head)
                    self.position = block.position
                    if event:
                        yield event
        except TooLongError:
            raise bad_answer(head, "with an event that does not end") from None
        except httpx.DecodingError:
            raise bad_answer(head, "with events that can't be decompressed") from None

    def _check(self, attempt: int, answer: Answer | None, failure: Failure | None) -> None:
        """Goes on, unless that would be in vain or take longer than the caller waits."""
        if answer is not None and answer.is_success:
            raise bad_answer(answer, "with no events")
        if answer is not None and not may_try_again(answer.status_code):
            raise self._transport.error(answer, failure)
        if self._is_new:
            is_over = attempt >= self._transport.patience.attempts
        else:
            is_over = self._give_up_s is not None and monotonic() - self._alive_at > self._give_up_s
        if is_over:
            raise self._transport.error(answer, failure) from self._transport.cause(failure)

    def _wait_s(self, attempt: int, answer: Answer | None) -> float:
        """As the service asks, after failures longer and longer; never all at once."""
        patience = self._transport.patience
        longer = patience.wait_s(max(attempt, 1), answer)
        return longer if self._is_new else max(longer, min(self._retry_s, patience.longest_wait_s))

    def _request(self) -> httpx.Request:
        return self._transport.request("GET", "events", params=self._params, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        position = {} if self.position is None else {"Last-Event-ID": self.position}
        return {"Accept": _MEDIA_TYPE, "Cache-Control": "no-store", **position}

    def _release(self) -> None:
        response, self._response = self._response, None
        if response is not None:
            response.close()


def _event(block: Block, head: Answer) -> Event | None:
    shape = _SHAPES.get(block.kind)
    if shape is None or not block.data:
        return None
    return cast("Event", read_shape(shape, replace(head, content=block.data.encode())))


def _has_events(headers: Mapping[str, str]) -> bool:
    return headers.get("Content-Type", "").partition(";")[0].strip().lower() == _MEDIA_TYPE


def _hang_up(response: httpx.Response) -> None:
    """Wakes the thread that reads from the connection: closing it alone would not."""
    stream = response.extensions.get("network_stream")
    connection = stream.get_extra_info("socket") if stream is not None else None
    if connection is not None:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
