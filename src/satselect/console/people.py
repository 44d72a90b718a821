"""Who looks at a page, and which right a page asks for. With AUTH=open everyone is the local operator."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from satselect.application.access.rights import Right, may
from satselect.application.access.visibility import visible_fleets
from satselect.application.errors import GoneError, UnknownFleetError
from satselect.store.defaults import LOCAL
from satselect.store.models import Fleet, User

Given = ParamSpec("Given")
View = Callable[Concatenate[HttpRequest, User, Given], HttpResponseBase]
Guarded = Callable[Concatenate[HttpRequest, Given], HttpResponseBase]


def page(right: Right) -> Callable[[View[Given]], Guarded[Given]]:
    """Makes a view that gets the user who looks, if they have this right, and sends strangers to sign in."""

    def with_user(view: View[Given]) -> Guarded[Given]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponseBase:
            user = viewer(request)
            if user is None:
                return _to_sign_in(request)
            if not may(user, right):
                raise PermissionDenied
            try:
                return view(request, user, *args, **kwargs)
            # Gone since the page was sent that led here: to whoever looks it is not there.
            except (GoneError, UnknownFleetError) as error:
                raise Http404 from error

        return guarded

    return with_user


def viewer(request: HttpRequest) -> User | None:
    """Who looks; None for somebody who has not signed in."""
    if settings.SATSELECT_AUTH == "open":
        return User.objects.select_related("account").get(username=LOCAL)
    user = getattr(request, "user", None)  # a request that is refused before it is looked at has none
    return user if isinstance(user, User) else None


def fleet_of(user: User, slug: str) -> Fleet:
    """The fleet, if the user has to do with it; otherwise it is not found."""
    return get_object_or_404(visible_fleets(user), slug=slug)


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request"):
        # A part of a page: the whole page goes to sign in, and comes back to where it was.
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    return redirect(f"{reverse('console:sign_in')}?{urlencode({'next': request.get_full_path()})}")
