"""Where everyone on this machine may do everything, pages of other sites may not do it through a browser."""

import httpx
import pytest

from tests.api.test_bad_input import assert_problem
from tests.databases import counts

DATABASES = ["sqlite"]

ITERATE = "/api/v1/fleets/default/iterations"
ELSEWHERE = [
    {"Origin": "https://evil.example"},
    {"Origin": "http://localhost:1"},
    {"Origin": "null"},
    {"Origin": "http://[::1"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
]


@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
def test_a_page_of_another_site_changes_nothing(service: httpx.Client, headers: dict[str, str]) -> None:
    before = counts()
    assert_problem(service.post(ITERATE, headers=headers), 403)
    assert_problem(service.delete("/api/v1/keys/abcdefgh", headers=headers), 403)
    assert counts() == before


@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
def test_a_page_of_another_site_may_link_here(service: httpx.Client, headers: dict[str, str]) -> None:
    assert service.get("/api/v1/fleets", headers=headers).status_code == 200


def test_own_pages_and_programs_change_what_they_like(service: httpx.Client) -> None:
    own = f"http://127.0.0.1:{service.base_url.port}"
    for headers in ({}, {"Origin": own}, {"Origin": own, "Sec-Fetch-Site": "same-origin"}):
        assert service.post(ITERATE, headers=headers).status_code == 201


def test_who_shows_a_key_may_come_from_anywhere(guarded: httpx.Client) -> None:
    assert_problem(guarded.post(ITERATE, headers=ELSEWHERE[0]), 401)
