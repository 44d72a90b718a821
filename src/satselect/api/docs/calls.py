"""Calls of the description, as they stand on the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from django.utils.safestring import SafeString

from satselect.api.docs.shapes import Field, Shape, field_of, kind_of, references, shape_of
from satselect.api.docs.text import breakable, coloured, curl, pretty, worded
from satselect.api.openapi.documentation import SENT

STREAM = "text/event-stream"

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Header:
    """A header of an answer."""

    name: str
    words: SafeString


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a call: what it means, its shape, an example."""

    status: int
    phrase: str
    words: SafeString
    kind: SafeString | None
    headers: tuple[Header, ...]
    example: SafeString


@dataclass(frozen=True, slots=True)
class Call:
    """One method of one path."""

    id: str
    method: str
    path: str
    short: SafeString
    words: SafeString
    needs_key: bool
    parameters: tuple[Field, ...]
    body: SafeString | None
    body_is_required: bool
    command: SafeString
    answers: tuple[Answer, ...]
    errors: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a webhook is sent."""

    type: str
    words: SafeString
    headers: tuple[Field, ...]
    kind: SafeString
    example: SafeString


@dataclass(frozen=True, slots=True)
class Group:
    """The calls about one thing."""

    name: str
    calls: tuple[Call, ...]


class Book:
    """The whole description."""

    def __init__(self, description: Json, *, origin: str, shows_key: bool) -> None:
        self._description, self._origin, self._shows_key = description, origin, shows_key

    @cached_property
    def groups(self) -> list[Group]:
        """The calls by what they are about, in the order of the description."""
        found: dict[str, list[Call]] = {}
        for path, methods in self._description["paths"].items():
            for method, call in methods.items():
                found.setdefault(call["tags"][0], []).append(self._call(method.upper(), path, call))
        return [Group(name, tuple(calls)) for name, calls in found.items()]

    @cached_property
    def shapes(self) -> list[Shape]:
        """Every shape that a call takes or answers."""
        schemas, reached = self._description["components"]["schemas"], set()
        waiting = set(references([self._description["paths"], self._description["webhooks"]]))
        while waiting:
            name = waiting.pop()
            reached.add(name)
            waiting |= set(references(schemas[name])) - reached
        return [shape_of(name, schemas[name], is_sent=name in SENT) for name in sorted(reached)]

    @cached_property
    def deliveries(self) -> list[Delivery]:
        """What webhooks are sent."""
        return [_sent_delivery(type, methods["post"]) for type, methods in self._description["webhooks"].items()]

    @cached_property
    def problem(self) -> SafeString:
        """An example of what every error is answered with."""
        for methods in self._description["paths"].values():
            for call in methods.values():
                if 422 in call["responses"]:
                    (medium,) = call["responses"][422]["content"].values()
                    return coloured(pretty(medium["example"]))
        raise LookupError("no call can be answered 422")

    def _call(self, method: str, path: str, call: Json) -> Call:
        needs_key = bool(call.get("security"))
        body = call.get("requestBody")
        answers = {int(status): answer for status, answer in call["responses"].items()}
        return Call(
            id=call["operationId"],
            method=method,
            path=path,
            short=breakable(path.removeprefix("/api/v1")),
            words=worded(call.get("description", "")),
            needs_key=needs_key,
            parameters=tuple(_parameter(each) for each in call.get("parameters", ())),
            body=kind_of(_only(body["content"])["schema"]) if body else None,
            body_is_required=bool(body and body.get("required")),
            command=self._command(method, path, call, needs_key),
            answers=tuple(_answer(status, answer) for status, answer in answers.items() if status < 400),
            errors=tuple((status, HTTPStatus(status).phrase) for status in answers if status >= 400),
        )

    def _command(self, method: str, path: str, call: Json, needs_key: bool) -> SafeString:
        places = {each["name"]: str(each.get("example", "")) for each in call.get("parameters", ())}
        for name, value in places.items():
            path = path.replace(f"{{{name}}}", quote(value))
        headers = {"Authorization": "Bearer $KEY"} if needs_key and self._shows_key else {}
        body = None
        if "requestBody" in call:
            headers["Content-Type"] = "application/json"
            body = pretty(_only(call["requestBody"]["content"]).get("example"))
        options = "-N " if STREAM in str(call["responses"]) else "" if method == "GET" else f"-X {method} "
        return curl(options, self._origin + path, headers, body)


def _parameter(parameter: Json) -> Field:
    schema = parameter["schema"]
    if "anyOf" in schema:  # null can't be written in an address: it is what is left out
        schema = schema | {"anyOf": [part for part in schema["anyOf"] if part.get("type") != "null"]}
    return field_of(
        parameter["name"],
        schema,
        is_required=parameter.get("required", False) and parameter["in"] != "path",  # there it goes without saying
        words=parameter.get("description", ""),
        place=parameter["in"],
    )


def _answer(status: int, answer: Json) -> Answer:
    phrase = HTTPStatus(status).phrase
    words = answer.get("description", "")
    medium = _only(answer.get("content", {}))
    return Answer(
        status=status,
        phrase=phrase,
        words=worded("" if words == phrase else words),
        kind=_kind_of(medium) if medium else None,
        headers=tuple(
            Header(name, worded(header.get("description", ""))) for name, header in answer.get("headers", {}).items()
        ),
        example=coloured(_written(medium.get("example"))) if medium else SafeString(),
    )


def _sent_delivery(type: str, call: Json) -> Delivery:
    medium = _only(call["requestBody"]["content"])
    return Delivery(
        type=type,
        words=worded(call["description"]),
        headers=tuple(_parameter(each) for each in call["parameters"]),
        kind=kind_of(medium["schema"]),
        example=coloured(pretty(medium["example"])),
    )


def _kind_of(medium: Json) -> SafeString:
    """What the answer holds; of a stream, what each event holds."""
    return kind_of(medium.get("x-data", medium["schema"]))


def _written(example: object) -> str:
    return example if isinstance(example, str) else pretty(example)


def _only(content: Mapping[str, Json]) -> Json:
    return next(iter(content.values()), {})
