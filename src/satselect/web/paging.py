"""Lists in pages."""

from collections.abc import Callable
from typing import Annotated, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

Row = TypeVar("Row", bound=Model)

Limit = Annotated[int, Field(ge=1, le=500)]


class Page(Schema):
    """Which part of a list that is numbered to show."""

    cursor: Annotated[int, Field(ge=0, le=2**62)] | None = None  # a database has no larger ids
    limit: Limit = 50


def page_of(
    request: HttpRequest, rows: "QuerySet[Row] | list[Row]", limit: int, cursor_of: Callable[[Row], object]
) -> tuple[list[Row], str | None]:
    """The first rows, at most so many, and the address of the page after them; None if there are no more."""
    found = list(rows[: limit + 1])  # one more than is shown says whether there is another page
    shown = found[:limit]
    return shown, _next_page(request, cursor_of(shown[-1])) if len(found) > limit else None


def _next_page(request: HttpRequest, cursor: object) -> str:
    parameters = request.GET.copy()
    parameters["cursor"] = str(cursor)
    return request.build_absolute_uri(f"{request.path}?{parameters.urlencode()}")
