"""One's own API keys, and one's own password."""

from datetime import timedelta
from http import HTTPStatus
from math import ceil
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from satselect.application.access.keys import KeyWish, create_key, revoke_key
from satselect.application.access.passwords import set_password
from satselect.application.access.rights import Right
from satselect.application.act import Act
from satselect.application.errors import BadPasswordError, ConflictError, TooOftenError, UnknownKeyError
from satselect.console.pages import show
from satselect.console.people import page
from satselect.schemas.administration.keys import NEW_KEY
from satselect.schemas.reading.faults import InvalidError
from satselect.schemas.reading.json_reader import Json
from satselect.schemas.reading.validation import validate
from satselect.store.models import User

LIFETIMES = (("", "never"), ("30", "in 30 days"), ("90", "in 90 days"), ("365", "in a year"))


@require_http_methods(["GET", "HEAD", "POST"])
@page(Right.READ)
def show_keys(request: HttpRequest, user: User) -> HttpResponse:
    """The keys; a new one is shown this once."""
    if request.method != "POST":
        return _shown(request, user)
    days = request.POST.get("days", "")
    given: dict[str, Json] = {"name": request.POST.get("name", "").strip() or None}
    try:
        wanted = validate(NEW_KEY, given)
    except InvalidError as error:
        return _shown(request, user, key_fault=error.faults[0].detail)
    now = timezone.now()
    # Only what the form offers: other lifetimes are for programs.
    expires = now + timedelta(days=int(days)) if days in dict(LIFETIMES) and days else None
    try:
        _, made = create_key(user, KeyWish(name=wanted.name or "", expires=expires), Act(user, now))
    except ConflictError as error:
        return _shown(request, user, key_fault=str(error))
    return _shown(request, user, made=made)


@require_POST
@page(Right.READ)
def revoke(request: HttpRequest, user: User, visible: str) -> HttpResponse:
    """Ends a key now."""
    try:
        revoke_key(user, visible, Act(user, timezone.now()))
    except UnknownKeyError as error:
        return _shown(request, user, key_fault=str(error))
    return redirect("console:keys")


@require_POST
@sensitive_post_parameters("old", "new")
@page(Right.READ)
def change_password(request: HttpRequest, user: User) -> HttpResponse:
    """Gives oneself another password, if the old one is known; one's other sessions end."""
    try:
        # Asked as at the sign-in, where those who guess are counted.
        if authenticate(request, username=user.username, password=request.POST.get("old", "")) is None:
            return _shown(request, user, password_fault="The old password is another one.")  # noqa: S106 - not one
        set_password(user, request.POST.get("new", ""), Act(user, timezone.now()))
    except BadPasswordError as error:
        return _shown(request, user, password_fault=str(error))
    except TooOftenError as error:
        refused = _shown(request, user, password_fault=str(error))
        refused.status_code, refused["Retry-After"] = HTTPStatus.TOO_MANY_REQUESTS, str(ceil(error.wait_s))
        return refused
    update_session_auth_hash(request, user)  # else the own session would end as well
    return _shown(request, user, note="Your password was changed.")


def _shown(request: HttpRequest, user: User, **facts: Any) -> HttpResponse:  # noqa: ANN401 - whatever the page shows
    is_wrong = "key_fault" in facts or "password_fault" in facts
    return show(
        request,
        "console/keys.html",
        user,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK,
        keys=user.keys.order_by("-id"),
        now=timezone.now(),
        lifetimes=LIFETIMES,
        has_password=settings.SATSELECT_AUTH != "open" and user.has_usable_password(),
        **facts,
    )
