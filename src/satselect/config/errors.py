"""Errors: a page for browsers, a problem document for programs."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

import satselect.web.problems
from satselect.console.errors import error_page, failure
from satselect.web.problems import wants_page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    if wants_page(request):
        return error_page(request, HTTPStatus.BAD_REQUEST)
    return satselect.web.problems.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    if wants_page(request):
        return error_page(request, HTTPStatus.FORBIDDEN)
    return satselect.web.problems.permission_denied(request, exception)


def csrf_failed(request: HttpRequest, reason: str) -> HttpResponse:
    """What is answered to a form that did not come from our pages."""
    return error_page(request, HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    if wants_page(request):
        return error_page(request, HTTPStatus.NOT_FOUND)
    return satselect.web.problems.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500. Django has logged the error already."""
    return failure(request) if wants_page(request) else satselect.web.problems.server_error(request)
