"""Every error as an answer (RFC 9457), from one table. No other module knows their HTTP codes."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from math import ceil
from typing import Any
from urllib.parse import quote

import ninja.errors
from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI

from satselect.application.errors import (
    AskedTooMuchError,
    BusyError,
    ChangedError,
    ConflictError,
    GoneError,
    KeyReusedError,
    MissingError,
    NoOrbitsError,
    QuotaError,
    StaleError,
    TooManySearchesError,
    TooManyStreamsError,
    TooOftenError,
)
from satselect.schemas.problems import Problem, ProblemPlace
from satselect.schemas.reading.faults import InputError, InvalidError, MalformedError, TooLargeError
from satselect.schemas.reading.wording import first_of
from satselect.web.edges import is_for_machines
from satselect.web.framework.parameters import ParameterError
from satselect.web.requests import BadHeaderError, UnsupportedMediaError
from satselect.web.storage_words import is_for_operators, lacks_tables, words_of
from satselect.web.streams import NoStreamsError

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 1
_MOST_CHARACTERS = 300
"""Of an address that is told."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of error, as clients tell them apart."""

    slug: str
    status: HTTPStatus
    says_why: bool = True


UNEXPECTED = Kind("internal-error", HTTPStatus.INTERNAL_SERVER_ERROR, says_why=False)
UNAUTHENTICATED = Kind("unauthenticated", HTTPStatus.UNAUTHORIZED, says_why=False)
TOO_OFTEN = Kind("too-often", HTTPStatus.TOO_MANY_REQUESTS)
TOO_MANY_SEARCHES = Kind("too-many-searches", HTTPStatus.TOO_MANY_REQUESTS)
ASKED_TOO_MUCH = Kind("too-many-questions", HTTPStatus.TOO_MANY_REQUESTS)
TOO_MANY_STREAMS = Kind("too-many-streams", HTTPStatus.TOO_MANY_REQUESTS)
BUSY = Kind("busy", HTTPStatus.SERVICE_UNAVAILABLE, says_why=False)

KINDS: dict[type[Exception], Kind] = {
    MalformedError: Kind("malformed-json", HTTPStatus.BAD_REQUEST),
    BadHeaderError: Kind("bad-header", HTTPStatus.BAD_REQUEST),
    BadRequest: Kind("bad-request", HTTPStatus.BAD_REQUEST, says_why=False),
    MultiPartParserError: Kind("bad-request", HTTPStatus.BAD_REQUEST, says_why=False),
    SuspiciousOperation: Kind("bad-request", HTTPStatus.BAD_REQUEST, says_why=False),
    ninja.errors.AuthenticationError: UNAUTHENTICATED,
    PermissionDenied: Kind("forbidden", HTTPStatus.FORBIDDEN, says_why=False),
    Http404: Kind("not-found", HTTPStatus.NOT_FOUND, says_why=False),
    MissingError: Kind("not-found", HTTPStatus.NOT_FOUND),
    GoneError: Kind("not-found", HTTPStatus.NOT_FOUND),
    TooLargeError: Kind("too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    RequestDataTooBig: Kind("too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, says_why=False),
    UnsupportedMediaError: Kind("unsupported-media-type", HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    InvalidError: Kind("invalid-input", HTTPStatus.UNPROCESSABLE_ENTITY),
    ParameterError: Kind("invalid-parameter", HTTPStatus.UNPROCESSABLE_ENTITY),
    ninja.errors.ValidationError: Kind("invalid-parameter", HTTPStatus.UNPROCESSABLE_ENTITY, says_why=False),
    ConflictError: Kind("conflict", HTTPStatus.CONFLICT),
    ChangedError: Kind("precondition-failed", HTTPStatus.PRECONDITION_FAILED),
    AskedTooMuchError: ASKED_TOO_MUCH,
    TooManySearchesError: TOO_MANY_SEARCHES,
    QuotaError: Kind("quota-exceeded", HTTPStatus.CONFLICT),
    TooOftenError: TOO_OFTEN,
    KeyReusedError: Kind("idempotency-key-reused", HTTPStatus.UNPROCESSABLE_ENTITY),
    TooManyStreamsError: TOO_MANY_STREAMS,
    NoStreamsError: Kind("no-streams", HTTPStatus.NOT_IMPLEMENTED),
    NoOrbitsError: Kind("no-orbits", HTTPStatus.NOT_IMPLEMENTED),
    BusyError: BUSY,
    StaleError: BUSY,
    OperationalError: BUSY,
    InterfaceError: BUSY,
    Exception: UNEXPECTED,
}


_SAID: dict[HTTPStatus, str] = {
    HTTPStatus.BAD_REQUEST: "the request is malformed",
    HTTPStatus.UNAUTHORIZED: "a valid key of a user is needed: Authorization: Bearer KEY",
    HTTPStatus.FORBIDDEN: "that is not for you to do",
    HTTPStatus.METHOD_NOT_ALLOWED: "this address does not take this method",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "the body is too large",
    HTTPStatus.INTERNAL_SERVER_ERROR: "something went wrong that is none of the request's doing",
    HTTPStatus.SERVICE_UNAVAILABLE: "not possible just now; try again",
}
"""What is said where an error has no words of its own for clients."""


def said_of(status: HTTPStatus) -> str:
    """Words for a status."""
    return _SAID.get(status, status.description or status.phrase)


def answer(request: HttpRequest, error: Exception) -> HttpResponse:
    """The answer to an error, whichever it is."""
    # Django calls it an error of the program that a table is missing; here it is the operator's to mend, and 503.
    # Else the nearest of the error's classes counts; `Exception`, the last of all, is there for any.
    kind = BUSY if lacks_tables(error) else next(KINDS[base] for base in type(error).__mro__ if base in KINDS)
    if kind is UNEXPECTED:
        log.error("request.failed", extra={"path": request.path}, exc_info=error)
    elif kind is BUSY:
        level = logging.ERROR if is_for_operators(error) else logging.WARNING
        log.log(level, "request.refused: %s", error, extra={"path": request.path})
    response = problem(kind.slug, kind.status, detail=_detail(request, error, kind), places=_places(error))
    if kind in (BUSY, TOO_MANY_STREAMS, ASKED_TOO_MUCH, TOO_MANY_SEARCHES):
        response["Retry-After"] = str(RETRY_AFTER_S)
    if isinstance(error, TooOftenError):
        response["Retry-After"] = str(ceil(error.wait_s))
    if kind is UNAUTHENTICATED:
        response["WWW-Authenticate"] = 'Bearer realm="satselect"'
    return response


def problem(slug: str, status: int, *, detail: str, places: list[ProblemPlace] | None = None) -> HttpResponse:
    """A problem document."""
    phrase = HTTPStatus(status).phrase
    body = Problem(
        type=f"urn:satselect:problem:{slug}", title=phrase, status=status, detail=detail, errors=places or []
    )
    # In ASCII: what a client sent may hold half of a surrogate pair, which JSON can say and UTF-8 can't.
    return HttpResponse(
        body.model_dump_json(exclude_none=True, ensure_ascii=True), status=status, content_type=MEDIA_TYPE
    )


def too_large(limit_bytes: int) -> HttpResponse:
    """The answer to a body over the limit, where that is noticed before a request exists."""
    kind = KINDS[TooLargeError]
    return problem(kind.slug, kind.status, detail=str(TooLargeError(limit_bytes)))


def overloaded() -> HttpResponse:
    """The answer to a request that there is no room for."""
    response = problem(BUSY.slug, BUSY.status, detail="too many requests are being worked on; try again")
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def no_room() -> HttpResponse:
    """The answer to a body that there is no room for."""
    response = problem(BUSY.slug, BUSY.status, detail="too many large bodies are being read; try again")
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def no_database(error: Exception) -> HttpResponse:
    """The answer where the database could not be asked whose key it is."""
    log.warning("request.refused: %s", error)
    response = problem(BUSY.slug, BUSY.status, detail=said_of(BUSY.status))
    response["Retry-After"] = str(RETRY_AFTER_S)
    return response


def too_slow() -> HttpResponse:
    """The answer to a body that did not come in time."""
    return problem("too-slow", HTTPStatus.REQUEST_TIMEOUT, detail="the body did not come in time")


def framed_twice() -> HttpResponse:
    """The answer to a body whose end is told in two ways."""
    detail = "Content-Length and Transfer-Encoding can't be sent together"
    return problem("bad-request", HTTPStatus.BAD_REQUEST, detail=detail)


def register(api: NinjaAPI) -> None:
    """Makes the API answer every error from the table."""

    def handle(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
        return answer(request, error if isinstance(error, Exception) else error())

    for kind in KINDS:
        api.add_exception_handler(kind, handle)


def _detail(request: HttpRequest, error: Exception, kind: Kind) -> str:
    if isinstance(error, Http404):
        return f"there is nothing at {request.path[:_MOST_CHARACTERS]!r}"
    if isinstance(error, InputError):
        return first_of(str(error.faults[0]), error.count)
    if isinstance(error, ninja.errors.ValidationError):
        first = error.errors[0]
        return first_of(f"{_parameter(first)!r} {first['msg']}", len(error.errors))
    if kind.says_why:
        return str(error)
    words = words_of(error) if kind is BUSY else None
    return words or said_of(kind.status)


def _places(error: Exception) -> list[ProblemPlace]:
    if isinstance(error, InputError):
        # RFC 9457 writes a pointer as the fragment of a URI.
        return [
            ProblemPlace(detail=fault.detail, pointer="#" + quote(fault.pointer, safe="/~", errors="surrogatepass"))
            for fault in error.faults
        ]
    if isinstance(error, BadHeaderError):
        return [ProblemPlace(detail=str(error), header=error.header)]
    if isinstance(error, ParameterError):
        return [ProblemPlace(detail=f"{name!r} {why}", parameter=name) for name, why in error.faults.items()]
    if isinstance(error, ninja.errors.ValidationError):
        return [
            ProblemPlace(detail=f"{_parameter(line)!r} {line['msg']}", parameter=_parameter(line))
            for line in error.errors
        ]
    return []


def _parameter(line: dict[str, Any]) -> str:
    """The name of the parameter, without the places in what it holds several times."""
    return [part for part in line["loc"] if isinstance(part, str)][-1]


_OUTSIDE = TooOftenError, AskedTooMuchError, BusyError


class ProblemResponses:
    """Turns the error pages that the framework makes itself, as for a wrong method, into problem documents."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The problem document, for those who are refused outside of the API, as at the sign-in of a page."""
        return answer(request, exception) if isinstance(exception, _OUTSIDE) else None

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response, or the problem document in its place."""
        response = self._get_response(request)
        is_fine = response.status_code < HTTPStatus.BAD_REQUEST or response["Content-Type"] == MEDIA_TYPE
        if is_fine or wants_page(request):
            return response
        status = HTTPStatus(response.status_code)
        replaced = problem(status.phrase.lower().replace(" ", "-"), status, detail=_said_with(status, response))
        if "Allow" in response:
            replaced["Allow"] = ", ".join(sorted(response["Allow"].split(", ")))
        return replaced


def _said_with(status: HTTPStatus, response: HttpResponseBase) -> str:
    if status is HTTPStatus.METHOD_NOT_ALLOWED and response.get("Allow"):
        return f"this address takes {', '.join(sorted(response['Allow'].split(', ')))}"
    return said_of(status)


def wants_page(request: HttpRequest) -> bool:
    """Whether it is a person with a browser, or a part of the page that they look at."""
    if is_for_machines(request):
        return False
    return "text/html" in request.headers.get("Accept", "") or "HX-Request" in request.headers


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    return answer(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler403."""
    return answer(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    return answer(request, Http404())


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500. Django has logged the error already."""
    return problem(UNEXPECTED.slug, UNEXPECTED.status, detail=said_of(UNEXPECTED.status))
