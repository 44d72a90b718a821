import pytest

from satselect.schemas.fields.entity_tags import digest_of, is_as_seen, is_known, tag_of
from satselect.schemas.fleets import FleetAnswer, Release

TAG = '"abc"'


@pytest.mark.parametrize(
    ("sent", "holds"),
    [
        ('"abc"', True),
        ('"x", "abc"', True),
        ('"x","abc"', True),
        (' , "x",, "abc" ,', True),
        ("*", True),
        (" * ", True),
        ('W/"abc"', False),  # strong comparison
        ('W/"abc", "abc"', True),
        ('"x"', False),
        ('"ABC"', False),
        ("", False),
        (",", False),
        ("abc", False),
        ("'abc'", False),
        ('"abc', False),
        ('abc"', False),
        ('"abc" "abc"', False),
        ('"abc", nonsense', False),
        ('*, "abc"', False),
        ('"abc", *', False),
        ('w/"abc"', False),
        ('W/ "abc"', False),
        ('"a bc"', False),
        ('"abc"; q=1', False),
        ('"\u00e9", "abc"', True),
    ],
)
def test_if_match_is_a_list_of_strong_tags_or_a_star(sent: str, holds: bool) -> None:
    assert is_as_seen(sent, TAG) is holds


@pytest.mark.parametrize(
    ("sent", "holds"),
    [
        ('"abc"', True),
        ('W/"abc"', True),
        ('"x", W/"abc"', True),
        ("*", True),
        ('"x"', False),
        ("abc", False),
        ("", False),
    ],
)
def test_if_none_match_compares_weakly(sent: str, holds: bool) -> None:
    assert is_known(sent, TAG) is holds


def test_a_long_list_takes_no_longer_than_its_length() -> None:
    assert is_as_seen(", " * 100_000 + '"x" ,' * 100_000 + TAG, TAG)
    assert not is_as_seen('"' * 200_000, TAG)


def fleet(**facts: object) -> FleetAnswer:
    usual = {"fleet": "a", "name": "A", "is_open": True, "shows_break_even": True, "ageing_per_hour": 0.0}
    more = {"release": Release.ITERATION, "satellites": ["s"], "buffered": 3}
    return FleetAnswer.model_construct(**{**usual, **more, **facts})  # type: ignore[arg-type]


def test_what_moves_by_itself_makes_a_new_tag_and_spoils_no_change() -> None:
    before, busier, renamed = tag_of(fleet()), tag_of(fleet(buffered=4)), tag_of(fleet(name="B"))
    assert len({before, busier, renamed}) == 3
    assert is_as_seen(before, busier)
    assert not is_known(before, busier)
    assert not is_as_seen(before, renamed)


def test_the_order_of_fields_makes_no_difference() -> None:
    assert digest_of({"a": 1, "b": [1, 2]}) == digest_of({"b": [1, 2], "a": 1}) != digest_of({"a": 1, "b": [2, 1]})
