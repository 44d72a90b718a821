"""From the fields of a form to the documents that the API takes, and from faults in them back to the fields."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pydantic import TypeAdapter

from satselect.schemas.fields.limits import Limits
from satselect.schemas.fields.moments import written
from satselect.schemas.planning.plans import OF_TIME, NewTimedTask, say_time
from satselect.schemas.reading.faults import Fault, InputError, parts_of
from satselect.schemas.reading.json_reader import Json, Unread, read_json
from satselect.schemas.reading.validation import validate
from satselect.schemas.tasks import NewTask
from satselect.store.models import Station, Target, Task

FIELDS = ("name", "resources", "profit", "satellites", "not_before", "deadline", "max_attempts", "reference", "payload")

IN_TIME = ("opportunities", "duration", "window_from", "window_until", "deliver_by")
"""Those of fleets that plan in time; both ends of the window are one field of a task."""
MOST_SPOTS = 200
"""A task with more opportunities than this is edited by programs."""

SOON = {"1 h": 1, "6 h": 6, "1 d": 24, "3 d": 72, "7 d": 168}
"""Deadlines that are so many hours away."""

WHOLE = "whole"

_AMOUNT = re.compile(r"(.*\S)\s*=\s*(\d{1,15})", re.DOTALL)
_TASK: TypeAdapter[NewTask] = TypeAdapter(NewTask)
_TIMED: TypeAdapter[NewTimedTask] = TypeAdapter(NewTimedTask)
# In ASCII, for `\d` takes the digits of all scripts.
_LOCAL = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d+)?)?", re.ASCII)

_CONDITIONS = {
    "target_off_nadir": "maximum_off_nadir",
    "target_elevation": "minimum_elevation",
    "target_sun": "minimum_sun_elevation",
}
_DEGREES = r"([+-]?\d{1,3}(?:\.\d{1,12})?)"
_PLACE = re.compile(rf"{_DEGREES}\s*[,;\s]\s*{_DEGREES}", re.ASCII)


Value = TypeVar("Value")


def document_of(fields: Mapping[str, str]) -> dict[str, Any]:
    """The task as it would be sent; fields that are empty are not."""
    given = {name: fields.get(name, "").strip() for name in (*FIELDS, *IN_TIME)}
    document = {name: _READ.get(name, str)(text) for name, text in given.items() if text}
    if target := target_of(fields):
        document["target"] = target
    ends = {side: document.pop(f"window_{side}") for side in ("from", "until") if f"window_{side}" in document}
    return {"resources": [], **document, **({"window": ends} if ends else {})}


def changes_of(fields: Mapping[str, str], task: Task) -> dict[str, Any]:
    """What the fields say otherwise than the task; nothing of time, if they have no place for it."""
    document, before = document_of(fields), document_of(fields_of(task))
    names = set(document | before)
    # A form without these fields says nothing about them, and must not take them away.
    if "opportunities" not in fields:
        names -= {"opportunities", "target", "duration", "window", "deliver_by"}
    return {name: document.get(name) for name in sorted(names) if document.get(name) != before.get(name)}


def with_deadline(fields: Mapping[str, str], *, at: datetime) -> dict[str, str]:
    """The fields, with a deadline so far from now as was chosen, if none was written."""
    hours = SOON.get(fields.get("soon", ""))
    if hours is None or fields.get("deadline", "").strip():
        return dict(fields)
    return {**fields, "deadline": _written(at + timedelta(hours=hours))}


def task_of(fields: Mapping[str, str]) -> NewTask:
    """The task in the fields.

    Raises:
        InvalidError: every fault, with a pointer that starts with its field.
    """
    document = document_of(fields)
    return validate(_TIMED, document) if say_time([document]) else validate(_TASK, document)


def fields_of(task: Task) -> dict[str, str]:
    """What the fields hold before a task is edited, which was told its uses (`tell_uses`)."""
    names = [name if amount == 1 else f"{name} = {amount}" for name, amount in task.uses.items()]
    return {
        "name": task.name,
        "resources": ", ".join(names),
        "profit": json.dumps(task.profit_as_sent),
        "satellites": ", ".join(task.satellites or ()),
        "not_before": _written(task.not_before),
        # That which is stored may be the last possible start instead (decision 0132).
        "deadline": _written(task.deadline_sent if task.is_timed else task.deadline),
        "max_attempts": str(task.max_attempts),
        "reference": task.reference or "",
        "payload": json.dumps(task.payload, ensure_ascii=False) if task.payload else "",
        **(_times_of(task) if task.is_timed else {}),
    }


def _times_of(task: Task) -> dict[str, str]:
    """What the fields hold of time; or why it is none of a form."""
    if target := Target.objects.filter(task=task.id).first():
        return {"has_target": "yes"} | fields_of_target(target.sent)
    spots = list(task.opportunities.order_by("position").select_related("satellite")[: MOST_SPOTS + 1])
    if len(spots) > MOST_SPOTS:
        return {"has_many": "yes"}
    lines = []
    for spot in spots:
        worth = {} if spot.profit is None else {"profit": spot.profit}
        said = {"satellite": spot.satellite.slug, "from": written(spot.starts), "until": written(spot.ends)} | worth
        lines.append(json.dumps(said | ({"details": spot.details} if spot.details else {}), ensure_ascii=False))
    return {
        "opportunities": "[" + ",\n ".join(lines) + "]",
        "duration": "" if task.duration_ms is None else json.dumps(task.duration_ms / 1000),
        "window_from": _written(task.window_starts),
        "window_until": _written(task.window_ends),
        "deliver_by": _written(task.deliver_by),
    }


def target_of(fields: Mapping[str, str]) -> dict[str, Any] | None:
    """The target as it would be sent; None if the fields say none.

    >>> target_of({"target_place": "52.52, 13.4", "target_off_nadir": "30"})
    {'geometry': {'type': 'Point', 'coordinates': [13.4, 52.52]}, 'conditions': {'maximum_off_nadir': 30}}
    """
    given = {name: fields.get(name, "").strip() for name in ("target_place", *_CONDITIONS)}
    if not any(given.values()):
        return None
    conditions = {said: _json(given[name]) for name, said in _CONDITIONS.items() if given[name]}
    return {"geometry": _geometry(given["target_place"]), **({"conditions": conditions} if conditions else {})}


def fields_of_target(sent: Mapping[str, Any]) -> dict[str, str]:
    """What the fields hold of a target that was sent; nothing, if it says more than they can."""
    held = {key: value for key, value in sent.items() if key not in ("geometry", "conditions") and value is not None}
    conditions = {key: value for key, value in sent.get("conditions", {}).items() if value not in (None, 0.0)}
    if held or conditions.keys() - set(_CONDITIONS.values()):
        return {}
    geometry = sent["geometry"]
    position = geometry["coordinates"]
    # With a height it is more than the field says.
    is_plain = geometry["type"] == "Point" and len(position) == 2
    place = f"{position[1]}, {position[0]}" if is_plain else json.dumps(geometry)
    return {"target_place": place} | {
        name: json.dumps(conditions[said]) for name, said in _CONDITIONS.items() if said in conditions
    }


def _geometry(text: str) -> Json:
    if found := _PLACE.fullmatch(text):
        return {"type": "Point", "coordinates": [float(found[2]), float(found[1])]}
    return _json(text)


def said(fault: Fault, document: Json) -> str:
    """What is wrong, with the text that it is about: a place alone says little to a reader who didn't count.

    >>> said(Fault("the fleet has no such resource", "/0/resources/1"), [{"resources": ["camera", "disk"]}])
    'disk: the fleet has no such resource'
    """
    found: Json = document
    parts = parts_of(fault.pointer)
    if isinstance(document, dict) and parts and parts[0].isdigit():
        parts = parts[1:]  # a form sends its one task as a list
    for part in parts:
        if isinstance(found, list) and part.isascii() and part.isdigit() and int(part) < len(found):
            found = found[int(part)]
        elif isinstance(found, dict) and part in found:
            found = part if part == parts[-1] and parts[-2:-1] == ["resources"] else found[part]
        else:
            return fault.detail
    return f"{found[:80]}: {fault.detail}" if isinstance(found, str) and found else fault.detail


def by_field(
    faults: Iterable[Fault], fields: Iterable[str] = (*FIELDS, *OF_TIME), *, document: Json = None
) -> dict[str, list[str]]:
    """Field to what is wrong with it; what concerns none of them stands under `whole`."""
    known = set(fields)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for fault in faults:
        parts = [part for part in fault.pointer.split("/") if part and not part.isdigit()]
        field = parts[0] if parts and parts[0] in known else WHOLE
        # What stands in a field is seen beside its fault.
        words = fault.detail if fault.pointer.rpartition("/")[2] == field else said(fault, document)
        if words not in found[field]:
            found[field].append(words)
    return dict(found)


def moment_of(text: str) -> str | None:
    """The time in a field, which is in UTC; None if it is empty."""
    return _moment(text.strip()) or None


def number_of(text: str) -> Json:
    """The number in a field; another text stays one, for the schema to refuse."""
    return _json(text.strip())


def rates_in(text: str) -> dict[str, Json]:
    """`disk = 0.01, tape = 3`: names separated by commas, each with what leaves in a second.

    >>> rates_in("disk = 0.01, tape = 3")
    {'disk': 0.01, 'tape': 3}
    """
    pairs = (name.rpartition("=") for name in names_of(text))
    return _each((name.strip() or rate.strip(), number_of(rate) if sign else None) for name, sign, rate in pairs)


def rates_of(station: Station) -> str:
    """The same of a station."""
    return ", ".join(f"{name} = {json.dumps(rate)}" for name, rate in station.drains_per_s.items())


def resources_of(text: str) -> list[str] | dict[str, object]:
    """`camera, disk = 2`: names separated by commas, with an amount where it isn't 1."""
    names = names_of(text)
    if not any("=" in name for name in names):
        return list(names)
    matches = ((name, _AMOUNT.fullmatch(name)) for name in names)
    return _each((match[1], int(match[2])) if match else (name, 1) for name, match in matches)


def _each(pairs: Iterable[tuple[str, Value]]) -> dict[str, Value]:
    """Name to value; a name that is there twice comes with blanks, for the schema to refuse as another spelling."""
    found: dict[str, Value] = {}
    for name, value in pairs:
        key = name
        while key in found:
            key += " "
        found[key] = value
    return found


def _json(text: str) -> Json:
    """The value; a text that is no JSON stays one, for the schema to refuse: with why, if it looks like an object."""
    try:
        return read_json(text.encode(errors="surrogatepass"), Limits())
    except InputError as error:
        return Unread.of(text, error.faults[0].detail) if text.startswith(("{", "[")) else text


def _moment(text: str) -> str:
    """What a browser's field for times holds, as RFC 3339 writes it; such fields are in UTC here."""
    if not _LOCAL.fullmatch(text):
        return text
    return f"{text.upper()}{':00' if len(text) == len('2026-01-31T12:00') else ''}Z"


def _written(at: datetime | None) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S") if at else ""


def names_of(text: str) -> list[str]:
    """Names separated by commas."""
    return [name for part in text.split(",") if (name := part.strip())]


_READ = {
    "satellites": names_of,
    "resources": resources_of,
    "profit": _json,
    "not_before": _moment,
    "deadline": _moment,
    "max_attempts": _json,
    "opportunities": _json,
    "duration": _json,
    "window_from": _moment,
    "window_until": _moment,
    "deliver_by": _moment,
    "payload": _json,
}
