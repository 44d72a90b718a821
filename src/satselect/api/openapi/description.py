"""The OpenAPI description with every error that a call may be answered: the framework knows only what it returns."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from ninja.openapi.schema import OpenAPISchema
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from satselect.api.openapi.documentation import DELIVERED, ETAG, IF_MATCH, IF_NONE_MATCH, SENT
from satselect.api.openapi.examples import PLACES, problem_example
from satselect.schemas.administration.keys import KeyAnswer
from satselect.schemas.events import EVENT_SHAPES
from satselect.schemas.fleets import FleetAnswer, ResourceAnswer, SatelliteAnswer
from satselect.schemas.ordering.products import ProductAnswer
from satselect.schemas.planning.elements import ElementsAnswer
from satselect.schemas.planning.outages import OutageAnswer
from satselect.schemas.planning.passes import PassAnswer
from satselect.schemas.planning.stations import StationAnswer
from satselect.schemas.problems import Problem
from satselect.schemas.submission.batches import BatchAnswer
from satselect.schemas.task_answers import TaskAnswer
from satselect.schemas.webhooks import IterationNotice, TaskNotice, TrialNotice, WebhookAnswer
from satselect.web.framework.strict_api import StrictAPI
from satselect.web.problems import MEDIA_TYPE

_UNSEEN = (Problem, *EVENT_SHAPES, TaskNotice, IterationNotice, TrialNotice)
"""Shapes that no route returns by its type."""
_PLACE = "#/components/schemas/{model}"
_WITH_BODY = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
_RETRY_AFTER = {"Retry-After": {"description": "in seconds", "required": True, "schema": {"type": "integer"}}}
_RATE = {
    "RateLimit": {"description": "calls left, and seconds until all are back", "schema": {"type": "string"}},
    "RateLimit-Policy": {"description": "calls per seconds", "schema": {"type": "string"}},
}
_AUTHENTICATE = {
    "WWW-Authenticate": {"description": "how to show a key", "required": True, "schema": {"type": "string"}}
}
_REQUEST_ID = {"X-Request-ID": {"description": "by which logs name the request", "schema": {"type": "string"}}}
_HEADERS: dict[int, dict[str, Any]] = {
    HTTPStatus.ACCEPTED: _RETRY_AFTER,
    HTTPStatus.UNAUTHORIZED: _AUTHENTICATE,
    HTTPStatus.TOO_MANY_REQUESTS: _RETRY_AFTER,
    HTTPStatus.SERVICE_UNAVAILABLE: _RETRY_AFTER,
}


class DescribedAPI(StrictAPI):
    """An API whose description is complete."""

    def get_openapi_schema(self, **settings: Any) -> OpenAPISchema:  # noqa: ANN401 - the framework's own
        """The description."""
        schema = super().get_openapi_schema(**settings)
        shapes: list[tuple[type[BaseModel], JsonSchemaMode]] = [(shape, "serialization") for shape in _UNSEEN]
        shapes += [(shape, "validation") for shape in SENT.values()]
        _, models = models_json_schema(shapes, ref_template=_PLACE)
        schema["components"]["schemas"] |= models["$defs"]
        for path, methods in schema["paths"].items():
            for method, call in methods.items():
                _tell_of_tags(method, path, call)
                _complete(call)
                _illustrate(call, schema["components"]["schemas"])
        schema["webhooks"] = DELIVERED
        return schema


def _tell_of_tags(method: str, path: str, call: dict[str, Any]) -> None:
    """Whatever is read has an entity tag, and whatever can be read is answered with one when it is made or changed."""
    if not path.startswith("/api/v1/"):
        return
    for status in (HTTPStatus.OK, HTTPStatus.CREATED):
        response = call["responses"].get(status, {})
        if any(shape_name(medium["schema"]) in _TAGGED for medium in response.get("content", {}).values()):
            response["headers"] = response.get("headers", {}) | ETAG
    if method == "get" and "application/json" in call["responses"][HTTPStatus.OK].get("content", {}):
        call["responses"][HTTPStatus.OK]["headers"] = ETAG
        call["responses"] |= {HTTPStatus.NOT_MODIFIED: {"description": "it is what If-None-Match names"}}
        call["responses"] |= {HTTPStatus.PRECONDITION_FAILED: {}}
        call["parameters"] = [*call.get("parameters", ()), IF_NONE_MATCH, IF_MATCH]


_TAGGED = {
    shape.__name__
    for shape in (
        BatchAnswer,
        ElementsAnswer,
        FleetAnswer,
        KeyAnswer,
        OutageAnswer,
        PassAnswer,
        ProductAnswer,
        ResourceAnswer,
        SatelliteAnswer,
        StationAnswer,
        TaskAnswer,
        WebhookAnswer,
    )
}


def _complete(call: dict[str, Any]) -> None:
    responses = call["responses"]
    for status in sorted({*responses, *_errors_of(call)}):
        response = responses.setdefault(status, {})
        if status >= HTTPStatus.BAD_REQUEST:
            response["description"] = HTTPStatus(status).phrase
            response["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        counted = _RATE if call.get("security") else {}
        response["headers"] = response.get("headers", {}) | _HEADERS.get(status, {}) | counted | _REQUEST_ID
    call["responses"] = dict(sorted(responses.items()))


def _errors_of(call: dict[str, Any]) -> set[int]:
    """What any call of this kind may be answered; a conflict is said by the route itself."""
    places = {parameter["in"] for parameter in call.get("parameters", ())}
    errors: set[int] = {HTTPStatus.SERVICE_UNAVAILABLE}
    if call.get("security"):
        errors |= {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
        errors.add(HTTPStatus.UNPROCESSABLE_ENTITY)  # unknown parameters
    if "path" in places:
        errors.add(HTTPStatus.NOT_FOUND)
    if "requestBody" in call:
        errors.update(_WITH_BODY)
    return errors


def _illustrate(call: dict[str, Any], shapes: dict[str, Any]) -> None:
    """Adds an example of each part of the path, body and answer, its shape's own. A test sees that none is missing."""
    for parameter in call.get("parameters", ()):
        if parameter["in"] == "path" and parameter["name"] in PLACES:
            parameter["example"] = PLACES[parameter["name"]]
    for status, medium in _media(call):
        if status is not None and status >= HTTPStatus.BAD_REQUEST:
            medium["example"] = problem_example(status)
        elif "example" not in medium and (examples := _examples(medium["schema"], shapes)):
            medium["example"] = examples[0]


def _media(call: dict[str, Any]) -> Iterator[tuple[int | None, dict[str, Any]]]:
    """Each content with the status that it comes with; None for the body of the request."""
    for medium in call.get("requestBody", {}).get("content", {}).values():
        yield None, medium
    for status, response in call["responses"].items():
        for medium in response.get("content", {}).values():
            yield status, medium


def _examples(schema: dict[str, Any], shapes: dict[str, Any]) -> list[Any]:
    if schema.get("type") == "array":
        return [[example] for example in _examples(schema["items"], shapes)]
    named: list[Any] = shapes.get(shape_name(schema), {}).get("examples", [])
    return named


def shape_name(schema: dict[str, Any]) -> str:
    """The name of the shape that a schema is, or refers to; empty if it has none."""
    name: str = schema["$ref"].rsplit("/", 1)[1] if "$ref" in schema else schema.get("title", "")
    return name
