"""Follow a fleet: one thread of the process reads what is new, for all who listen.

Who follows keeps only the number of the last event told. The newest events are in memory; who is further behind reads
them in pages. So nobody's slowness costs others anything, and reads of the database don't grow with the streams.
"""

import logging
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from threading import Condition, Thread
from time import monotonic, sleep

from django.db import DatabaseError, connections

from satselect.application.errors import BusyError, TooManyStreamsError
from satselect.application.events.event_stream import PAGE, News, news_after
from satselect.application.events.listeners import Listener, still_listening
from satselect.application.events.streams import Stream
from satselect.application.events.wake_up import listen
from satselect.application.positions import Positions
from satselect.store.models import Fleet
from satselect.store.sql.connections import kept_connection

log = logging.getLogger(__name__)

POLL_S = 1.0
"""How late events of other processes are told; those of this one ring."""
REST_S = 0.02
"""Between two looks, so that many commits in a row are read together."""
CHECK_EVERY_S = 15.0  # whether a key or a session that follows still holds
KEPT = 1_000
KEPT_LINES = 20_000
"""Of tasks that the events in memory tell of: an iteration may have scheduled very many."""
MOST_STREAMS = 1_000  # each holds a connection, and takes one lock for each of its chunks


@dataclass(slots=True)
class _Followed:
    """A fleet that somebody follows: the number of its newest event, and the last ones of those that came since."""

    number: int
    recent: deque[News] = field(default_factory=deque)
    lines: int = 0
    streams: set[Stream] = field(default_factory=set)

    def add(self, news: Sequence[News]) -> None:
        """Keeps them, and forgets the oldest for them; never the last one, which all are about to tell."""
        self.recent.extend(news)
        self.lines += sum(each.lines for each in news)
        while len(self.recent) > 1 and (len(self.recent) > KEPT or self.lines > KEPT_LINES):
            self.lines -= self.recent.popleft().lines


class Feed:
    """The streams of a process.

    Args:
        clock: by which it is seen who may still listen.
        positions: what places in streams look like to those who may not know the numbers.
        poll_s: how often to look for events of other processes.
        check_every_s: how often to look who may still listen.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], datetime],
        positions: Positions,
        poll_s: float = POLL_S,
        check_every_s: float = CHECK_EVERY_S,
    ) -> None:
        self._clock, self.positions = clock, positions
        self._poll_s, self._check_every_s = poll_s, check_every_s
        self._followed: dict[int, _Followed] = {}
        self._changed = Condition()
        self._rung = listen()
        self._thread: Thread | None = None
        self._is_closed = False

    def follow(self, fleet: Fleet, listener: Listener, *, after: int | None, most: int) -> Stream:
        """A stream of what happens to the fleet. It counts until it is closed.

        Args:
            fleet: as it was read just now.
            listener: for whom.
            after: the number of the last event that is known; None for what happens from now on.
            most: how many streams the user may have.

        Raises:
            TooManyStreamsError: that would be one more than the user may have.
            BusyError: that would be one more than the process holds, or it is about to end.
        """
        newest = fleet.event_number
        lost = after if after is not None and after > newest else None  # of a database that was there before this one
        number = newest if after is None or lost is not None else after
        stream = Stream(self, fleet.id, fleet.slug, listener, number, lost=lost)
        with self._changed:
            self._check_room(listener, most)
            # By the number that was read: what was committed since is found by the next look.
            self._followed.setdefault(fleet.id, _Followed(newest)).streams.add(stream)
            self._start()
            self._changed.notify_all()
        return stream

    def leave(self, stream: Stream) -> None:
        """The stream doesn't count any more."""
        with self._changed:
            if followed := self._followed.get(stream.fleet_id):
                followed.streams.discard(stream)
                if not followed.streams:
                    del self._followed[stream.fleet_id]

    def recent(self, fleet_id: int, number: int) -> tuple[int, list[News] | None]:
        """The number of the newest event, and the first events after that one; None where they must be read."""
        with self._changed:
            followed = self._followed[fleet_id]
            if number >= followed.number:
                return followed.number, []
            # Something between the two was never in memory, or is forgotten: the database has it.
            if not followed.recent or followed.recent[0].number > number + 1:
                return followed.number, None
            unknown = list(takewhile(lambda news: news.number > number, reversed(followed.recent)))
            unknown.reverse()  # oldest first, as they are told
            return followed.number, unknown[:PAGE]

    def close(self) -> None:
        """Ends all streams, and opens none from now on."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
            for stream in self._streams():
                stream.end()
        self._rung.set()

    def _streams(self) -> list[Stream]:
        return [stream for followed in self._followed.values() for stream in followed.streams]

    def _check_room(self, listener: Listener, most: int) -> None:
        streams = self._streams()
        if self._is_closed or len(streams) >= MOST_STREAMS:
            raise BusyError("no more streams in this process")
        if sum(stream.listener.user_id == listener.user_id for stream in streams) >= most:
            raise TooManyStreamsError(f"{most} streams are open, which is as many as one user may have")

    def _start(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._repeat, name="feed", daemon=True)
            self._thread.start()

    def _repeat(self) -> None:
        check_at = monotonic() + self._check_every_s
        while self._is_followed():
            self._rung.wait(self._poll_s)
            # Cleared before it looks, so what rings meanwhile has it look again.
            self._rung.clear()
            try:
                with kept_connection():
                    self._look()
                    if monotonic() >= check_at:
                        self._check()
                        check_at = monotonic() + self._check_every_s
            except DatabaseError as error:
                log.warning("feed.failed: %s", error)
            except Exception:
                log.exception("feed.failed")  # but streams that nobody feeds would seem alive
            sleep(REST_S)
        connections.close_all()

    def _is_followed(self) -> bool:
        """Waits until somebody follows a fleet; false at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._followed or self._is_closed)
            return not self._is_closed

    def _look(self) -> None:
        with self._changed:
            # Copied, and not held while the database is asked: every stream takes this lock for each of its chunks.
            known = {fleet_id: followed.number for fleet_id, followed in self._followed.items()}
        now = Fleet.objects.filter(id__in=known).values_list("id", "event_number")
        for fleet_id, newest in now:
            if newest > known[fleet_id]:
                self._add(fleet_id, news_after(fleet_id, known[fleet_id]), newest)

    def _add(self, fleet_id: int, news: list[News], newest: int) -> None:
        with self._changed:
            if followed := self._followed.get(fleet_id):
                followed.add(news)
                # None, though there is a newer number: they were pruned, and readers are told a gap.
                followed.number = news[-1].number if news else newest
                for stream in followed.streams:
                    stream.wake()
        if news and news[-1].number < newest:
            self._rung.set()  # there are more

    def _check(self) -> None:
        with self._changed:
            streams = self._streams()
        allowed = still_listening({stream.listener for stream in streams}, at=self._clock())
        for stream in streams:
            if stream.listener not in allowed:
                stream.end()
