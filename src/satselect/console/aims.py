"""The fields of a form that say a target: a place, and the conditions that people give most."""

import json
import re
from collections.abc import Mapping
from typing import Any

from satselect.schemas.fields.limits import Limits
from satselect.schemas.reading.faults import InputError
from satselect.schemas.reading.json_reader import Json, read_json

_CONDITIONS = {
    "target_off_nadir": "maximum_off_nadir",
    "target_elevation": "minimum_elevation",
    "target_sun": "minimum_sun_elevation",
}
_NUMBER = r"([+-]?\d{1,3}(?:\.\d{1,12})?)"
_PLACE = re.compile(rf"{_NUMBER}\s*[,;\s]\s*{_NUMBER}", re.ASCII)


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
    is_plain = geometry["type"] == "Point" and len(position) == 2
    place = f"{position[1]}, {position[0]}" if is_plain else json.dumps(geometry)
    return {"target_place": place} | {
        name: json.dumps(conditions[said]) for name, said in _CONDITIONS.items() if said in conditions
    }


def _geometry(text: str) -> Json:
    if found := _PLACE.fullmatch(text):
        return {"type": "Point", "coordinates": [float(found[2]), float(found[1])]}
    return _json(text)


def _json(text: str) -> Json:
    """The value; a text that is no JSON stays one, for the schema to refuse."""
    try:
        return read_json(text.encode(errors="surrogatepass"), Limits())
    except InputError:
        return text
