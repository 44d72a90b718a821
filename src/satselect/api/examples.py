"""An example of everything that is sent and answered, by the name of its shape: three tasks of one morning."""

from http import HTTPStatus
from typing import Any

Json = Any

_TASK, _WAITING = "019ab0c4-7c1e-7a52-9d3e-3f0c2b1a4d10", "019ab0c4-7c1e-7a52-9d3e-3f0c2b1a4d11"
_BATCH, _ITERATION = "019ab0c4-7c1e-7a52-9d3e-3f0c2b1a4d00", "019ab0c4-7c2b-7e00-8f11-5a6b7c8d9e0f"
_AT = "2026-11-23T12:00:00Z"

_CAPTURE: Json = {"name": "capture for client 1098", "resources": ["camera", "disk", "proc"], "profit": 9.2}
_CLEAN: Json = {"name": "clean satellite disk", "resources": ["disk"], "profit": 0.4}
_UPGRADE: Json = {"name": "upgrade to v2.1", "resources": {"proc": 2}, "profit": 2.9}

_SCHEDULED: Json = {
    "id": _TASK,
    **_CAPTURE,
    "satellites": None,
    "not_before": None,
    "deadline": "2026-11-23T18:00:00Z",
    "max_attempts": 2,
    "reference": "order 1098",
    "payload": {"target": [52.52, 13.4]},
    "fleet": "default",
    "satellite": "default",
    "status": "scheduled",
    "created": _AT,
    "updated": _AT,
    "attempts": 0,
    "iteration": _ITERATION,
}
_LINE: Json = {
    "id": _ITERATION,
    "fleet": "default",
    "created": _AT,
    "status": "optimal",
    "profit": 9.2,
    "objective": 9.2,
    "bound": 9.2,
    "gap": 0.0,
    "proof": "duality",
    "greedy_profit": 9.2,
    "duration_s": 0.0004,
    "buffered": 2,
    "cause": "request",
}
_FLEET: Json = {
    "fleet": "default",
    "name": "Default",
    "is_open": True,
    "shows_break_even": True,
    "ageing_per_hour": 0.0,
    "release": "iteration",
    "settle_s": 5.0,
    "iterate_every_s": None,
    "satellites": ["default"],
    "buffered": 2,
}
_SATELLITE: Json = {"satellite": "default", "name": "Default", "fleet": "default"}
_OUTAGE: Json = {
    "id": 7,
    "fleet": "default",
    "satellite": "default",
    "resource": "camera",
    "from": _AT,
    "until": "2026-11-23T18:00:00Z",
    "words": "cover closed",
}
_AUDITED: Json = {
    "id": 41,
    "at": _AT,
    "user": "otto",
    "account": "local",
    "action": "resource.edit",
    "object_type": "resource",
    "object_id": "disk",
    "facts": {"before": 1, "after": 2},
}
_KEY: Json = {"visible": "k3vq8mzt", "name": "laptop", "created": _AT, "expires": None, "revoked": None}
_WEBHOOK: Json = {
    "id": "019ab0c4-7d00-7b10-a0b1-c2d3e4f5a6b7",
    "address": "https://hooks.example.org/satselect",
    "name": "ground station",
    "created": _AT,
    "is_enabled": True,
    "failing_since": None,
    "old_secret_until": None,
}
_DELIVERY: Json = {
    "id": "019ab0c4-7e00-7c20-b1c2-d3e4f5a6b7c8",
    "type": "tasks.scheduled",
    "fleet": "default",
    "number": 2,
    "status": "delivered",
    "attempts": 1,
    "created": _AT,
    "next_attempt": None,
    "delivered": _AT,
    "answered": 204,
    "error": "",
}
_TOLD: Json = {"number": 2, "at": _AT, "fleet": "default"}
_CHANGED: Json = {
    "id": _TASK,
    "name": _CAPTURE["name"],
    "reference": "order 1098",
    "status": "scheduled",
    "satellite": "default",
}

BODIES: dict[str, Json] = {
    "NewTask": {**_CAPTURE, "deadline": "2026-11-23T18:00:00Z", "reference": "order 1098"},
    "TaskPatch": {"profit": 9.7, "deadline": None},
    "ReportBody": {"words": "clouds over the target", "iteration": _ITERATION},
    "NewFleet": {"name": "Morning orbit", "fleet": "morning", "is_open": True},
    "NewSatellite": {"name": "Aurora", "satellite": "aurora"},
    "SatellitePatch": {"name": "Aurora II"},
    "NewOutage": {
        "satellite": "default",
        "resource": "camera",
        "until": "2026-11-23T18:00:00Z",
        "words": "cover closed",
    },
    "OutagePatch": {"until": "2026-11-23T15:00:00Z"},
    "FleetPatch": {"name": "Morning orbit", "is_open": False},
    "NewResource": {"name": "camera", "capacity": 1},
    "ResourcePatch": {"capacity": 2},
    "NewKey": {"name": "laptop", "expires": "2027-11-23T00:00:00Z"},
    "NewWebhook": {"address": "https://hooks.example.org/satselect", "name": "ground station"},
    "WebhookPatch": {"is_enabled": True, "address": "https://hooks.example.org/satselect/2"},
    "NewSecret": {"overlap_s": 86400},
    "Question": {"tasks": [_CAPTURE, _CLEAN, _UPGRADE], "capacities": {"disk": 2, "proc": 2}},
}
"""Requests."""

ANSWERS: dict[str, Json] = {
    "QuickAnswer": {"tasks": [_CAPTURE]},
    "TaskAnswer": _SCHEDULED,
    "TaskPage": {"items": [_SCHEDULED], "next": None},
    "BatchAnswer": {"id": _BATCH, "fleet": "default", "status": "done", "created": _AT, "iteration": _ITERATION},
    "IterationAnswer": {
        **_LINE,
        "capacities": {"camera": 1, "disk": 1, "proc": 2},
        "prices": {"camera": 5.9, "disk": 0.4, "proc": 2.9},
        "tasks": [_SCHEDULED],
    },
    "IterationPage": {"items": [_LINE], "next": "http://localhost:8000/api/v1/fleets/default/iterations?cursor=7"},
    "ExplanationAnswer": {
        "task": _WAITING,
        "status": "buffered",
        "iteration": _ITERATION,
        "reason": "held",
        "why": "disk is held by capture for client 1098",
        "changed_since": [
            {
                "what": "capacity",
                "of": "disk",
                "before": 1,
                "now": 2,
                "words": "of disk there was 1 and is 2",
            }
        ],
        "displaced_by": {"disk": [{"id": _TASK, "name": _CAPTURE["name"], "profit": 9.2}]},
        "lacking": {},
        "satellites_out": [],
        "price": 0.4,
        "break_even_profit": 9.2,
        "break_even_unknown": None,
    },
    "HistoryAnswer": {
        "items": [
            {
                "at": _AT,
                "before": "buffered",
                "after": "scheduled",
                "reason": "selected",
                "words": "",
                "by": None,
                "iteration": _ITERATION,
            }
        ],
        "next": None,
    },
    "FleetAnswer": _FLEET,
    "FleetList": {"items": [_FLEET], "next": None},
    "SatelliteAnswer": _SATELLITE,
    "SatelliteList": {"items": [_SATELLITE], "next": None},
    "OutageAnswer": _OUTAGE,
    "OutagePage": {"items": [_OUTAGE], "next": None},
    "AuditPage": {"items": [_AUDITED], "next": None},
    "ResourceAnswer": {"name": "camera", "capacity": 1},
    "ResourceList": {"items": [{"name": "camera", "capacity": 1}, {"name": "disk", "capacity": 4}], "next": None},
    "MeAnswer": {"user": "anna", "account": "anna", "role": "customer", "fleets": []},
    "KeyAnswer": _KEY,
    "KeyList": {"items": [_KEY], "next": None},
    "MadeKeyAnswer": {**_KEY, "key": "sat_k3vq8mzt_" + "x" * 43 + "00000000"},
    "Response": {"status": "ready"},
    "WhatIfAnswer": {
        "status": "optimal",
        "profit": 9.6,
        "objective": 9.6,
        "bound": 9.6,
        "gap": 0.0,
        "proof": "duality",
        "tasks": [{"place": 0, **_CAPTURE, "satellite": None}, {"place": 1, **_CLEAN, "satellite": None}],
        "buffered": [{"place": 2, **_UPGRADE, "satellite": None}],
        "displaced": [],
        "profit_without": None,
    },
    "WebhookAnswer": _WEBHOOK,
    "WebhookList": {"items": [_WEBHOOK], "next": None},
    "MadeWebhookAnswer": {**_WEBHOOK, "secret": "whsec_c2lnbnMgZGVsaXZlcmllcyBvZiB0aGlzIHdlYmhvb2s="},
    "DeliveryPage": {"items": [_DELIVERY], "next": None},
    "BatchEvent": {**_TOLD, "number": 1, "kind": "batch", "batch": _BATCH, "tasks": 3, "reason": "accepted"},
    "IterationEvent": {
        **_TOLD,
        "kind": "iteration",
        "iteration": _ITERATION,
        "status": "optimal",
        "scheduled": 1,
        "tasks": [_CHANGED],
        "profit": 9.2,
        "bound": 9.2,
        "gap": 0.0,
        "buffered": 2,
    },
    "TaskEvent": {
        **_TOLD,
        "number": 3,
        "kind": "task",
        "task": {**_CHANGED, "status": "completed"},
        "before": "scheduled",
        "reason": "completed",
    },
    "FleetEvent": {**_TOLD, "number": 4, "kind": "fleet"},
    "GapEvent": {"kind": "gap", "number": 120, "after": 17, "fleet": "default"},
}
"""Answers, and what events tell and webhooks deliver."""
ANSWERS["TaskNotice"] = {"type": "task.changed", "timestamp": _AT, "data": ANSWERS["TaskEvent"]}
ANSWERS["IterationNotice"] = {"type": "tasks.scheduled", "timestamp": _AT, "data": ANSWERS["IterationEvent"]}

PLACES: dict[str, str] = {
    "fleet": "default",
    "satellite": "default",
    "resource": "camera",
    "task_id": _TASK,
    "batch_id": _BATCH,
    "iteration_id": _ITERATION,
    "visible": "k3vq8mzt",
    "outage": "7",
    "webhook_id": _WEBHOOK["id"],
}
"""Parts of paths."""

_SLUGS: dict[int, tuple[str, str]] = {
    400: ("malformed-json", "not JSON: Expecting value: line 1 column 1 (char 0)"),
    401: ("unauthenticated", "No permission -- see authorization schemes"),
    403: ("forbidden", "Request forbidden -- authorization will not help"),
    404: ("not-found", "Nothing matches the given URI"),
    409: ("conflict", "the task is completed"),
    412: ("precondition-failed", "it is not, or no longer, what If-Match names; nothing was done"),
    413: ("too-large", "more than 16777216 bytes"),
    415: ("unsupported-media-type", "the Content-Type must be application/json, in UTF-8"),
    422: ("invalid-input", "/0/profit: must be a number"),
    429: ("too-often", "too many requests; the next one in 12 s"),
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
