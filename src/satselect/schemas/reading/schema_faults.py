"""What a JSON Schema finds wrong, in words of ours: which value was refused, and what may stand in its place."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from satselect.schemas.reading.faults import Fault, pointer_of
from satselect.schemas.reading.wording import one, shown

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_TYPES: Mapping[str, str] = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "text",
}

_BOUNDS: Mapping[str, str] = {
    "minimum": "must be at least {bound}",
    "exclusiveMinimum": "must be above {bound}",
    "maximum": "must be at most {bound}",
    "exclusiveMaximum": "must be below {bound}",
    "multipleOf": "must be a multiple of {bound}",
    "minLength": "must have at least {bound} characters",
    "maxLength": "must have at most {bound} characters",
    "pattern": "must match {bound}",
    "minItems": "must have at least {bound} of them",
    "maxItems": "must have at most {bound} of them",
    "minProperties": "must have at least {bound} fields",
    "maxProperties": "must have at most {bound} fields",
    "const": "must be {bound}",
}
"""Keyword to words that the value follows."""


def faults_of(errors: Iterable["ValidationError"], *above: str) -> list[Fault]:
    """Each fault once, with its place.

    Args:
        errors: those of a validator of draft 2020-12.
        above: where in the request the value lies that was validated.
    """
    # Of several missing fields there is one error each, and none says which: all are named by each.
    return list(dict.fromkeys(fault for error in errors for fault in _faults_of(error, above)))


def _faults_of(error: "ValidationError", above: tuple[str, ...]) -> Iterator[Fault]:
    place = (*above, *error.absolute_path)
    known: Any = error.validator_value
    value: Any = error.instance
    schema: Any = error.schema
    if error.validator == "required":
        yield from (Fault("is missing", pointer_of(*place, name)) for name in known if name not in value)
    elif error.validator == "additionalProperties" and known is False:
        yield from (Fault("is not a known field", pointer_of(*place, name)) for name in _unknown(value, schema))
    else:
        yield Fault(f"{_said(str(error.validator), known)}, not {shown(value)}"[:300], pointer_of(*place))


def _unknown(value: Mapping[str, object], schema: Mapping[str, Any]) -> list[str]:
    patterns = schema.get("patternProperties", {})
    named = value.keys() - schema.get("properties", {}).keys()
    return sorted(name for name in named if not any(re.search(pattern, name) for pattern in patterns))


def _said(keyword: str, known: Any) -> str:  # noqa: ANN401 - whatever stands behind the keyword
    if keyword == "type":
        return f"must be {' or '.join(_TYPES.get(each, each) for each in _listed(known))}"
    if keyword == "enum":
        return f"must be one of: {', '.join(map(shown, known))}"
    if keyword in _BOUNDS:
        return one(_BOUNDS[keyword].format(bound=known if keyword == "pattern" else shown(known)))
    return f"must be as the schema has it under {keyword}"


def _listed(known: str | list[str]) -> list[str]:
    return [known] if isinstance(known, str) else known
