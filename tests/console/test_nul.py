"""A NUL in what is typed is refused, wherever it is typed: PostgreSQL takes none."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.console.worlds import World
from tests.databases import counts

FORMS = {
    "/sign-in": {"name": "\0", "password": "x"},
    "/tasks/{night}/cancel": {"words": "a\0b"},
    "/fleets/default/resources": {"satellite": "\0", "name": "disk", "capacity": "1"},
    "/fleets/default/outages": {"satellite": "\0"},
    "/fleets/default/submit": {"name": "a\0b", "profit": "1", "way": "form"},
    "/users": {"name": "dora", "role": "executor", "fleets": ["\0"]},
    "/keys": {"name": "\0"},
    "/password": {"old": "\0", "new": "\0"},
}
ADDRESSES = ["/fleets/default/buffer?name=%00", "/sign-in?next=%00", "/admin/store/user/?q=%00", "/?%00=1"]


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("accept", ["text/html", "*/*"])
def test_a_form_with_a_nul_is_refused(world: World, as_: Callable[[str], Client], path: str, accept: str) -> None:
    client, before = as_("adam"), counts()
    address = path.format(night=world.task("night").id)
    assert client.post(address, FORMS[path], headers={"Accept": accept}).status_code == 400
    assert counts() == before


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_with_a_nul_in_its_query_is_refused(as_: Callable[[str], Client], address: str) -> None:
    assert as_("adam").get(address).status_code == 400


@pytest.mark.parametrize("path", ["/fleets/%00", "/users/%00/password", "/%00"])
def test_a_path_with_a_nul_leads_nowhere(as_: Callable[[str], Client], keys_asked: None, path: str) -> None:
    for client in (as_("adam"), Client(headers={"Accept": "text/html"}), Client()):
        assert client.get(path).status_code == 404


def test_a_form_in_broken_parts_is_refused(world: World) -> None:
    assert Client().post("/sign-in", b"x", content_type="multipart/form-data").status_code == 400
