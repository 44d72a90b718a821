"""Pages as answers, with what all of them show."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from satselect.scheduling.visible import EXECUTORS, OPERATORS, SUBMITTERS, visible_fleets
from satselect.store.models import Fleet, Role, User

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
        **_rights(user),
    }
    return private(HttpResponse(render_to_string(template, shared | facts, request), status=status))


def show_part(
    request: HttpRequest, template: str, user: User, fleet: Fleet | None = None, **facts: object
) -> HttpResponse:
    """A part of a page, for htmx."""
    shared = {"viewer": user, "fleet": fleet, **_rights(user)}
    return private(HttpResponse(render_to_string(template, shared | facts, request)))


def private(response: HttpResponse) -> HttpResponse:
    """The response, kept by no cache: what it shows is for who asked, and is old soon."""
    response["Cache-Control"] = "no-store"
    return response


def _rights(user: User | None) -> dict[str, bool]:
    role = user and user.role
    return {
        "is_operator": role in OPERATORS,
        "may_submit": role in SUBMITTERS,
        "may_report": role in EXECUTORS,
        "is_admin": role == Role.ADMIN,
    }
