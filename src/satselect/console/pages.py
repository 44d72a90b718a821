"""Pages as answers, with what all of them show."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from satselect.application.access.rights import Right, may
from satselect.application.access.visibility import visible_fleets
from satselect.application.events.audiences import audience_of
from satselect.application.events.event_stream import Reader
from satselect.store.models import ElementSet, Fleet, User
from satselect.web.runtime import runtime

MOST_FLEETS = 50
"""So many are offered in the head of each page."""


def show(
    request: HttpRequest,
    template: str,
    user: User | None,
    fleet: Fleet | None = None,
    *,
    status: int = HTTPStatus.OK,
    **facts: Any,  # noqa: ANN401 - whatever the template names
) -> HttpResponse:
    """The page, with what its head needs to know."""
    fleets = list(visible_fleets(user).order_by("slug")[:MOST_FLEETS]) if user else []
    shared = {
        "viewer": user,
        "fleet": fleet,
        "fleets": fleets,
        "is_open": settings.SATSELECT_AUTH == "open",
        "now": timezone.now(),
        "has_map": bool(user and fleet) and ElementSet.objects.filter(satellite__fleet=fleet).exists(),
        "follows": _events(user, fleet) if user and fleet else "",
        **_rights(user),
    }
    return private(HttpResponse(render_to_string(template, shared | facts, request), status=status))


def show_part(
    request: HttpRequest, template: str, user: User, fleet: Fleet | None = None, **facts: object
) -> HttpResponse:
    """A part of a page, for htmx."""
    shared = {"viewer": user, "fleet": fleet, "is_part": True, **_rights(user)}
    return private(HttpResponse(render_to_string(template, shared | facts, request)))


def show_answer(
    request: HttpRequest,
    template: str,
    user: User,
    fleet: Fleet | None = None,
    **facts: Any,  # noqa: ANN401 - whatever the template names
) -> HttpResponse:
    """A part of a page that somebody asked for: where no script puts it into the page, a page of its own."""
    if request.headers.get("HX-Request"):
        return show_part(request, template, user, fleet, **facts)
    return show(request, "console/alone.html", user, fleet, part=template, **facts)


def _events(user: User, fleet: Fleet) -> str:
    """Where the events of the fleet after those that the page shows are."""
    reader = Reader(fleet.id, fleet.slug, audience_of(user), runtime().positions)
    position = reader.position(fleet.event_number)
    return f"{reverse('console:events', args=[fleet.slug])}?{urlencode({'after': position})}"


def private(response: HttpResponse) -> HttpResponse:
    """The response, kept by no cache: what it shows is for one user, and is old soon."""
    response["Cache-Control"] = "no-store"
    return response


def _rights(user: User | None) -> dict[str, bool]:
    rights = {
        "is_operator": Right.OPERATE,
        "may_submit": Right.SUBMIT,
        "may_report": Right.REPORT,
        "is_admin": Right.ADMINISTER,
    }
    return {name: user is not None and may(user, right) for name, right in rights.items()}
