"""What OpenAPI can't see in the routes: the body is read by the strict parser, not by the framework."""

import json
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from satselect.application.positions import PATTERN
from satselect.schemas.events import EVENT_SHAPES, BatchEvent, IterationEvent
from satselect.schemas.fields.examples import example_of
from satselect.schemas.planning.plans import NewTimedTask
from satselect.schemas.tasks import NewTask
from satselect.schemas.webhooks import IterationNotice, TaskNotice, TrialNotice
from satselect.web.requests import MOST_WAIT_S

SENT: dict[str, type[BaseModel]] = {}
"""The shapes of bodies, by name."""


def _sent(shape: type[BaseModel]) -> dict[str, str]:
    SENT[shape.__name__] = shape
    return {"$ref": f"#/components/schemas/{shape.__name__}"}


def _batch_of(shape: type[BaseModel]) -> dict[str, Any]:
    content = {"application/json": {"schema": {"type": "array", "items": _sent(shape)}}}
    return {"requestBody": {"required": True, "content": content}, "parameters": [_IDEMPOTENCY_KEY]}


_IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    "description": "Makes the request safe to repeat: the same key and body get the stored answer; "
    "a colleague who repeats it, with another role, gets theirs.",
}
QUICK_BODY, BATCH_BODY = _batch_of(NewTask), _batch_of(NewTimedTask)
"""Tasks without time, and those that may ask for an interval."""

PREFER: dict[str, Any] = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "respond-async or wait=SECONDS (RFC 7240), "
    f"{MOST_WAIT_S:g} seconds at most: what takes longer is answered 202.",
}


IF_MATCH: dict[str, Any] = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "Tags of which one must still be that of what is changed, as `ETag` told it; 412 otherwise.",
}

IF_NONE_MATCH: dict[str, Any] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "Tags that are known already: 304, without a body, if the answer's is one of them.",
}

ETAG: dict[str, Any] = {"ETag": {"description": "what it is now, for If-Match", "schema": {"type": "string"}}}


def conditional(extra: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the description says of a route that changes something only if it is as the client saw it."""
    extra = extra or {}
    responses = {**extra.get("responses", {}), 412: {}}
    return {**extra, "responses": responses, "parameters": [*extra.get("parameters", ()), IF_MATCH]}


CONFLICT: dict[str, Any] = {"responses": {409: {}}}
"""That a route may find what it is about in a state in which that can't be done."""

NO_ORBITS: dict[str, Any] = {"responses": {501: {}}}
"""That a route needs the extra `orbits`, which a service may do without."""

LOCATION: dict[str, Any] = {"description": "the iteration", "required": True, "schema": {"type": "string"}}

MADE: dict[str, Any] = {"responses": {201: {"headers": {"Location": LOCATION}}}}

_REPLAYED = {"description": "true for a repetition", "schema": {"type": "string"}}

SUBMITTED: dict[str, Any] = {
    "responses": {
        409: {},  # over the quota
        201: {
            "headers": {
                "Location": LOCATION,
                "Idempotent-Replayed": _REPLAYED,
            }
        },
    }
}


ACCEPTED: dict[int, Any] = {
    202: {"headers": {"Location": {**LOCATION, "description": "the batch"}, "Idempotent-Replayed": _REPLAYED}}
}


def _event_text(events: Iterable[dict[str, Any]]) -> str:
    """How a stream writes these events."""
    return "".join(f"id: {event['number']}\nevent: {event['kind']}\ndata: {json.dumps(event)}\n\n" for event in events)


EVENTS: dict[str, Any] = {
    "responses": {
        200: {
            "description": "Blocks of `id`, `event` and `data`, parted by empty lines; `data` is one JSON object.",
            "content": {
                "text/event-stream": {
                    "schema": {"type": "string"},
                    "example": _event_text(example_of(shape) for shape in (BatchEvent, IterationEvent)),
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
            "schema": {"type": "string", "pattern": f"^({PATTERN})$"},
            "description": "The position to resume after, as browsers send it to reconnect; it goes before after.",
        }
    ],
}


_SIGNED: list[dict[str, Any]] = [
    {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "description": words}
    for name, words in {
        "webhook-id": "Of the delivery, the same in every attempt: what came already can be told by it.",
        "webhook-timestamp": "Of the attempt, in seconds since 1970.",
        "webhook-signature": "v1, and the HMAC-SHA256 of `id.timestamp.body` by the secret, in base64; "
        "a second one, after a space, by the old secret while that holds.",
    }.items()
]


def _delivered(shape: type[BaseModel], words: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{shape.__name__}"}
    content = {"application/json": {"schema": schema, "example": example_of(shape)}}
    answers = {"2XX": {"description": "taken; every other answer is a failure"}}
    return {
        "post": {
            "description": words,
            "parameters": _SIGNED,
            "requestBody": {"required": True, "content": content},
            "responses": answers,
        }
    }


DELIVERED: dict[str, Any] = {
    "task.changed": _delivered(TaskNotice, "A task was edited, cancelled, reported or expired."),
    "tasks.scheduled": _delivered(IterationNotice, "An iteration scheduled tasks."),
    "webhook.test": _delivered(TrialNotice, "Somebody tries the webhook out."),
}
"""What webhooks are sent."""


def json_body(shape: type[BaseModel], *, is_required: bool = True) -> dict[str, Any]:
    """What the description says of a route that takes a document of that shape."""
    return {"requestBody": {"required": is_required, "content": {"application/json": {"schema": _sent(shape)}}}}
