"""Under a name of its own the tasking API is there and nowhere else."""

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from satselect.stapi.host import OnItsHost
from satselect.stapi.landing import wants_landing

ITS, OTHER = "orders.example.org", "localhost"


def asked(path: str, host: str, accept: str = "text/html") -> HttpRequest:
    return RequestFactory().get(path, headers={"host": host, "accept": accept})


@override_settings(SATSELECT_STAPI_HOST=ITS, ALLOWED_HOSTS=[ITS, OTHER])
def test_the_landing_page_is_at_its_root_whatever_is_accepted_and_at_no_other() -> None:
    assert wants_landing(asked("/", f"{ITS}:8000"))
    assert not wants_landing(asked("/", OTHER, "application/json"))


@override_settings(SATSELECT_STAPI_HOST=ITS, ALLOWED_HOSTS=[ITS, OTHER])
def test_its_paths_are_under_its_name_only() -> None:
    door = OnItsHost(lambda _: HttpResponse("here"))
    assert door(asked("/orders", ITS)).status_code == door(asked("/tasks", OTHER)).status_code == 200
    for path in ("/orders", "/products/sharp", "/stapi/openapi.json"):
        with pytest.raises(Http404):
            door(asked(path, OTHER))


@override_settings(SATSELECT_STAPI_HOST=None)
def test_without_a_name_of_its_own_it_is_everywhere() -> None:
    assert OnItsHost(lambda _: HttpResponse("here"))(asked("/orders", OTHER)).status_code == 200
