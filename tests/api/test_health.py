import httpx
import pytest


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_a_running_service_is_alive_and_ready(service: httpx.Client, path: str) -> None:
    assert service.get(path).status_code == 200


def test_the_api_describes_itself(service: httpx.Client) -> None:
    described = service.get("/api/openapi.json").json()
    assert set(described["paths"]) == {
        "/api/tasks/",
        "/api/v1/tasks",
        "/api/v1/tasks/{task_id}",
        "/api/v1/tasks/{task_id}/explanation",
        "/api/v1/iterations/{iteration_id}",
        "/livez",
        "/readyz",
    }


def test_another_host_name_is_refused(service: httpx.Client) -> None:
    answer = service.get("/livez", headers={"Host": "example.org"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
