"""The description says all of a call, and its examples are true."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import BaseModel, TypeAdapter

from satselect.api.openapi.documentation import SENT
from satselect.schemas.events import EVENT_SHAPES
from satselect.schemas.fields.examples import example_of
from satselect.schemas.reading.validation import validate
from satselect.web.problems import KINDS
from tests.api.described import described

Json = dict[str, Any]


def calls() -> Iterator[tuple[str, Json]]:
    for path, methods in described()["paths"].items():
        for method, call in methods.items():
            yield f"{method.upper()} {path}", call


def media() -> Iterator[tuple[str, Json]]:
    """Every body and every answer that has a content."""
    for name, call in calls():
        for medium in call.get("requestBody", {}).get("content", {}).values():
            yield f"{name} body", medium
        for status, response in call["responses"].items():
            for medium in response.get("content", {}).values():
                yield f"{name} {status}", medium
    for name, methods in described()["webhooks"].items():
        yield f"{name} delivery", methods["post"]["requestBody"]["content"]["application/json"]


def check(example: object, schema: Json) -> None:
    whole = {**schema, "components": described()["components"]}
    Draft202012Validator(whole, format_checker=FormatChecker()).validate(example)


@pytest.mark.parametrize(("place", "medium"), list(media()), ids=lambda value: value if isinstance(value, str) else "")
def test_every_body_and_answer_has_an_example_of_its_shape(place: str, medium: Json) -> None:
    assert "example" in medium, f"{place} needs one in its shape"
    check(medium["example"], medium["schema"])


@pytest.mark.parametrize("shape", EVENT_SHAPES, ids=lambda shape: shape.__name__)
def test_every_event_has_an_example_of_its_shape(shape: type[BaseModel]) -> None:
    check(example_of(shape), {"$ref": f"#/components/schemas/{shape.__name__}"})


@pytest.mark.parametrize("name", SENT)
def test_an_example_of_a_body_is_taken(name: str) -> None:
    validate(TypeAdapter(SENT[name]), example_of(SENT[name]))


def test_every_place_in_a_path_has_an_example() -> None:
    places = [each for _, call in calls() for each in call.get("parameters", ()) if each["in"] == "path"]
    assert {each["name"] for each in places if "example" not in each} == set()


def test_examples_of_problems_are_kinds_that_there_are() -> None:
    kinds = {(f"urn:satselect:problem:{kind.slug}", int(kind.status)) for kind in KINDS.values()}
    shown = {
        (medium["example"]["type"], int(place.rsplit(" ", 1)[1]))
        for place, medium in media()
        if medium["schema"].get("$ref", "").endswith("/Problem")
    }
    assert shown <= kinds
    assert {status for _, status in shown} >= {400, 401, 403, 404, 409, 413, 415, 422, 429, 503}


def test_calls_have_names_of_their_own() -> None:
    names = [call["operationId"] for _, call in calls()]
    assert sorted(set(names)) == sorted(names)


def test_every_call_says_what_it_does() -> None:
    assert [name for name, call in calls() if not call.get("description", "").endswith(".")] == []


def test_nothing_refers_to_what_is_not_there() -> None:
    def references(part: object) -> Iterator[str]:
        if isinstance(part, dict):
            yield from (value for key, value in part.items() if key == "$ref")
            for value in part.values():
                yield from references(value)
        elif isinstance(part, list):
            for value in part:
                yield from references(value)

    schemas = described()["components"]["schemas"]
    assert {each for each in references(described()) if each.rsplit("/", 1)[1] not in schemas} == set()
