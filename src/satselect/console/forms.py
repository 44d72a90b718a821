"""From the fields of a form to the documents that the API takes, and from faults in them back to the fields."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter

from satselect.schemas.faults import Fault, InputError
from satselect.schemas.json_reader import Json, read_json
from satselect.schemas.limits import Limits
from satselect.schemas.tasks import NewTask
from satselect.schemas.validation import validate
from satselect.store.models import Task

FIELDS = ("name", "resources", "profit", "not_before", "deadline", "max_attempts", "reference", "payload")

WHOLE = "whole"

_AMOUNT = re.compile(r"(.*\S)\s*=\s*(\d{1,15})", re.DOTALL)
_TASK: TypeAdapter[NewTask] = TypeAdapter(NewTask)
_LOCAL = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d+)?)?", re.ASCII)


def document_of(fields: Mapping[str, str]) -> dict[str, Any]:
    """The task as it would be sent; fields that are empty are not."""
    given = {name: fields.get(name, "").strip() for name in FIELDS}
    document = {name: _READ.get(name, str)(text) for name, text in given.items() if text}
    return {"resources": [], **document}


def task_of(fields: Mapping[str, str]) -> NewTask:
    """The task in the fields.

    Raises:
        InvalidError: every fault, with a pointer that starts with its field.
    """
    return validate(_TASK, document_of(fields))


def fields_of(task: Task) -> dict[str, str]:
    """What the fields hold before a task is edited."""
    uses = sorted(task.uses.all(), key=lambda use: use.position)
    names = [use.resource.name if use.amount == 1 else f"{use.resource.name} = {use.amount}" for use in uses]
    return {
        "name": task.name,
        "resources": ", ".join(names),
        "profit": json.dumps(task.profit_as_sent),
        "not_before": _written(task.not_before),
        "deadline": _written(task.deadline),
        "max_attempts": str(task.max_attempts),
        "reference": task.reference or "",
        "payload": json.dumps(task.payload, ensure_ascii=False) if task.payload else "",
    }


def by_field(faults: Iterable[Fault], fields: Iterable[str] = FIELDS) -> dict[str, list[str]]:
    """Field to what is wrong with it; what concerns none of them stands under `whole`."""
    known = set(fields)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for fault in faults:
        parts = [part for part in fault.pointer.split("/") if part and not part.isdigit()]
        field = parts[0] if parts and parts[0] in known else WHOLE
        if fault.detail not in found[field]:
            found[field].append(fault.detail)
    return dict(found)


def moment_of(text: str) -> str | None:
    """The time in a field, which is in UTC; None if it is empty."""
    return _moment(text.strip()) or None


def number_of(text: str) -> Json:
    """The number in a field; another text stays one, for the schema to refuse."""
    return _json(text.strip())


def _resources(text: str) -> list[str] | dict[str, object]:
    """`camera, disk = 2`: names separated by commas, with an amount where it isn't 1."""
    names = [name for part in text.split(",") if (name := part.strip())]
    if not any("=" in name for name in names):
        return list(names)
    amounts: dict[str, object] = {}
    for name in names:
        match = _AMOUNT.fullmatch(name)
        amounts[match[1] if match else name] = int(match[2]) if match else 1
    return amounts


def _json(text: str) -> Json:
    """The value; a text that is no JSON stays one, for the schema to refuse."""
    try:
        return read_json(text.encode(errors="surrogatepass"), Limits())
    except InputError:
        return text


def _moment(text: str) -> str:
    """What a browser's field for times holds, as RFC 3339 writes it; such fields are in UTC here."""
    if not _LOCAL.fullmatch(text):
        return text
    return f"{text.upper()}{':00' if len(text) == len('2026-01-31T12:00') else ''}Z"


def _written(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") if at else ""


_READ = {
    "resources": _resources,
    "profit": _json,
    "not_before": _moment,
    "deadline": _moment,
    "max_attempts": _json,
    "payload": _json,
}
