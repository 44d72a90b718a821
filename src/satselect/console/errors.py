"""The page for what isn't there, or isn't the user's to see."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from satselect.console.pages import private, show
from satselect.console.people import viewer

_WORDS = {
    HTTPStatus.BAD_REQUEST: "This request can't be read.",
    HTTPStatus.FORBIDDEN: "This is not for your role, or the page was open for too long: reload it and try again.",
    HTTPStatus.TOO_MANY_REQUESTS: "These were too many requests within a minute: wait a moment and reload the page.",
    HTTPStatus.NOT_FOUND: "There is nothing here, or nothing that you may see.",
}


def error_page(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    """The page for an error that the person can do something about."""
    return show(
        request, "console/error.html", viewer(request), status=status, phrase=status.phrase, words=_WORDS[status]
    )


def failure(request: HttpRequest) -> HttpResponse:
    """The page for one that they can't; it needs neither database nor template."""
    text = "<!doctype html><title>Failed</title><h1>That failed</h1><p>It was our fault. Nothing was changed half.</p>"
    # Pages come from here too after a form was sent, and then the browser's way back asks to send it again.
    way_back = f'<p><a href="{reverse("console:home")}">Back to the start</a></p>'
    return private(HttpResponse(text + way_back, status=HTTPStatus.INTERNAL_SERVER_ERROR))
