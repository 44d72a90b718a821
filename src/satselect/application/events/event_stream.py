"""Events as text for those who follow them, in the format of server-sent events."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from satselect.application.events.audiences import Audience, told
from satselect.application.positions import Positions
from satselect.schemas.events import GapEvent
from satselect.store.queries.events import Recorded, events_after

PAGE = 200  # events that are read, and told, at once


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is told of which fleet: what a position in its events looks like to them."""

    fleet_id: int
    fleet: str
    audience: Audience
    positions: Positions

    def position(self, number: int) -> str:
        """Where to resume after the event of that number."""
        return self.positions.told(number, _row(self.fleet_id), sees_all=self.audience.sees_all, is_new=True)

    def number(self, position: str) -> int | None:
        """After which event to resume; None if they never got such a position."""
        return self.positions.read(position, _row(self.fleet_id), sees_all=self.audience.sees_all)


def _row(fleet_id: int) -> str:
    return f"events of {fleet_id}"


@dataclass(frozen=True, slots=True)
class News:
    """An event, and what each audience is told of it, written once for all who belong to it."""

    recorded: Recorded
    _written: dict[Audience, bytes] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Its number within the fleet."""
        return self.recorded.event.number

    @property
    def lines(self) -> int:
        """How much of the memory it takes, in tasks."""
        return 1 + len(self.recorded.tasks)

    def written_for(self, reader: Reader) -> bytes:
        """What they are told; nothing if it is not for them."""
        if reader.audience not in self._written:
            self._written[reader.audience] = self._write(reader)
        return self._written[reader.audience]

    def _write(self, reader: Reader) -> bytes:
        event = told(self.recorded, reader.audience)
        if event is None:
            return b""
        return _block(reader.position(self.number), event.kind, event.model_dump_json())


def news_after(fleet_id: int, number: int) -> list[News]:
    """The first events of a fleet after that number, in their order."""
    return [News(recorded) for recorded in events_after(fleet_id, number, limit=PAGE)]


def written(news: Iterable[News], reader: Reader, *, after: int) -> tuple[bytes, int]:
    """What the reader is told of them, and the number of the last one.

    Args:
        news: in their order.
        reader: to whom.
        after: the number of the last event told before. What is missing in between is told as a gap.
    """
    parts = []
    for each in news:
        if each.number > after + 1:
            parts.append(written_gap(reader, after=after, number=each.number - 1))
        parts.append(each.written_for(reader))
        after = each.number
    return b"".join(parts), after


def written_gap(reader: Reader, *, after: int, number: int) -> bytes:
    """That the events after one and up to another can't be told any more."""
    # Both ends of a gap count what happened to everybody (decision 0108).
    shown = (after, number) if reader.audience.sees_all else (0, 0)
    gap = GapEvent(fleet=reader.fleet, after=shown[0], number=shown[1])
    return _block(reader.position(number), gap.kind, gap.model_dump_json())


def written_position(reader: Reader, number: int) -> bytes:
    """A sign of life. It moves the number to resume after, and clients show nothing for it."""
    return f": alive\nid: {reader.position(number)}\n\n".encode()


def _block(position: str, kind: str, data: str) -> bytes:
    # JSON has no line breaks, so one line of data will do.
    return f"id: {position}\nevent: {kind}\ndata: {data}\n\n".encode()
