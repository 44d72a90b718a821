import httpx
import pytest

DATABASES = ["sqlite"]


def test_a_request_id_comes_back(service: httpx.Client) -> None:
    assert service.get("/livez", headers={"X-Request-ID": "req-1.a"}).headers["X-Request-ID"] == "req-1.a"


@pytest.mark.parametrize("sent", [{}, {"X-Request-ID": ""}, {"X-Request-ID": "a b"}, {"X-Request-ID": "x" * 129}])
def test_without_a_usable_one_each_request_gets_its_own(service: httpx.Client, sent: dict[str, str]) -> None:
    given = {service.get("/livez", headers=sent).headers["X-Request-ID"] for _ in range(2)}
    assert len(given) == 2
    assert all(len(one) == 32 for one in given)


def test_requests_are_counted_by_route_method_and_status(service: httpx.Client) -> None:
    service.get("/api/v1/fleets/default")
    service.get("/api/v1/fleets/nowhere")
    service.get("/no/such/place")
    service.request("BREW", "/api/tasks/")
    told = service.get("/metrics").text
    for labels in (
        'method="GET",route="/api/v1/fleets/<fleet>",status="200"',
        'method="GET",route="/api/v1/fleets/<fleet>",status="404"',
        'method="GET",route="unmatched",status="404"',
        'method="OTHER",route="/api/tasks/",status="405"',
    ):
        assert f"satselect_http_requests_total{{{labels}}}" in told
    assert 'satselect_http_request_duration_seconds_count{method="GET",route="/api/v1/fleets/<fleet>"}' in told
    assert "nowhere" not in told


def test_a_body_that_is_refused_before_it_is_routed_is_counted_too(service: httpx.Client) -> None:
    answer = service.post("/api/tasks/", content=b"x" * 3_000_000, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert "X-Request-ID" in answer.headers
    assert 'method="POST",route="unmatched",status="413"' in service.get("/metrics").text
