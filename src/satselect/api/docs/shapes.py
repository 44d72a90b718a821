"""Schemas in words: what fields a shape has, and what each may be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from satselect.api.docs.text import worded

Schema = Mapping[str, Any]

_FORMATS = {"uuid": "UUID", "date-time": "time"}
_WORDS = {"string": "text", "integer": "whole number", "boolean": "true or false"}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a shape, or a parameter of a call."""

    name: str
    kind: SafeString
    limits: str
    is_required: bool
    default: str | None
    words: SafeString
    place: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with fields, or one of some words."""

    name: str
    words: SafeString
    fields: tuple[Field, ...]
    choices: tuple[str, ...] = ()


def shape_of(name: str, schema: Schema, *, is_sent: bool) -> Shape:
    """The shape of that name. Answers have all their fields, so only of what is sent it is said which are required."""
    properties = schema.get("properties", {})
    required = schema.get("required", ()) if is_sent else ()
    if not is_sent:
        properties = {name: {**inner, "default": None} for name, inner in properties.items()}
    fields = tuple(field_of(field, inner, is_required=field in required) for field, inner in properties.items())
    return Shape(name, worded(schema.get("description", "")), fields, tuple(schema.get("enum", ())))


def field_of(name: str, schema: Schema, *, is_required: bool, words: str = "", place: str = "") -> Field:
    """A field or parameter of that name."""
    default = schema.get("default")
    return Field(
        name=name,
        kind=kind_of(schema),
        limits=", ".join(_limits(schema)),
        is_required=is_required,
        default=None if default is None else str(default).lower() if isinstance(default, bool) else str(default),
        words=worded(words or schema.get("description", "")),
        place=place,
    )


def kind_of(schema: Schema) -> SafeString:
    """What a value may be, with links to the shapes it may have."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return format_html('<a href="#shape-{}">{}</a>', name, name)
    if "anyOf" in schema:
        return format_html_join(" or ", "{}", ((kind_of(part),) for part in schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        words = schema.get("enum", [schema.get("const")])
        return format_html_join(" or ", "<code>{}</code>", ((word,) for word in words))
    match schema.get("type"):
        case "array":
            return format_html("list of {}", kind_of(schema["items"]))
        case "object" if isinstance(schema.get("additionalProperties"), dict):
            return format_html("object of name to {}", kind_of(schema["additionalProperties"]))
        case kind:
            format = _FORMATS.get(schema.get("format", ""))
            return format_html("{}", format or _WORDS.get(str(kind), kind or "anything"))


def references(schema: object) -> Iterator[str]:
    """The names of the shapes that a schema refers to."""
    if isinstance(schema, Mapping):
        if "$ref" in schema:
            yield schema["$ref"].rsplit("/", 1)[1]
        for part in schema.values():
            yield from references(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from references(part)


def _limits(schema: Schema) -> Iterator[str]:
    parts = [schema, *(part for part in schema.get("anyOf", ()) if part.get("type") != "array")]
    for part in parts:
        yield from _between(part, "minimum", "maximum", "")
        yield from _between(part, "minLength", "maxLength", " characters")


def _between(schema: Schema, least: str, most: str, unit: str) -> Iterator[str]:
    if least in schema and most in schema:
        yield f"{_number(schema[least])} to {_number(schema[most])}{unit}"
    elif least in schema:
        yield f"{_number(schema[least])}{unit} or more"
    elif most in schema:
        yield f"{_number(schema[most])}{unit} or less"


def _number(value: float) -> str:
    return f"{value:,.0f}".replace(",", "\u202f") if value < 10**9 else f"{value:.0e}".replace("e+", "e")
