"""Calls made up from the description, right and wrong: each is answered as described, and never with 5xx.

1,000 of them on each database, more by `CALL_SEEDS`. Status, headers and body of each answer are held against the
description. What a value may be is read from its schema; now and then another value is sent.
"""

import json
import os
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

import httpx
import pytest
from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from tests.databases import AND_OVER_THE_BUS

DATABASES = AND_OVER_THE_BUS

Schema = dict[str, Any]

CALLS, SEEDS = 1000, int(os.environ.get("CALL_SEEDS", "1"))
JUNK: list[object] = [
    None,
    True,
    -1,
    0,
    1e999,
    10**30,
    "",
    " ",
    "a\0b",
    "\ud800",
    "x" * 300,
    [],
    {},
    [[]],
    {"a": 1},
    "\u202e",
]
TEXTS = ["camera", "disk", "a/b", "caf\u00e9", "x y", "1"]
MOMENTS = ["2020-01-01T00:00:00Z", "2099-01-01T00:00:00+02:00", "9999-12-31T23:59:59-14:00", "2026-13-01T00:00:00Z"]
PATHS = ["%00", "..%2f", "' OR 1=1", "%ff", "x" * 300, "nowhere", "default", "\u202e"]


class Caller:
    """Makes up calls and remembers what the answers name, so that calls are about something."""

    def __init__(self, client: httpx.Client, seed: int) -> None:
        self.client, self.rng = client, Random(seed)
        self.description: Schema = client.get("/api/openapi.json").json()
        self.seen: list[str] = ["default", "camera"]
        self._validators: dict[int, Draft202012Validator] = {}
        self.calls = [
            (method, path, call)
            for path, methods in self.description["paths"].items()
            for method, call in methods.items()
        ]

    def call(self) -> tuple[str, dict[str, Any], httpx.Response]:
        method, path, call = self.rng.choice(self.calls)
        query: dict[str, str] = {}
        headers: dict[str, str] = {}
        for parameter in call.get("parameters", ()):
            if parameter["in"] == "path":
                path = path.replace(f"{{{parameter['name']}}}", self.place())
            elif self.rng.random() < 0.4:
                where = query if parameter["in"] == "query" else headers
                where[parameter["name"]] = self.text(parameter["schema"])
        if "text/event-stream" in call["responses"].get("200", {}).get("content", {}):
            query["follow"] = "false"  # or it would never end
        content = self.body(call, headers)
        answer = self.client.request(method, path, params=query or None, content=content, headers=headers)
        self.remember(answer)
        return f"{method} {path} {query} {content!r}", call, answer

    def place(self) -> str:
        return self.rng.choice(PATHS) if self.rng.random() < 0.2 else self.rng.choice(self.seen)

    def text(self, schema: Schema) -> str:
        value = str(self.value(schema))
        return "".join(letter for letter in value if " " <= letter <= "~").strip() or "0"

    def body(self, call: Schema, headers: dict[str, str]) -> bytes | None:
        if "requestBody" not in call or self.rng.random() < 0.05:
            return None
        headers["Content-Type"] = "text/plain" if self.rng.random() < 0.03 else "application/json"
        sent = json.dumps(self.value(call["requestBody"]["content"]["application/json"]["schema"])).encode()
        return sent[: self.rng.randrange(len(sent))] if self.rng.random() < 0.05 else sent

    def value(self, schema: Schema) -> object:
        if self.rng.random() < 0.04:
            return self.rng.choice(JUNK)
        if "$ref" in schema:
            return self.value(self.description["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
        if "anyOf" in schema:
            return self.value(self.rng.choice(schema["anyOf"]))
        if "enum" in schema:
            return self.rng.choice(schema["enum"])
        return getattr(self, "make_" + schema.get("type", "null"))(schema)

    def make_object(self, schema: Schema) -> object:
        if "properties" not in schema:
            more = schema.get("additionalProperties")
            inner = more if isinstance(more, dict) else {"type": "string"}
            return {name: self.value(inner) for name in self.rng.sample(TEXTS, 2)}
        required = schema.get("required", ())
        names = [name for name in schema["properties"] if name in required or self.rng.random() < 0.3]
        return {name: self.value(schema["properties"][name]) for name in names}

    def make_array(self, schema: Schema) -> object:
        return [self.value(schema["items"]) for _ in range(self.rng.randint(0, 4))]

    def make_string(self, schema: Schema) -> object:
        if schema.get("format") == "date-time":
            return self.rng.choice(MOMENTS)
        return self.rng.choice(self.seen if schema.get("format") == "uuid" else TEXTS)

    def make_integer(self, schema: Schema) -> object:
        least = schema.get("minimum", 0)
        return self.rng.choice([least, least + 1, schema.get("maximum", 9), self.rng.randint(0, 9)])

    def make_number(self, schema: Schema) -> object:
        return self.rng.choice([0, 1, 2.5, 1e12, self.rng.random() * 100])

    def make_boolean(self, schema: Schema) -> object:
        return self.rng.random() < 0.8

    def make_null(self, schema: Schema) -> object:
        return None

    def remember(self, answer: httpx.Response) -> None:
        if answer.is_success and answer.headers.get("Content-Type", "").startswith("application/json"):
            ids = [text for text in str(answer.json()).split("'") if len(text) == 36 and is_id(text)]
            self.seen = [*self.seen[:2], *self.seen[2:][-20:], *ids[:3]]

    def check(self, call: Schema, answer: httpx.Response) -> None:
        """The status, the headers and the body of the answer are as described."""
        described = call["responses"].get(str(answer.status_code))
        assert described is not None, answer.text
        headers = {name.lower(): header for name, header in described.get("headers", {}).items()}
        assert set(answer.headers) - USUAL <= headers.keys()
        for name, header in headers.items():
            assert name in answer.headers or not header.get("required"), name
            if name in answer.headers and header["schema"]["type"] == "integer":
                int(answer.headers[name])
        if "content" not in described:
            assert answer.content == b""
            return
        media, _, _ = answer.headers["Content-Type"].partition(";")
        assert media in described["content"]
        if media.endswith("json"):
            self.validator(described["content"][media]["schema"]).validate(answer.json())

    def validator(self, schema: Schema) -> Draft202012Validator:
        """One for each schema: it remembers what its references are, which costs more than an answer."""
        if id(schema) not in self._validators:
            root = {"components": self.description["components"], **schema}
            self._validators[id(schema)] = Draft202012Validator(root, format_checker=FORMATS)
        return self._validators[id(schema)]


def is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


USUAL = frozenset(
    {
        *("content-length", "content-type", "date", "server", "connection", "vary", "allow", "cache-control"),
        *("x-accel-buffering", "x-content-type-options", "x-frame-options", "referrer-policy"),
        *("cross-origin-opener-policy", "content-security-policy"),
    }
)
"""Headers that any answer may have, and that say nothing about the call."""

FORMATS = FormatChecker()


@FORMATS.checks("date-time", raises=ValueError)
def is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_every_answer_is_described_and_none_is_5xx(service: httpx.Client, seed: int) -> None:
    caller = Caller(service, seed)
    statuses: dict[int, int] = {}
    for _ in range(CALLS):
        words, call, answer = caller.call()
        assert answer.status_code < 500, (words, answer.text)
        try:
            caller.check(call, answer)
        except (AssertionError, ValidationError) as error:
            raise AssertionError(f"{words}\n{answer.status_code} {answer.text}") from error
        statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
    assert {200, 201, 404, 422} <= set(statuses)
