"""What happens to a fleet, told to the pages that show it: server-sent events, for signed-in users."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from satselect.application.access.rights import Right
from satselect.application.errors import BusyError, TooManyStreamsError
from satselect.application.events.event_stream import Reader
from satselect.application.events.listeners import listener_of
from satselect.console.people import fleet_of, page
from satselect.store.models import User
from satselect.web.runtime import runtime
from satselect.web.streams import NoStreamsError, answer_with

_LONGEST = 43
"""A position is no longer."""


@page(Right.READ)
def follow(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """The events after the one that the page knows. Where there can't be a stream, pages look again now and then."""
    fleet, listener = fleet_of(user, slug), listener_of(user)
    if not listener.audience.may_follow(fleet.id):
        raise Http404
    last = request.headers.get("Last-Event-ID", "")
    reader = Reader(fleet.id, fleet.slug, listener.audience, runtime().positions)
    # What a browser says when it comes back is later than what its page was made with.
    asked = (reader.number(text) for text in (last, request.GET.get("after", "")) if len(text) <= _LONGEST)
    after = next((number for number in asked if number is not None), None)
    try:
        return answer_with(
            request, lambda: runtime().feed.follow(fleet, listener, after=after, most=settings.SATSELECT_MAX_STREAMS)
        )
    except (BusyError, TooManyStreamsError, NoStreamsError):
        return HttpResponse(status=204)  # which tells browsers not to try again
