import re

import httpx
import pytest
from django.contrib.staticfiles.storage import staticfiles_storage

DATABASES = ["sqlite"]

NAME = "admin/js/core.js"


def test_a_static_file_is_served_in_production(service: httpx.Client) -> None:
    answer = service.get(f"/static/{NAME}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, no-cache")
    assert "javascript" in answer.headers["Content-Type"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert len(answer.content) > 1_000


def test_an_address_that_names_the_content_holds_for_good(service: httpx.Client) -> None:
    address = staticfiles_storage.url(NAME)
    assert re.fullmatch(rf"/static/{NAME}\?v=[0-9a-f]{{16}}", address)
    assert "immutable" in service.get(address).headers["Cache-Control"]
    assert "immutable" not in service.get(address[:-1]).headers["Cache-Control"]


def test_what_a_browser_has_already_is_not_sent_again(service: httpx.Client) -> None:
    etag = service.get(f"/static/{NAME}").headers["ETag"]
    again = service.get(f"/static/{NAME}", headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "name", ["", "nowhere.js", "../settings.py", "..%2f..%2fmanage.py", "%2fetc%2fpasswd", "admin", "a%00b"]
)
def test_nothing_else_is_served(service: httpx.Client, name: str) -> None:
    assert service.get(f"/static/{name}").status_code == 404


def test_static_files_are_read_only(service: httpx.Client) -> None:
    assert service.post(f"/static/{NAME}").status_code == 405
