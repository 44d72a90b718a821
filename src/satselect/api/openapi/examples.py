"""Examples of what has no shape of its own: parts of paths, and problems by their status."""

from http import HTTPStatus
from typing import Any

from satselect.schemas.fields.examples import BATCH, ITERATION, KEY, TASK, WEBHOOK

Json = Any

PLACES: dict[str, str] = {
    "fleet": "default",
    "satellite": "default",
    "resource": "camera",
    "task_id": TASK,
    "batch_id": BATCH,
    "iteration_id": ITERATION,
    "visible": KEY,
    "outage": "7",
    "contact": "3",
    "station": "north",
    "product": "sharp",
    "webhook_id": WEBHOOK,
}
"""Parts of paths."""

_SLUGS: dict[int, tuple[str, str]] = {
    400: ("malformed-json", "not JSON: Expecting value: line 1 column 1 (char 0)"),
    401: (
        "unauthenticated",
        "a valid key of a user is needed: Authorization: Bearer KEY",
    ),
    403: ("forbidden", "that is not for you to do"),
    404: ("not-found", "there is no task '0198f3e5-6d5e-7ac4-b7fd-3f0d3d4c7a10'"),
    409: ("conflict", "the task is completed"),
    412: ("precondition-failed", "it is not, or no longer, what If-Match names; nothing was done"),
    413: ("too-large", "more than 16777216 bytes"),
    415: ("unsupported-media-type", "the Content-Type must be application/json, in UTF-8"),
    422: ("invalid-input", "/0/profit: must be a number"),
    429: ("too-often", "too many requests; the next one in 12 s"),
    501: ("no-orbits", "this service can't work with orbits: satselect is installed without the extra 'orbits'"),
    503: ("busy", "too many requests are being worked on; try again"),
}


def problem_example(status: int) -> Json:
    """A problem document of that status."""
    slug, detail = _SLUGS[status]
    title = HTTPStatus(status).phrase
    problem = {"type": f"urn:satselect:problem:{slug}", "title": title, "status": status, "detail": detail}
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        problem["errors"] = [{"detail": "must be a number", "pointer": "#/0/profit"}]
    return problem
