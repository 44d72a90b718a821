import doctest
from datetime import UTC, datetime

import pytest

from satselect.application.explanation.reasons import speech
from satselect.console import formatting, forms
from satselect.console.drawing import blocks
from satselect.console.exports import Cell, as_csv
from satselect.console.formatting import compact, number, share, span
from satselect.schemas.reading.faults import Fault


@pytest.mark.parametrize("module", [formatting, blocks, forms, speech])
def test_the_examples_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, "—"), (9, "9"), (9.0, "9"), (1234567.891, "1,234,567.89"), (0.5, "0.5"), (0.00012, "0.00012"), (0, "0")],
)
def test_numbers_are_written_for_people(value: float | None, written: str) -> None:
    assert number(value) == written


@pytest.mark.parametrize(
    "value", [0, 0.001, 9.25, 99.999, 1234.5, 12345, 999_600, 999_999, 1e6, 123_456_789, 999_960_000, 1e12]
)
def test_a_block_has_room_for_any_profit(value: float) -> None:
    assert len(compact(value)) <= 7
    assert "e" not in compact(value)


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, "—"), (1, "100 %"), (0.99999, "> 99.9 %"), (0.5, "50 %"), (0.1234, "12.3 %"), (0, "0 %")],
)
def test_only_all_of_it_is_100_percent(value: float | None, written: str) -> None:
    assert share(value) == written


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3661, "1 h 1 min"), (90_000, "1 d 1 h"), (-5, "0 s")],
)
def test_spans_have_two_units(seconds: float, written: str) -> None:
    assert span(seconds) == written


@pytest.mark.parametrize(
    ("text", "resources"),
    [
        ("", []),
        ("camera", ["camera"]),
        (" camera , disk ,", ["camera", "disk"]),
        ("camera, disk = 2", {"camera": 1, "disk": 2}),
        ("star tracker=10", {"star tracker": 10}),
        ("a = b", {"a = b": 1}),
    ],
)
def test_resources_are_read_as_people_write_them(text: str, resources: object) -> None:
    assert forms.document_of({"name": "x", "resources": text})["resources"] == resources


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31T12:00", "2026-01-31T12:00:00Z"),
        ("2026-01-31T12:00:05", "2026-01-31T12:00:05Z"),
        ("2026-01-31T12:00:05.5", "2026-01-31T12:00:05.5Z"),
        ("2026-01-31T12:00:00+01:00", "2026-01-31T12:00:00+01:00"),
        ("soon", "soon"),
    ],
)
def test_times_of_a_browser_are_in_utc(text: str, moment: str) -> None:
    assert forms.document_of({"deadline": text})["deadline"] == moment


def test_faults_go_to_their_fields() -> None:
    faults = [Fault("a", "/resources/1"), Fault("b", "/0/profit"), Fault("c"), Fault("a", "/resources/2")]
    assert forms.by_field(faults) == {"resources": ["a"], "profit": ["b"], "whole": ["c"]}


@pytest.mark.parametrize("name", ["=1+1", "+x", "-x", "@x", "\tx"])
def test_a_spreadsheet_runs_no_name(name: str) -> None:
    row: dict[str, Cell] = {"name": name, "profit": -1.5, "at": datetime(2026, 1, 31, tzinfo=UTC)}
    lines = as_csv([row], ["name", "profit", "at"], name="x").content.decode().splitlines()
    assert lines == ["name,profit,at", f"'{name},-1.5,2026-01-31T00:00:00Z"]
