import httpx
import pytest


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_a_running_service_is_alive_and_ready(service: httpx.Client, path: str) -> None:
    assert service.get(path).status_code == 200


def test_the_api_describes_itself_and_the_quick_endpoint_once(service: httpx.Client) -> None:
    paths = service.get("/api/openapi.json").json()["paths"]
    assert ("/api/tasks/" in paths, "/api/tasks" in paths) == (True, False)


def test_another_host_name_is_refused(service: httpx.Client) -> None:
    answer = service.get("/livez", headers={"Host": "example.org"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
