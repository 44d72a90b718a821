"""What happens, as it happens: server-sent events."""

import re
from typing import Annotated

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from satselect.api.callers import caller_of, key_letters_of
from satselect.api.documentation import EVENTS
from satselect.api.requests import BadHeaderError
from satselect.scheduling.events.audiences import Audience
from satselect.scheduling.events.feed import FEED
from satselect.scheduling.events.handover import answer_with, event_response
from satselect.scheduling.events.news import news_after, written, written_gap, written_position
from satselect.scheduling.events.rights import listener_of
from satselect.scheduling.visible import EVERYONE
from satselect.schemas.labels import Label
from satselect.store.defaults import DEFAULT_FLEET
from satselect.store.models import Fleet

router = Router(tags=["events"])

_NUMBER = re.compile(r"[0-9]{1,18}")


class Following(Schema):
    """What to be told."""

    fleet: Label = DEFAULT_FLEET
    after: Annotated[int, Field(ge=0, lt=10**18)] | None = Field(
        default=None, description="the number of the last event that is known; by default the newest one"
    )
    follow: bool = Field(default=True, description="false: the answer ends with what has happened so far")


@router.get("/api/v1/events", openapi_extra=EVENTS)
def get_events(request: HttpRequest, wanted: Query[Following]) -> HttpResponse:
    """Tells of iterations and of changes of tasks as they happen, and of those after a given one."""
    listener = listener_of(caller_of(request, *EVERYONE), key=key_letters_of(request))
    fleet = get_object_or_404(Fleet, slug=wanted.fleet)
    if not listener.audience.may_follow(fleet.id):
        raise Http404
    after = _last_event_id(request, wanted.after)
    if not wanted.follow:
        return event_response(_so_far(fleet, listener.audience, after))
    return answer_with(request, lambda: FEED.follow(fleet, listener, after=after, most=settings.SATSELECT_MAX_STREAMS))


def _last_event_id(request: HttpRequest, after: int | None) -> int | None:
    """Where to resume: what a client that reconnects says goes before what it asked at first."""
    header = request.headers.get("Last-Event-ID")
    if header is None:
        return after
    if not _NUMBER.fullmatch(header):
        raise BadHeaderError("Last-Event-ID", "must be the number of an event")
    return int(header)


def _so_far(fleet: Fleet, audience: Audience, after: int | None) -> bytes:
    if after is None:
        return written_position(fleet.event_number)
    told, number = written(news_after(fleet.id, after), audience, fleet=fleet.slug, after=after)
    if number == after != fleet.event_number:  # all that came since is gone, or it was an event of another database
        told, number = written_gap(fleet.slug, after=after, number=fleet.event_number), fleet.event_number
    return told + written_position(number)
