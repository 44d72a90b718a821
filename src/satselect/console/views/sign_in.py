"""Coming and going."""

from http import HTTPStatus

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from satselect.application.errors import TooOftenError
from satselect.console.pages import show

_SAFE_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


@_SAFE_AND_POST
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Opens a session for visitors who know a user's password. Where everyone is the local operator, nobody has to."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    # "//host" begins with a slash, too, and leads away from here.
    is_here = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    there = HttpResponseRedirect(wanted if is_here else "/")
    if settings.SATSELECT_AUTH == "open":
        return there
    name, fault, status = request.POST.get("name", ""), "", HTTPStatus.OK
    if request.method == "POST":
        try:
            user = authenticate(request, username=name, password=request.POST.get("password", ""))
        except TooOftenError as error:
            fault, status = str(error), HTTPStatus.TOO_MANY_REQUESTS
        else:
            if user is not None:
                login(request, user)
                return there
            fault, status = "No user has this name and password.", HTTPStatus.UNPROCESSABLE_ENTITY
    return show(request, "console/sign_in.html", None, status=status, next=there.url, name=name, fault=fault)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session."""
    logout(request)
    return redirect("console:sign_in")
