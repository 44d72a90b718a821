"""What happens, as it happens: server-sent events."""

import re
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from satselect.api.openapi.documentation import EVENTS
from satselect.application.access.rights import Right
from satselect.application.errors import UnknownFleetError
from satselect.application.events.event_stream import Reader, news_after, written, written_gap, written_position
from satselect.application.events.listeners import listener_of
from satselect.application.positions import PATTERN
from satselect.schemas.fields.labels import Label
from satselect.store.defaults import DEFAULT_FLEET
from satselect.store.models import Fleet
from satselect.web.callers import caller_of, key_letters_of
from satselect.web.framework.parameters import ParameterError
from satselect.web.lookups import look_up
from satselect.web.requests import BadHeaderError
from satselect.web.runtime import runtime
from satselect.web.streams import answer_with, event_response

router = Router(tags=["events"])


class Following(Schema):
    """What to be told."""

    fleet: Label = DEFAULT_FLEET
    after: Annotated[str, Field(pattern=f"^({PATTERN})$")] | None = Field(
        default=None,
        description="the position, an `id` of the stream, of the last event that is known; 0 for all that is kept; by "
        "default the newest one. For operators it is the number of the event",
    )
    follow: bool = Field(default=True, description="false: the answer ends with what has happened so far")


@router.get("/api/v1/events", openapi_extra=EVENTS)
def get_events(request: HttpRequest, wanted: Query[Following]) -> HttpResponse:
    """Tells of iterations and of changes of tasks as they happen, and of those after a given one."""
    listener = listener_of(caller_of(request, Right.READ), key=key_letters_of(request))
    fleet = look_up(Fleet.objects, "fleet", slug=wanted.fleet)
    # In the words for a fleet that doesn't exist: whether it does is not told.
    if not listener.audience.may_follow(fleet.id):
        raise UnknownFleetError(wanted.fleet)
    reader = Reader(fleet.id, fleet.slug, listener.audience, runtime().positions)
    after = _resumed_after(request, reader, wanted.after)
    if not wanted.follow:
        return event_response(_so_far(fleet, reader, after))
    return answer_with(
        request, lambda: runtime().feed.follow(fleet, listener, after=after, most=settings.SATSELECT_MAX_STREAMS)
    )


def _resumed_after(request: HttpRequest, reader: Reader, after: str | None) -> int | None:
    """Where to resume: what a client that reconnects says goes before what it asked at first."""
    header = request.headers.get("Last-Event-ID")
    if header is not None:
        return _reconnected_after(header, reader)
    if after is None:
        return None
    if (number := reader.number(after)) is None:
        raise ParameterError({"after": "is no position that this call gave: send the id of a block, or 0"})
    return number


def _reconnected_after(header: str, reader: Reader) -> int:
    if not re.fullmatch(PATTERN, header):
        raise BadHeaderError("Last-Event-ID", "must be the id of an event")
    if (number := reader.number(header)) is not None:
        return number
    if header.isdigit():  # of who was an operator, or of an earlier release: told again rather than never
        return 0
    raise BadHeaderError("Last-Event-ID", "is no position that this call gave")


def _so_far(fleet: Fleet, reader: Reader, after: int | None) -> bytes:
    if after is None:
        return written_position(reader, fleet.event_number)
    told, number = written(news_after(fleet.id, after), reader, after=after)
    if number == after != fleet.event_number:  # all that came since is gone, or it was an event of another database
        told, number = written_gap(reader, after=after, number=fleet.event_number), fleet.event_number
    return told + written_position(reader, number)
