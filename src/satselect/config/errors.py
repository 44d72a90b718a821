"""Errors, as a page for who looks and as a problem document for who calls."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

import satselect.api.errors
from satselect.api.errors import wants_page
from satselect.console.errors import error_page, failure


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    if wants_page(request):
        return error_page(request, HTTPStatus.BAD_REQUEST)
    return satselect.api.errors.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    if wants_page(request):
        return error_page(request, HTTPStatus.FORBIDDEN)
    return satselect.api.errors.permission_denied(request, exception)


def csrf_failed(request: HttpRequest, reason: str) -> HttpResponse:
    """What is answered to a form that did not come from our pages."""
    return error_page(request, HTTPStatus.FORBIDDEN)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    if wants_page(request):
        return error_page(request, HTTPStatus.NOT_FOUND)
    return satselect.api.errors.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500. Django has logged the error already."""
    return failure(request) if wants_page(request) else satselect.api.errors.server_error(request)
