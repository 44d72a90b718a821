"""How answers are sent, and pages of them."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Schema
from pydantic import BaseModel, Field

from satselect.application.errors import MissingError
from satselect.stapi.versions import v0_1, v0_2
from satselect.stapi.versions.bodies import limit_of
from satselect.stapi.versions.v0_1 import JSON, Link
from satselect.web.framework.parameters import ParameterError

Row = TypeVar("Row")


def spoken() -> Any:  # noqa: ANN401 - a module of `versions`
    """The version of the specification that is answered."""
    return v0_2 if settings.SATSELECT_STAPI_VERSION == v0_2.VERSION else v0_1


IDEMPOTENCY_KEY: dict[str, Any] = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "Makes it safe to repeat: the same key and body are the same order, or stored search.",
}


class Paged(Schema):
    """Which part of a list."""

    limit: int | None = Field(default=None, description="how many things, 1 to 100; what is more or less counts so")
    next: Annotated[str, Field(max_length=200)] | None = Field(default=None, description="the token of a page")

    @property
    def most(self) -> int:
        """How many things the page has at most.

        Raises:
            ParameterError: fewer than there may be.
        """
        least = spoken().LEAST_LIMIT
        if least is not None and self.limit is not None and self.limit < least:
            raise ParameterError({"limit": f"must be at least {least}, not {self.limit}"})
        return limit_of(self.limit)


def answer(shape: BaseModel, media_type: str = JSON, *, status: int = 200) -> HttpResponse:
    """What is answered: without members of which nothing is known."""
    return HttpResponse(text(shape), status=status, content_type=media_type)


def text(shape: BaseModel) -> str:
    """The JSON of it, as the version that is spoken has it."""
    told: BaseModel = spoken().told(shape)
    return told.model_dump_json(exclude_none=True, by_alias=True)


def page(
    request: HttpRequest, rows: Sequence[Row], most: int, media_type: str, token_of: Callable[[Row], object]
) -> tuple[Sequence[Row], list[Link]]:
    """The rows of a page, of which one more was read, and the links of the page."""
    here = Link(rel="self", href=request.build_absolute_uri(), type=media_type)
    shown = rows[:most]
    if len(rows) <= most:
        return shown, [here]
    asked = urlencode({"limit": most, "next": token_of(shown[-1])})
    following = request.build_absolute_uri(f"{request.path}?{asked}")
    return shown, [here, Link(rel="next", href=following, type=media_type, method="GET")]


def row_of(rows: QuerySet[Any], token: str) -> UUID:
    """The row after which a page begins, by its id.

    Raises:
        MissingError: there is none of that name.
    """
    try:
        id = UUID(token)
    except ValueError:
        raise MissingError("page", token) from None
    if not rows.filter(id=id).exists():
        raise MissingError("page", token)
    return id
