"""Bodies as either version has them: the one of 0.2.0 says `search_parameters`."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from satselect.schemas.ordering.wishes import Wish
from satselect.schemas.reading.faults import Fault, InvalidError
from satselect.schemas.reading.json_reader import Json
from satselect.schemas.reading.validation import validate

USUAL_LIMIT, MOST_LIMIT = 10, 100


class _Paged(BaseModel):
    limit: int = USUAL_LIMIT
    next: str | None = None


class FlatSearch(Wish, _Paged):
    """A search as 0.1.0 has it."""


class NestedSearch(_Paged):
    """A search as 0.2.0 has it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    search_parameters: Wish


class _OfAPage(BaseModel):
    """What a search may say of its page: whoever orders as they searched is not refused for it."""

    limit: Any = Field(default=None, exclude=True)
    next: Any = Field(default=None, exclude=True)


class FlatOrder(Wish, _OfAPage):
    """An order as 0.1.0 has it."""

    order_parameters: dict[str, Any] = Field(default_factory=dict)


class NestedOrder(_OfAPage):
    """An order as 0.2.0 has it."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    search_parameters: Wish
    order_parameters: dict[str, Any] = Field(default_factory=dict)


_FLAT_ORDER: TypeAdapter[FlatOrder] = TypeAdapter(FlatOrder)
_NESTED_ORDER: TypeAdapter[NestedOrder] = TypeAdapter(NestedOrder)
_FLAT_SEARCH: TypeAdapter[FlatSearch] = TypeAdapter(FlatSearch)
_NESTED_SEARCH: TypeAdapter[NestedSearch] = TypeAdapter(NestedSearch)


def read_order(document: Json) -> tuple[Wish, dict[str, Any]]:
    """What is wished for, and what is said besides.

    Raises:
        InvalidError: it is no order.
    """
    if _is_nested(document):
        nested = validate(_NESTED_ORDER, document)
        return nested.search_parameters, nested.order_parameters
    flat = validate(_FLAT_ORDER, document)
    return flat, flat.order_parameters


def read_search(document: Json, *, least: int | None = None) -> tuple[Wish, int, str | None]:
    """What is looked for, how many of it at once, and the token of a page.

    Raises:
        InvalidError: it is no search, or a page of it would be too short.
    """
    if _is_nested(document):
        nested = validate(_NESTED_SEARCH, document)
        _check_limit(nested.limit, least)
        return nested.search_parameters, limit_of(nested.limit), nested.next
    flat = validate(_FLAT_SEARCH, document)
    _check_limit(flat.limit, least)
    return flat, limit_of(flat.limit), flat.next


def _check_limit(asked: int, least: int | None) -> None:
    if least is not None and asked < least:
        raise InvalidError([Fault(f"must be at least {least}, not {asked}", "/limit")])


def limit_of(asked: int | None) -> int:
    """How many things a page has: what is asked for, as far as that is reasonable."""
    return USUAL_LIMIT if asked is None else min(max(asked, 1), MOST_LIMIT)


def _is_nested(document: Json) -> bool:
    return isinstance(document, dict) and "search_parameters" in document
