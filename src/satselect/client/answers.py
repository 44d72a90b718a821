"""What came back: read whole, or told to be something else than an answer."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from satselect.client.errors import BadAnswerError
from satselect.client.given import shown
from satselect.schemas.fields.entity_tags import Tagged
from satselect.schemas.problems import Problem

Shape = TypeVar("Shape", bound=BaseModel)

MOST_BYTES = 256 * 1024 * 1024
"""An answer about the largest batch has some ten of them."""
_MOST_WORDS = 120
_LOOKED_AT = 4 * 1024  # bytes: the first line of an answer may be all of it


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that arrived whole.

    Attributes:
        host: who answered.
        status_code: its status.
        headers: its fields, whose names are read without regard to case.
        content: the body, as it was before it was compressed.
    """

    host: str
    status_code: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def is_success(self) -> bool:
        """Whether what was asked for was done."""
        return HTTPStatus.OK <= self.status_code < HTTPStatus.MULTIPLE_CHOICES


class CutOffError(Exception):
    """An answer began and did not end."""


def read_answer(response: httpx.Response, within_s: float, *, key: str = "") -> Answer:
    """The answer whose head is there; the rest has so many seconds. The key doesn't come back in it.

    Raises:
        CutOffError: it did not arrive whole.
        BadAnswerError: it is endless, or can't be decompressed.
    """
    # The time is for all of it: that of the connection is for each read, and a byte now and then would go on for ever.
    parts, size, until, why = [], 0, time.monotonic() + within_s, ""
    try:
        for chunk in response.iter_bytes():
            parts.append(chunk)
            size += len(chunk)
            if size > MOST_BYTES or time.monotonic() > until:
                break
        else:
            return _answer(response, parts, key)
    except httpx.DecodingError:
        if not response.is_success:  # its status says enough
            return _answer(response, [], key)
        raise bad_answer(_answer(response, [], key), "with a body that can't be decompressed") from None
    except httpx.TransportError as error:
        why = str(error)
    finally:
        response.close()
    answer = _answer(response, parts, key)
    if size > MOST_BYTES:
        raise bad_answer(answer, f"with more than {MOST_BYTES} bytes")
    cut = f"and was cut off, {why or f'not whole after {within_s:g} s'}"
    raise CutOffError(f"{_begin(answer)} {cut}{_quoted(answer)}")


def head_of(response: httpx.Response) -> Answer:
    """The answer as it begins, before its body is read."""
    return Answer(response.url.host, response.status_code, response.headers, b"")


def _answer(response: httpx.Response, parts: list[bytes], key: str) -> Answer:
    content, headers = b"".join(parts), response.headers
    # Who answers with what was asked would have the key shown, or written into a log.
    if key:
        content = content.replace(key.encode(), b"[key]")
        headers = httpx.Headers([(name, value.replace(key, "[key]")) for name, value in headers.multi_items()])
    return Answer(response.url.host, response.status_code, headers, content)


def read_shape(shape: type[Shape], answer: Answer) -> Shape:
    """The answer as this shape, which knows the tag that it came with.

    Raises:
        BadAnswerError: it is something else.
    """
    try:
        read = shape.model_validate_json(answer.content)
    except ValidationError as error:
        fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = "".join(f"/{part}" for part in fault["loc"])
        why = f"with what is no {shape.__name__}: {f'{place}: ' if place else ''}{fault['msg']}"
        raise bad_answer(answer, why) from None
    if isinstance(read, Tagged):
        read.__dict__["etag"] = answer.headers.get("ETag")  # where its property keeps it
    return read


def problem_of(answer: Answer) -> Problem:
    """What the service says is wrong, or what somebody in between answered.

    Raises:
        BadAnswerError: it only points elsewhere. Nobody follows: the key goes to no address but the one given.
    """
    if answer.status_code < HTTPStatus.BAD_REQUEST:
        raise bad_answer(answer, f"and points to {_line(shown(answer.headers.get('Location', 'nowhere')))}")
    try:
        problem = Problem.model_validate_json(answer.content)
    except ValidationError:  # not from the service: a proxy's page, say
        detail = f"{_begin(answer)}{_quoted(answer)}"
        return Problem(type="about:blank", title=_phrase(answer), status=answer.status_code, detail=detail)
    return problem.model_copy(update={"status": answer.status_code})


def bad_answer(answer: Answer, why: str) -> BadAnswerError:
    """The error that says what came back, and why it is no answer."""
    words = f"{_begin(answer)} {why}{_quoted(answer)}"
    return BadAnswerError(words, status=answer.status_code, first_line=first_line(answer.content))


def first_line(content: bytes) -> str:
    """The first line that says something, so far as a terminal may show it."""
    lines = content[:_LOOKED_AT].decode(errors="replace").splitlines()
    return next((line for line in map(_line, lines) if line), "")


def _quoted(answer: Answer) -> str:
    line = first_line(answer.content)
    return f": {line!r}" if line else " (no body)"


def _line(text: str) -> str:
    """What can be printed of the text, in one line."""
    return "".join(filter(str.isprintable, text)).strip()[:_MOST_WORDS]


def _begin(answer: Answer) -> str:
    return f"{answer.host} answered {answer.status_code} {_phrase(answer)}".rstrip()


def _phrase(answer: Answer) -> str:
    known = HTTPStatus._value2member_map_.get(answer.status_code)
    return known.phrase if isinstance(known, HTTPStatus) else ""
