"""What the calls of the client share: shapes read, pages walked through, words as parts of paths."""

from collections.abc import Iterator
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, urlsplit
from uuid import UUID

from pydantic import BaseModel

from satselect.client.answers import read_shape
from satselect.client.errors import BadInputError
from satselect.client.transport import Params, Transport
from satselect.schemas.iterations import IterationPage
from satselect.schemas.planning.passes import PassPage
from satselect.schemas.task_answers import TaskPage
from satselect.schemas.webhooks import DeliveryPage

Id = UUID | str
Shape = TypeVar("Shape", bound=BaseModel)


def get(transport: Transport, shape: type[Shape], path: str, params: Params | None = None) -> Shape:
    """What is read there."""
    return read_shape(shape, transport.call("GET", path, params=params))


def pages(
    transport: Transport,
    shape: type[TaskPage] | type[IterationPage] | type[DeliveryPage] | type[PassPage],
    path: str,
    params: Params,
) -> Iterator[Any]:
    """What a list holds, read page by page as it is walked through."""
    page = get(transport, shape, path, params)
    yield from page.items
    while page.next:
        # Only what it asks for: the key goes to no address but the one that was given.
        page = get(transport, shape, path, parse_qsl(urlsplit(page.next).query))
        yield from page.items


def part(word: Id) -> str:
    """A word as a part of a path, whatever it holds.

    Raises:
        BadInputError: a path with it leads elsewhere.
    """
    text = str(word)
    if text in ("", ".", ".."):
        raise BadInputError(f"{text!r} names nothing: a path with it leads elsewhere")
    return quote(text, safe="")


def with_tag(tag: str | None) -> dict[str, str]:
    """The header that has nothing done to what changed since it had that tag; none without one."""
    return {"If-Match": tag} if tag else {}
