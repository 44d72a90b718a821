"""What happens to a fleet, told to the pages that show it: server-sent events, for who has signed in."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

from satselect.console.people import fleet_of, page
from satselect.scheduling.errors import BusyError, TooManyStreamsError
from satselect.scheduling.events.feed import FEED
from satselect.scheduling.events.handover import NoStreamsError, answer_with
from satselect.scheduling.events.news import Reader
from satselect.scheduling.events.rights import listener_of
from satselect.scheduling.visible import EVERYONE
from satselect.store.models import User

_LONGEST = 43
"""A position is no longer."""


@page(*EVERYONE)
def follow(request: HttpRequest, user: User, slug: str) -> HttpResponse:
    """The events after the one that the page knows. Where there can't be a stream, pages look again now and then."""
    fleet, listener = fleet_of(user, slug), listener_of(user)
    if not listener.audience.may_follow(fleet.id):
        raise Http404
    last = request.headers.get("Last-Event-ID", "")
    reader = Reader(fleet.id, fleet.slug, listener.audience)
    asked = (reader.number(text) for text in (last, request.GET.get("after", "")) if len(text) <= _LONGEST)
    after = next((number for number in asked if number is not None), None)
    try:
        return answer_with(
            request, lambda: FEED.follow(fleet, listener, after=after, most=settings.SATSELECT_MAX_STREAMS)
        )
    except (BusyError, TooManyStreamsError, NoStreamsError):
        return HttpResponse(status=204)  # which tells browsers not to try again
