"""What is wrong is told in our words, with the value: no library's own sentence gets out."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core.core_schema import ErrorType

import satselect.api.service  # noqa: F401 - so that all bodies are known
from satselect.api.openapi.documentation import SENT
from satselect.schemas.fields.satellites import SATELLITES
from satselect.schemas.reading.wording import _UNKNOWN, details_of, said, shown

SHAPES: list[TypeAdapter[Any]] = [*(TypeAdapter(shape) for shape in SENT.values()), SATELLITES]
JUNK: list[Any] = [None, True, 0, -1, 7, 1.5, 1e40, 10**30, float("inf"), "", "x", "\ud800", "2026-01-01", [], [7], {}]
JUNK += [{"a": "b"}, {"a": -1}, "9" * 5000, 10**4000, ["a", "a"], [{}], {"\ud800": 1}, {"": 1}]
FOREIGN = frozenset(get_args(ErrorType))


def words_for(shape: TypeAdapter[Any], document: Any) -> list[tuple[str, str, str]]:  # noqa: ANN401 - any JSON
    """Type, the library's words, ours."""
    try:
        shape.validate_python(document)
    except ValidationError as error:
        return [(line["type"], line["msg"], said(line)) for line in details_of(error)]
    return []


def check(shape: TypeAdapter[Any], document: Any) -> None:  # noqa: ANN401 - any JSON
    for kind, foreign, ours in words_for(shape, document):
        assert ours != foreign or kind not in FOREIGN
        assert _UNKNOWN not in ours, kind
        assert "Input should" not in ours
        assert "Value error" not in ours
        assert ours.isprintable()
        assert len(ours) < 300


@pytest.mark.parametrize("shape", range(len(SHAPES)), ids=[*SENT, "satellites"])
@pytest.mark.parametrize("value", range(len(JUNK)))
def test_of_every_body_and_every_field(shape: int, value: int) -> None:
    check(SHAPES[shape], JUNK[value])
    model = list(SENT.values())[shape] if shape < len(SENT) else None
    for field in model.model_fields if isinstance(model, type) and issubclass(model, BaseModel) else ["sat-1"]:
        check(SHAPES[shape], {field: JUNK[value], "unknown": 1})


@given(
    st.recursive(st.sampled_from(JUNK) | st.text(), lambda inner: st.dictionaries(st.text(), inner) | st.lists(inner))
)
def test_of_anything(document: object) -> None:
    for shape in SHAPES:
        check(shape, document)
    assert len(shown(document)) < 80
    assert shown(document).isprintable()


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"sat-1": {"camera": "two"}}, 'must be a whole number, not "two"'),
        ({"sat-1": {"camera": -1}}, "must be at least 0, not -1"),
        ({"sat-1": {"camera": 10**13}}, "must be at most 1000000000000, not 10000000000000"),
        ({"sat-1": {"camera": None}}, "must be a whole number, not null"),
        ({"sat-1": {"camera": [1]}}, "must be a whole number, not a list"),
    ],
)
def test_with_the_value(document: object, words: str) -> None:
    assert [ours for _, _, ours in words_for(SATELLITES, document)] == [words]
