"""What OpenAPI can't see in the routes: the body is read by the strict parser, not by the framework."""

from typing import Any

from pydantic import BaseModel, TypeAdapter

from satselect.schemas.events import EVENT_SHAPES
from satselect.schemas.tasks import NewTask

BATCH_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"type": "array", "items": TypeAdapter(NewTask).json_schema()}}},
    },
    "parameters": [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": False,
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
            "description": "Makes the request safe to repeat: the same key and body get the stored answer.",
        }
    ],
}

PREFER: dict[str, Any] = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "respond-async or wait=SECONDS (RFC 7240): who doesn't wait that long is answered 202.",
}


CONFLICT: dict[str, Any] = {"responses": {409: {}}}
"""That a route may find what it is about in a state in which that can't be done."""

SUBMITTED: dict[str, Any] = {
    "responses": {
        409: {},  # over the quota
        201: {
            "headers": {
                "Location": {"description": "the iteration", "schema": {"type": "string"}},
                "Idempotent-Replayed": {"description": "true for a repetition", "schema": {"type": "string"}},
            }
        },
    }
}


EVENTS: dict[str, Any] = {
    "responses": {
        200: {
            "description": "Blocks of `id`, `event` and `data`, parted by empty lines; `data` is one JSON object.",
            "content": {
                "text/event-stream": {
                    "schema": {"type": "string"},
                    "x-data": {"anyOf": [{"$ref": f"#/components/schemas/{shape.__name__}"} for shape in EVENT_SHAPES]},
                }
            },
        },
        400: {},
        404: {},
        429: {},
    },
    "parameters": [
        {
            "name": "Last-Event-ID",
            "in": "header",
            "required": False,
            "schema": {"type": "string", "pattern": "^[0-9]{1,18}$"},
            "description": "The number to resume after, as browsers send it when they reconnect; it goes before after.",
        }
    ],
}


def json_body(shape: type[BaseModel], *, is_required: bool = True) -> dict[str, Any]:
    """What the description says of a route that takes a document of that shape."""
    schema = TypeAdapter(shape).json_schema()
    content = {"application/json": {"schema": _in_place(schema, schema.pop("$defs", {}))}}
    return {"requestBody": {"required": is_required, "content": content}}


def _in_place(schema: Any, definitions: dict[str, Any]) -> Any:  # noqa: ANN401 - any JSON
    """The schema with each definition where it is referred to: elsewhere in the description it would not be found."""
    if isinstance(schema, list):
        return [_in_place(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _in_place(definitions[schema["$ref"].rsplit("/", 1)[1]], definitions)
    return {name: _in_place(part, definitions) for name, part in schema.items()}
