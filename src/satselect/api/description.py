"""The OpenAPI description with every error that a call may be answered: the framework knows only what it returns."""

from http import HTTPStatus
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from pydantic.json_schema import models_json_schema

from satselect.api.errors import MEDIA_TYPE
from satselect.schemas.events import EVENT_SHAPES
from satselect.schemas.problems import Problem

_UNSEEN = (Problem, *EVENT_SHAPES)
"""Shapes that no route returns by its type."""
_WITH_BODY = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
_RETRY_AFTER = {"Retry-After": {"description": "in seconds", "schema": {"type": "integer"}}}
_RATE = {
    "RateLimit": {"description": "calls left, and seconds until all are back", "schema": {"type": "string"}},
    "RateLimit-Policy": {"description": "calls per seconds", "schema": {"type": "string"}},
}
_AUTHENTICATE = {"WWW-Authenticate": {"description": "how to show a key", "schema": {"type": "string"}}}
_HEADERS: dict[int, dict[str, Any]] = {
    HTTPStatus.ACCEPTED: _RETRY_AFTER,
    HTTPStatus.UNAUTHORIZED: _AUTHENTICATE,
    HTTPStatus.TOO_MANY_REQUESTS: _RETRY_AFTER | _RATE,
    HTTPStatus.SERVICE_UNAVAILABLE: _RETRY_AFTER,
}


class DescribedAPI(NinjaAPI):
    """An API whose description is complete."""

    def get_openapi_schema(self, **settings: Any) -> OpenAPISchema:  # noqa: ANN401 - the framework's own
        """The description."""
        schema = super().get_openapi_schema(**settings)
        _, models = models_json_schema(
            [(shape, "serialization") for shape in _UNSEEN], ref_template="#/components/schemas/{model}"
        )
        schema["components"]["schemas"] |= models["$defs"]
        for methods in schema["paths"].values():
            for call in methods.values():
                _complete(call)
        return schema


def _complete(call: dict[str, Any]) -> None:
    responses = call["responses"]
    for status in sorted({*responses, *_errors_of(call)}):
        response = responses.setdefault(status, {})
        if status >= HTTPStatus.BAD_REQUEST:
            response["description"] = HTTPStatus(status).phrase
            response["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        if status in _HEADERS:
            response["headers"] = response.get("headers", {}) | _HEADERS[status]
    call["responses"] = dict(sorted(responses.items()))


def _errors_of(call: dict[str, Any]) -> set[int]:
    """What any call of this kind may be answered; a conflict is said by the route itself."""
    places = {parameter["in"] for parameter in call.get("parameters", ())}
    errors: set[int] = {HTTPStatus.SERVICE_UNAVAILABLE}
    if call.get("security"):
        errors |= {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
    if "path" in places:
        errors.add(HTTPStatus.NOT_FOUND)
    if "query" in places:
        errors.add(HTTPStatus.UNPROCESSABLE_ENTITY)
    if "requestBody" in call:
        errors.update(_WITH_BODY)
    return errors
