"""What is invalid, told as the reference implementation tells it: a list of faults, each with where it is."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from pydantic import BaseModel

from satselect.schemas.problems import ProblemPlace
from satselect.schemas.reading.faults import parts_of
from satselect.stapi.addresses import PATHS
from satselect.stapi.versions.v0_1 import JSON
from satselect.web.edges import is_below
from satselect.web.problems import MEDIA_TYPE


class Invalid(BaseModel):
    """One fault: where in the request it is, and what is wrong."""

    loc: list[str | int]
    msg: str
    type: str


class Refusal(BaseModel):
    """What is wrong with a request; the members of a problem document (RFC 9457) besides, but for its `detail`."""

    detail: list[Invalid]
    type: str
    title: str
    status: int
    errors: list[ProblemPlace]


class InTheirForm:
    """Answers 422 at this edge as others' clients know it, unless problem documents are accepted by name."""

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The response."""
        response = self._get_response(request)
        is_refused = response.status_code == HTTPStatus.UNPROCESSABLE_ENTITY and is_below(request.path_info, PATHS)
        if not is_refused or not isinstance(response, HttpResponse):
            return response
        if MEDIA_TYPE not in request.headers.get("Accept", ""):
            response.content = refusal(json.loads(response.content)).model_dump_json(exclude_none=True).encode()
            response["Content-Type"] = JSON
            response["Content-Length"] = str(len(response.content))
        # In both cases: a cache must not give one form to who asked for the other.
        patch_vary_headers(response, ["Accept"])
        return response


def refusal(problem: dict[str, Any]) -> Refusal:
    """The same as the reference implementation has it."""
    slug = problem["type"].rpartition(":")[2]
    places = [ProblemPlace.model_validate(one) for one in problem["errors"]]
    faults = [Invalid(loc=_loc(one), msg=one.detail, type=slug) for one in places]
    found = faults or [Invalid(loc=["body"], msg=problem["detail"], type=slug)]
    return Refusal(**problem | {"detail": found, "errors": places})


def _loc(place: ProblemPlace) -> list[str | int]:
    if place.parameter is not None:
        return ["query", place.parameter]
    if place.header is not None:
        return ["header", place.header]
    steps = parts_of(unquote(place.pointer or "#"))
    # A member whose name is a number becomes one, too: a pointer does not tell it from a place in a list (RFC 6901).
    return ["body", *(int(step) if step.isdecimal() else step for step in steps)]
