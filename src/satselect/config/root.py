"""What is at the root of the host: pages for people, the landing page of the tasking API for programs."""

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from satselect.console.views.home import home
from satselect.stapi.landing import landing, wants_landing


@csrf_exempt  # it changes nothing: whoever asks for more is told that (405), not that a token is missing
@require_safe
def root(request: HttpRequest) -> HttpResponseBase:
    """One of the two, by what is asked for."""
    response = landing(request) if wants_landing(request) else home(request)
    # Caches on the way must not give a browser what a program got.
    patch_vary_headers(response, ["Accept"])
    return response
