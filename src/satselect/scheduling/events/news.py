"""Events as text for those who follow them, in the format of server-sent events."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from satselect.scheduling.events.audiences import Audience, told
from satselect.schemas.events import GapEvent
from satselect.store.events import Recorded, events_after

PAGE = 200


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

    def written_for(self, audience: Audience) -> bytes:
        """What they are told; nothing if it is not for them."""
        if audience not in self._written:
            self._written[audience] = self._write(audience)
        return self._written[audience]

    def _write(self, audience: Audience) -> bytes:
        event = told(self.recorded, audience)
        return _block(event.number, event.kind, event.model_dump_json()) if event else b""


def news_after(fleet_id: int, number: int, *, limit: int = PAGE) -> list[News]:
    """The first events of a fleet after that number, in their order."""
    return [News(recorded) for recorded in events_after(fleet_id, number, limit=limit)]


def written(news: Iterable[News], audience: Audience, *, fleet: str, after: int) -> tuple[bytes, int]:
    """What the audience is told of them, and the number of the last one.

    Args:
        news: in their order.
        audience: to whom.
        fleet: the slug of their fleet.
        after: the number of the last event told before. What is missing in between is told as a gap.
    """
    parts = []
    for each in news:
        if each.number > after + 1:
            parts.append(written_gap(fleet, after=after, number=each.number - 1))
        parts.append(each.written_for(audience))
        after = each.number
    return b"".join(parts), after


def written_gap(fleet: str, *, after: int, number: int) -> bytes:
    """That the events after one and up to another can't be told any more."""
    gap = GapEvent(fleet=fleet, after=after, number=number)
    return _block(number, gap.kind, gap.model_dump_json())


def written_position(number: int) -> bytes:
    """A sign of life. It moves the number to resume after, and clients show nothing for it."""
    return f": alive\nid: {number}\n\n".encode()


def _block(number: int, kind: str, data: str) -> bytes:
    return f"id: {number}\nevent: {kind}\ndata: {data}\n\n".encode()
