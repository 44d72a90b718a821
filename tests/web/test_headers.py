import httpx
import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from satselect.web.middleware.headers import POLICY, ContentSecurityPolicy

DATABASES = ["sqlite"]


def test_a_page_may_load_nothing_from_elsewhere_and_run_nothing_inline() -> None:
    response = ContentSecurityPolicy(lambda _: HttpResponse("<p>"))(RequestFactory().get("/"))
    assert response["Content-Security-Policy"] == POLICY
    assert "'self'" in POLICY
    assert "unsafe" not in POLICY
    assert "http" not in POLICY


def test_a_page_may_have_a_policy_of_its_own() -> None:
    own = HttpResponse("<p>", headers={"Content-Security-Policy": "default-src 'none'"})
    assert ContentSecurityPolicy(lambda _: own)(RequestFactory().get("/"))["Content-Security-Policy"] != POLICY


@pytest.mark.parametrize("path", ["/livez", "/nowhere", "/static/admin/js/core.js"])
def test_nothing_is_framed_sniffed_or_told_to_others(service: httpx.Client, path: str) -> None:
    headers = service.get(path).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in headers
