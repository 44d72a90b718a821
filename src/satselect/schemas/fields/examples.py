"""What the examples of all shapes tell of: three tasks of one morning. Each example stands in its shape."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

Json = Any

TASK, WAITING = "019ab0c4-7c1e-7a52-9d3e-3f0c2b1a4d10", "019ab0c4-7c1e-7a52-9d3e-3f0c2b1a4d11"
BATCH, ITERATION = "019ab0c4-7c1e-7a52-9d3e-3f0c2b1a4d00", "019ab0c4-7c2b-7e00-8f11-5a6b7c8d9e0f"
WEBHOOK, DELIVERY = "019ab0c4-7d00-7b10-a0b1-c2d3e4f5a6b7", "019ab0c4-7e00-7c20-b1c2-d3e4f5a6b7c8"
KEY = "k3vq8mzt"
AT, EVENING = "2026-11-23T12:00:00Z", "2026-11-23T18:00:00Z"
ADDRESS = "https://hooks.example.org/satselect"

CAPTURE: Json = {"name": "capture for client 1098", "resources": ["camera", "disk", "proc"], "profit": 9.2}
CLEAN: Json = {"name": "clean satellite disk", "resources": ["disk"], "profit": 0.4}
UPGRADE: Json = {"name": "upgrade to v2.1", "resources": {"proc": 2}, "profit": 2.9}
TIMED: Json = CAPTURE | {
    "duration": 40,
    "opportunities": [
        {"satellite": "sat-1", "from": "2026-11-23T14:31:05Z", "until": "2026-11-23T14:33:40Z"},
        {"satellite": "sat-2", "from": "2026-11-23T16:02:00Z", "until": "2026-11-23T16:03:10Z", "profit": 7.0},
    ],
    "deliver_by": EVENING,
}
TARGET: Json = {
    "geometry": {"type": "Point", "coordinates": [13.4, 52.52]},
    "conditions": {"maximum_off_nadir": 35, "minimum_sun_elevation": 10},
}


def shown(example: Mapping[str, Json]) -> dict[str, Json]:
    """What a shape adds to its JSON schema: an example of it."""
    return {"examples": [dict(example)]}


def example_of(shape: type[BaseModel]) -> dict[str, Json]:
    """The example that stands in a shape."""
    extra = shape.model_config["json_schema_extra"]
    assert isinstance(extra, dict), f"{shape.__name__} shows no example"  # noqa: S101 - they are written by `shown`
    example: dict[str, Json] = extra["examples"][0]  # type: ignore[index,assignment]
    return example


def page_of(shape: type[BaseModel], following: str | None = None) -> dict[str, Json]:
    """An example of a page, or a list, of one such thing."""
    return shown({"items": [example_of(shape)], "next": following})
