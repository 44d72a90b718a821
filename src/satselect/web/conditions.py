"""Conditional requests (RFC 9110): the tags of what is answered, and the changes that are made only if one still holds.

What a tag says is rendered for who asks, so it tells them nothing that the answer doesn't.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel

from satselect.application.conditions import Condition, always
from satselect.application.errors import ChangedError
from satselect.schemas.fields.entity_tags import digest_of, is_as_seen, is_known, tag_of
from satselect.web.edges import is_strict

Shape = TypeVar("Shape", bound=BaseModel)

# One address answers each reader something else, so nobody but that reader may keep it.
_REVALIDATED = {"Cache-Control": "private, no-cache", "Vary": "Authorization, authorizationToken"}


def tagged(request: HttpRequest, answer: Shape) -> Shape:
    """The answer, which is sent with its tag."""
    request.entity_tag = tag_of(answer)  # type: ignore[attr-defined]
    return answer


def condition_of(request: HttpRequest, render: Callable[[], BaseModel]) -> Condition:
    """What the request demands of the thing that it changes.

    Args:
        request: with `If-Match`, `If-None-Match`, both or none.
        render: shows the thing to who asks, as it is when that is called.
    """
    if not _demands(request):
        return always
    return lambda: _check(request, tag_of(render()))


def refuse_conditions(request: HttpRequest) -> None:
    """For calls that make something new: there is nothing yet that could be as it was seen.

    Raises:
        ChangedError: the request demands that.
    """
    if request.headers.get("If-Match", "*").strip() != "*":
        raise ChangedError("this call makes something new, which no tag can match")


def with_tag(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer with its tag, or, to a client that has it already, the news that it is the same.

    Raises:
        ChangedError: the request demands another one.
    """
    tag = getattr(request, "entity_tag", None)
    if request.method != "GET":
        if tag:
            response["ETag"] = tag
        return response
    if response.status_code != HTTPStatus.OK or not is_strict(request):
        return response
    # Lists have no tag of their own: that of all that is answered, for this reader.
    tag = tag or _tag_of_bytes(response.content)
    # In this order (RFC 9110, section 13.2.2).
    if (if_match := request.headers.get("If-Match")) is not None and not is_as_seen(if_match, tag):
        raise ChangedError("it is not, or no longer, what If-Match names")
    if (if_none_match := request.headers.get("If-None-Match")) is not None and is_known(if_none_match, tag):
        response = HttpResponse(status=HTTPStatus.NOT_MODIFIED)
        del response["Content-Type"]  # there is no body for it to be about
    for name, value in {"ETag": tag, **_REVALIDATED}.items():
        response[name] = value
    return response


def _demands(request: HttpRequest) -> bool:
    return "If-Match" in request.headers or "If-None-Match" in request.headers


def _check(request: HttpRequest, tag: str) -> None:
    if_match, if_none_match = request.headers.get("If-Match"), request.headers.get("If-None-Match")
    if if_match is not None and not is_as_seen(if_match, tag):
        raise ChangedError("it is not, or no longer, what If-Match names; nothing was done")
    if if_match is None and if_none_match is not None and is_known(if_none_match, tag):
        raise ChangedError("it is what If-None-Match names; nothing was done")


def _tag_of_bytes(content: bytes) -> str:
    return f'"{digest_of(content.decode())}"'
