"""What a product's schema finds wrong with parameters is said in words of ours, each fault once and with its place."""

import pytest
from jsonschema import Draft202012Validator

from satselect.schemas.reading.schema_faults import faults_of

SCHEMA = {
    "type": "object",
    "properties": {
        "bands": {"type": "integer", "minimum": 1, "exclusiveMaximum": 9.5},
        "mode": {"enum": ["wide", 2, None]},
        "note": {"type": ["string", "null"], "pattern": "^a", "maxLength": 2},
        "it's/here": {"type": "array", "minItems": 2, "items": {"type": "number", "multipleOf": 0.5}},
        "night": {"const": True},
        "odd": {"not": {"type": "object"}},
    },
    "patternProperties": {"^x-": {"type": "boolean"}},
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("sent", "faults"),
    [
        ({"bands": None}, {"/p/bands": "must be a whole number, not null"}),
        ({"bands": True}, {"/p/bands": "must be a whole number, not true"}),
        ({"bands": 0}, {"/p/bands": "must be at least 1, not 0"}),
        ({"bands": 10}, {"/p/bands": "must be below 9.5, not 10"}),
        ({"mode": "narrow"}, {"/p/mode": 'must be one of: "wide", 2, null, not "narrow"'}),
        ({"note": 1}, {"/p/note": "must be text or null, not 1"}),
        ({"note": "b"}, {"/p/note": 'must match ^a, not "b"'}),
        ({"note": "abc"}, {"/p/note": 'must have at most 2 characters, not "abc"'}),
        ({"it's/here": [1]}, {"/p/it's~1here": "must have at least 2 of them, not a list"}),
        ({"it's/here": [1, 0.7]}, {"/p/it's~1here/1": "must be a multiple of 0.5, not 0.7"}),
        ({"night": False}, {"/p/night": "must be true, not false"}),
        ({"odd": {}}, {"/p/odd": "must be as the schema has it under not, not an object"}),
        ({"x-a": 1}, {"/p/x-a": "must be true or false, not 1"}),
        ({"y": 1, "b/c": 2}, {"/p/b~1c": "is not a known field", "/p/y": "is not a known field"}),
    ],
)
def test_each_fault_is_said(sent: dict[str, object], faults: dict[str, str]) -> None:
    assert _found(SCHEMA, sent) == faults


def test_each_missing_field_is_named_once() -> None:
    found = faults_of(Draft202012Validator({"required": ["a", "b", "ab"]}).iter_errors({"b": 1}))
    assert [(fault.pointer, fault.detail) for fault in found] == [("/a", "is missing"), ("/ab", "is missing")]


def _found(schema: dict[str, object], sent: dict[str, object]) -> dict[str, str]:
    return {fault.pointer: fault.detail for fault in faults_of(Draft202012Validator(schema).iter_errors(sent), "p")}
