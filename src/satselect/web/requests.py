"""What the routes take from a request: its body, its idempotency key, what identifies a repetition."""

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest
from pydantic import TypeAdapter

from satselect.engine.problem.errors import SatselectError
from satselect.schemas.planning.plans import read_any_tasks
from satselect.schemas.reading.json_reader import Json, read_json
from satselect.schemas.reading.validation import validate
from satselect.schemas.tasks import NewTask, read_tasks
from satselect.schemas.what_if import Question, read_question

Shape = TypeVar("Shape")

MOST_WAIT_S = 60.0
"""A request that waits keeps a thread, whatever the client prefers."""

_KEY = re.compile(r"[\x20-\x7e]{1,255}")
_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*([0-9]+)(?:$|[,;\s])")
_ASYNC = re.compile(r"(?:^|[,;\s])respond-async(?:$|[,;\s])")


class UnsupportedMediaError(SatselectError):
    """The body is in a format that the service does not read."""


class BadHeaderError(SatselectError):
    """A header has a value that it can't have.

    Attributes:
        header: its name.
    """

    def __init__(self, header: str, why: str) -> None:
        super().__init__(f"{header}: {why}")
        self.header = header


def tasks_of(request: HttpRequest) -> list[NewTask]:
    """The tasks in the body.

    Raises:
        UnsupportedMediaError: the body isn't said to be plain JSON.
        InputError: it isn't tasks.
    """
    _check_media(request)
    return read_tasks(request.body, settings.SATSELECT_LIMITS)


def fleet_tasks_of(request: HttpRequest) -> Sequence[NewTask]:
    """The same, where they may ask for an interval.

    Raises:
        UnsupportedMediaError: the body isn't said to be plain JSON.
        InputError: it isn't tasks.
    """
    _check_media(request)
    return read_any_tasks(request.body, settings.SATSELECT_LIMITS)


def question_of(request: HttpRequest) -> Question:
    """The what-if question in the body.

    Raises:
        UnsupportedMediaError: the body isn't said to be plain JSON.
        InputError: it isn't one.
    """
    _check_media(request)
    return read_question(request.body, settings.SATSELECT_LIMITS)


def document_of(request: HttpRequest) -> Json:
    """The body, whatever JSON it is.

    Raises:
        UnsupportedMediaError: the body isn't said to be plain JSON.
        InputError: it isn't JSON.
    """
    _check_media(request)
    return read_json(request.body, settings.SATSELECT_LIMITS)


def body_of(request: HttpRequest, shape: TypeAdapter[Shape]) -> Shape:
    """The body, of that shape.

    Raises:
        UnsupportedMediaError: the body isn't said to be plain JSON.
        InputError: it is something else.
    """
    return validate(shape, document_of(request))


def _check_media(request: HttpRequest) -> None:
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    # A few compressed bytes can swell to any size, past every limit on bodies.
    if encoding != "identity":
        raise UnsupportedMediaError(f"a body with Content-Encoding {encoding[:50]!r} is not read; send it as it is")
    charset = (request.content_params or {}).get("charset", "utf-8")
    # Where no key is needed this keeps out pages of other origins, too: browsers ask before they send JSON for them.
    if request.content_type != "application/json" or charset.lower() not in {"utf-8", "utf8"}:
        raise UnsupportedMediaError("the Content-Type must be application/json, in UTF-8")


def idempotency_key_of(request: HttpRequest) -> str | None:
    """The key that makes the request safe to repeat.

    Raises:
        BadHeaderError: it is empty, too long, or not printable ASCII.
    """
    key = request.headers.get("Idempotency-Key")
    if key is not None and (not _KEY.fullmatch(key) or not key.strip()):
        raise BadHeaderError("Idempotency-Key", "must be 1 to 255 printable ASCII characters")
    return key


def wait_of(request: HttpRequest) -> float | None:
    """How many seconds to wait for the answer, as the client prefers (RFC 7240); None if that is not said."""
    preferences = request.headers.get("Prefer", "").lower()
    wait = _WAIT.search(preferences)
    if wait:
        return min(float(wait[1]), MOST_WAIT_S)
    return 0.0 if prefers_async(request) else None


def prefers_async(request: HttpRequest) -> bool:
    """Whether the client would rather not wait (RFC 7240)."""
    return _ASYNC.search(request.headers.get("Prefer", "").lower()) is not None


def place_of(request: HttpRequest) -> str:
    """Where a submission goes: the same tasks, sent elsewhere, are another one."""
    return f"{request.method} {request.path.rstrip('/')}"


def digest_of(request: HttpRequest) -> str:
    """By what earlier releases knew a repetition: the bytes that were sent."""
    return sha256(f"{request.method} {request.path.rstrip('/')}\n".encode() + request.body).hexdigest()
