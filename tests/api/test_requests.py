import pytest
from django.test import RequestFactory

from satselect.web.requests import MOST_WAIT_S, wait_of


@pytest.mark.parametrize(
    ("prefer", "wait_s"),
    [
        ("wait=0", 0),
        ("respond-async, wait=20", 20),
        ("wait=99999", MOST_WAIT_S),
        (f"wait={'9' * 400}", MOST_WAIT_S),
        ("respond-async", 0),
        ("wait=-1", None),
        ("wait=soon", None),
        ("", None),
    ],
)
def test_who_waits_waits_as_long_as_they_prefer_and_not_longer_than_anybody_may(
    prefer: str, wait_s: float | None
) -> None:
    assert wait_of(RequestFactory().post("/", headers={"Prefer": prefer})) == wait_s
