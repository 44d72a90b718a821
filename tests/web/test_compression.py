import httpx
import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from satselect.web.middleware.compression import PagesCompressed

DATABASES = ["sqlite"]

TEXT = "some words, again and again, " * 40
ACCEPTS = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize(
    ("method", "media_type", "is_compressed"),
    [
        ("GET", "text/html; charset=utf-8", True),
        ("GET", "text/css", True),
        ("POST", "text/html; charset=utf-8", False),  # where a new key is shown, once
        ("GET", "application/json", False),  # whose entity tags are for If-Match
        ("GET", "application/problem+json", False),
        ("GET", "text/event-stream", False),
    ],
)
def test_what_holds_secrets_or_strong_tags_is_sent_as_it_is(method: str, media_type: str, is_compressed: bool) -> None:
    request = RequestFactory().generic(method, "/", headers=ACCEPTS)
    response = PagesCompressed(lambda _: HttpResponse()).process_response(
        request, HttpResponse(TEXT, content_type=media_type)
    )
    assert (response.get("Content-Encoding") == "gzip") is is_compressed


def test_the_length_of_a_page_tells_little_of_what_is_in_it() -> None:
    request = RequestFactory().get("/", headers=ACCEPTS)
    pages = (PagesCompressed(lambda _: HttpResponse()).process_response(request, HttpResponse(TEXT)) for _ in range(50))
    sizes = {len(page.content) for page in pages if isinstance(page, HttpResponse)}
    assert len(sizes) > 5


def test_a_page_is_read_by_who_takes_it_compressed_and_by_who_does_not(service: httpx.Client) -> None:
    for encoding in ("gzip", "identity"):
        answer = service.get("/fleets/default", headers={"Accept": "text/html", "Accept-Encoding": encoding})
        assert ("gzip" in answer.headers.get("Content-Encoding", "")) is (encoding == "gzip")
        assert "</html>" in answer.text
