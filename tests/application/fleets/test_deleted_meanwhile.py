"""What was looked up may be gone, or another, by the time it is changed: nothing is said to be done that was not."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest
from django.test import Client

from satselect.application.act import Act
from satselect.application.errors import GoneError
from satselect.application.fleets.fleets import delete_fleet, edit_fleet, edit_satellite
from satselect.application.fleets.outages import OutageTimes, add_outage, delete_outage, edit_outage
from satselect.application.fleets.supplies import add_resource, delete_satellite, remove_resource, set_capacity
from satselect.application.webhooks.register import edit, register, unregister
from satselect.schemas.reading.faults import InvalidError
from satselect.store.models import Audit, Fleet, Outage, Satellite, Supply, User, Webhook
from satselect.store.queries.counters import Counted, count_fleet_change
from satselect.web.requests import body_of
from tests.application.buffers import NOW
from tests.application.constellations import act, constellation, supply
from tests.databases import counts

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def pair(database: object) -> Fleet:
    """Two satellites, one with a camera, and an outage of the other."""
    fleet = constellation({"a": {"camera": 1}, "b": {}})
    add_outage(fleet, "b", None, OutageTimes(NOW, None), act())
    return fleet


def of(satellite: str) -> Satellite:
    return Satellite.objects.select_related("fleet").get(slug=satellite)


def camera() -> Supply:
    return supply("camera", "a")


def hook() -> Webhook:
    return Webhook.objects.get()


CHANGES: list[tuple[Callable[[], Any], Callable[[Any], Any], Callable[[Any], Any]]] = [
    (lambda: of("a"), lambda it: delete_satellite(it, act()), lambda it: edit_satellite(it, {"name": "x"}, act())),
    (lambda: of("a"), lambda it: delete_satellite(it, act()), lambda it: delete_satellite(it, act())),
    (lambda: of("a"), lambda it: delete_satellite(it, act()), lambda it: add_resource(it, "disk", 1, act())),
    (camera, lambda it: remove_resource(it, act()), lambda it: set_capacity(it, 3, act())),
    (camera, lambda it: remove_resource(it, act()), lambda it: remove_resource(it, act())),
    (camera, lambda _: delete_satellite(of("a"), act()), lambda it: remove_resource(it, act())),
    (Outage.objects.get, lambda it: delete_outage(it, act()), lambda it: edit_outage(it, {"ends": None}, act())),
    (Outage.objects.get, lambda it: delete_outage(it, act()), lambda it: delete_outage(it, act())),
]


@pytest.mark.parametrize(("found", "first", "second"), CHANGES)
def test_what_was_deleted_meanwhile_is_not_changed_and_leaves_no_line(
    pair: Fleet,
    found: Callable[[], Any],
    first: Callable[[Any], Any],
    second: Callable[[Any], Any],
) -> None:
    mine, others = found(), found()
    first(others)
    before = counts()
    with pytest.raises(GoneError):
        second(mine)
    assert counts() == before


def test_a_fleet_that_was_deleted_meanwhile_is_gone(pair: Fleet) -> None:
    Outage.objects.all().delete()
    mine = Fleet.objects.get(id=pair.id)
    delete_fleet(pair, act())
    before = counts()
    with pytest.raises(GoneError):
        edit_fleet(mine, {"name": "x"}, act())
    with pytest.raises(GoneError):
        delete_fleet(mine, act())
    assert counts() == before


def test_a_webhook_that_was_deleted_meanwhile_is_gone() -> None:
    user = User.objects.get()
    register("https://hooks.example.org/", "", Act(user, NOW), allows_private=False)
    mine = hook()
    unregister(hook(), Act(user, NOW))
    before = counts()
    with pytest.raises(GoneError):
        edit(mine, {"is_enabled": False}, Act(user, NOW), allows_private=True)
    with pytest.raises(GoneError):
        unregister(mine, Act(user, NOW))
    assert counts() == before


def test_an_outage_is_of_what_there_is_when_the_fleet_is_locked(pair: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = of("a")
    monkeypatch.setattr("satselect.application.fleets.fleets.count_fleet_change", _after(lambda: _delete(gone)))
    with pytest.raises(InvalidError, match="no such satellite"):
        add_outage(pair, "a", None, OutageTimes(NOW, None), act())


def test_an_audit_tells_the_capacity_that_was_changed(pair: Fleet) -> None:
    mine = camera()
    set_capacity(camera(), 5, act())
    set_capacity(mine, 7, act())
    facts = Audit.objects.filter(action="resource.edit").order_by("id").values_list("facts", flat=True)
    assert [(each["before"], each["after"]) for each in facts] == [(1, 5), (5, 7)]
    assert mine.capacity == camera().capacity == 7


def test_who_changes_what_is_deleted_meanwhile_is_answered_404(pair: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = of("a")

    def read(request: HttpRequest, shape: Any) -> Any:  # noqa: ANN401 - whatever the shape is of
        delete_satellite(gone, act())
        return body_of(request, shape)

    monkeypatch.setattr("satselect.api.fleets.satellites.body_of", read)
    answer = Client().patch("/api/v1/fleets/pair/satellites/a", {"name": "x"}, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_form_about_what_is_deleted_meanwhile_is_answered_404(pair: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = camera()
    monkeypatch.setattr("satselect.console.views.fleets.settings.get_object_or_404", lambda *_, **__: mine)
    remove_resource(camera(), act())
    answer = Client().post(f"/fleets/pair/resources/{mine.id}", {"capacity": "2"}, headers={"Accept": "text/html"})
    assert answer.status_code == 404


def _delete(satellite: Satellite) -> None:
    satellite.supplies.all().delete()
    satellite.delete()


def _after(act: Callable[[], None]) -> Callable[[int], Counted | None]:
    """Counts the fleet's change after something else happened."""

    def counted(fleet_id: int) -> Counted | None:
        act()
        return count_fleet_change(fleet_id)

    return counted
