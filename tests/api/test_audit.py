from typing import Any

import httpx
import pytest

from satselect.store.models import Audit
from tests.api.test_access import PROMISED, World, world

__all__ = ["world"]

UNCHANGED = {
    ("POST", "/api/tasks/"),  # of submissions the tasks' histories tell
    ("POST", "/api/v1/fleets/{fleet}/tasks"),
    ("POST", "/api/v1/selections"),  # nothing is stored
    ("POST", "/api/v1/fleets/{fleet}/opportunities/search"),  # nor here
}
DONE = [
    (route, caller)
    for route, statuses in PROMISED.items()
    for caller, status in zip(("operator", "admin"), statuses[-2:], strict=True)
    if route[0] != "GET" and status < 400 and route not in UNCHANGED
]


@pytest.mark.in_turn
@pytest.mark.parametrize(("route", "caller"), DONE, ids=str)
def test_whatever_operators_and_admins_do_is_audited(world: World, route: tuple[str, str], caller: str) -> None:
    before = Audit.objects.count()
    assert world.call(caller, route).status_code < 400
    assert Audit.objects.count() == before + 1
    newest = Audit.objects.select_related("user").latest("id")
    assert newest.user.username == caller


def test_the_audit_is_told_in_pages_newest_first(world: World) -> None:
    for capacity in (3, 4):
        world.client.patch(
            "/api/v1/fleets/default/satellites/default/resources/camera",
            json={"capacity": capacity},
            headers={"authorizationToken": world.keys["operator"]},
        )
    first = ask(world, "/api/v1/audit?limit=1&action=resource.edit")
    second = ask(world, first["next"])
    assert second["next"] is None
    lines = [*first["items"], *second["items"]]
    of = "default/default"
    assert [line["facts"] for line in lines] == [
        {"of": of, "before": 3, "after": 4},
        {"of": of, "before": 1, "after": 3},
    ]
    assert {(line["user"], line["account"], line["object_type"], line["object_id"]) for line in lines} == {
        ("operator", "local", "resource", "camera")
    }


@pytest.mark.parametrize(
    ("asked", "number"),
    [("user=local", 7), ("user=operator", 1), ("object_type=key&object_id=nowhere", 0), ("object_type=user", 7)],
)
@pytest.mark.in_turn
def test_the_audit_can_be_searched(world: World, asked: str, number: int) -> None:
    assert len(ask(world, f"/api/v1/audit?{asked}")["items"]) == number


def ask(world: World, path: str) -> dict[str, Any]:
    answer: httpx.Response = world.client.get(path, headers={"authorizationToken": world.keys["admin"]})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
