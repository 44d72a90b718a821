"""What OpenAPI can't see in the routes: the body is read by the strict parser, not by the framework."""

from typing import Any

from pydantic import TypeAdapter

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
