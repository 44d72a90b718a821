from datetime import UTC, datetime

import pytest

from satselect.console.forms import moment_of as moment_in_form
from satselect.schemas.fields.moments import moment_of, written

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31T12:00:00Z",
        "2026-01-31t12:00:00z",
        "2026-01-31T12:00:00+00:00",
        "2026-01-31T12:00:00-00:00",
        "2026-01-31T13:00:00+01:00",
        "2026-02-01T11:59:00+23:59",
        "2026-01-30T12:01:00-23:59",
        "2026-01-31T17:45:00+05:45",
        "2026-01-31T12:00:00.0Z",
        "2026-01-31T12:00:00.0000000Z",
        "2026-01-31T12:00:00.000000999Z",
        "2026-01-31T12:00:00." + "0" * 60 + "Z",
    ],
)
def test_each_way_to_write_a_moment_is_read(text: str) -> None:
    assert moment_of(text) == NOON
    assert moment_of(text).tzinfo is UTC


@pytest.mark.parametrize(
    ("decimals", "microseconds"),
    [("1", 100_000), ("123456", 123_456), ("1234567", 123_456), ("123456789", 123_456), ("9999999", 999_999)],
)
def test_what_is_finer_than_microseconds_is_cut_off(decimals: str, microseconds: int) -> None:
    assert moment_of(f"2026-01-31T12:00:00.{decimals}+00:00") == NOON.replace(microsecond=microseconds)
    assert moment_of(f"2026-01-31T14:00:00.{decimals}+02:00") == NOON.replace(microsecond=microseconds)


def test_the_first_and_the_last_moment_are_read_and_written() -> None:
    for text in ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"):
        assert written(moment_of(text)) == text
    assert written(moment_of("0001-01-01T01:00:00+01:00")) == "0001-01-01T00:00:00Z"
    assert written(moment_of("9999-12-31T22:59:59-01:00")) == "9999-12-31T23:59:59Z"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-12-31T23:59:60Z", "leap second"),
        ("2026-06-30T23:59:60.5+00:00", "leap second"),
        ("2026-01-31T24:00:00Z", "hour 24"),
        ("2026-01-31T24:00:00.000+02:00", "hour 24"),
        ("0001-01-01T00:00:00+00:01", "years 1 to 9999"),
        ("9999-12-31T23:59:59-00:01", "years 1 to 9999"),
        ("0000-01-01T00:00:00Z", "no time that there is"),
        ("2026-02-30T00:00:00Z", "no time that there is"),
        ("2026-13-01T00:00:00Z", "no time that there is"),
        ("2026-01-31T25:00:00Z", "no time that there is"),
        ("2026-01-31T12:61:00Z", "no time that there is"),
        ("2026-01-31T12:00:61Z", "no time that there is"),
        ("2026-01-31T12:00:00", "RFC 3339"),
        ("2026-01-31T12:00Z", "RFC 3339"),
        ("2026-01-31", "RFC 3339"),
        ("2026-01-31 12:00:00Z", "RFC 3339"),
        ("2026-01-31T12:00:00.Z", "RFC 3339"),
        ("2026-01-31T12:00:00,5Z", "RFC 3339"),
        ("2026-01-31T12:00:00+24:00", "RFC 3339"),
        ("2026-01-31T12:00:00+05:60", "RFC 3339"),
        ("2026-01-31T12:00:00+0100", "RFC 3339"),
        ("2026-01-31T12:00:00+01:00:30", "RFC 3339"),
        ("2026-01-31T12:00:00 Z", "RFC 3339"),
        ("\uff12\uff10\uff12\uff16-01-31T12:00:00Z", "RFC 3339"),
        ("+2026-01-31T12:00:00Z", "RFC 3339"),
        ("12026-01-31T12:00:00Z", "RFC 3339"),
        ("2026-01-31T12:00:00." + "0" * 100_000 + "Z", "RFC 3339"),
        ("", "RFC 3339"),
    ],
)
def test_what_is_no_moment_is_refused_and_why_is_said(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        moment_of(text)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-01-31T12:00", "2026-01-31T12:00:00Z"),
        ("2026-01-31t12:00:07", "2026-01-31T12:00:07Z"),
        ("2026-01-31T12:00:07.123456789", "2026-01-31T12:00:07.123456789Z"),
        ("2026-01-31T12:00:00+01:00", "2026-01-31T12:00:00+01:00"),
        ("soon", "soon"),
        (" ", None),
    ],
)
def test_a_field_of_a_form_is_in_utc(text: str, read: str | None) -> None:
    assert moment_in_form(text) == read
