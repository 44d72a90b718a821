"""What the forms of the pages do."""

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from satselect.store.models import Fleet, History, Iteration, Key, Outage, Supply, Task, User
from tests.console.worlds import PASSWORD, World, run

pytestmark = pytest.mark.in_turn  # what forms do, the service does, whose own tests run on both


def person() -> Client:
    """The local operator, at a browser."""
    return Client(headers={"Accept": "text/html"})


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_a_task_is_submitted_from_the_form(world: World) -> None:
    sent = {"name": "dawn", "resources": "camera = 1, proc", "profit": "30", "key": str(uuid4()), "way": "form"}
    answer = person().post("/fleets/default/submit", sent)
    assert answer["Location"] == f"/iterations/{world.last.id}"
    assert (world.task("dawn").status, world.task("dawn").profit_as_sent) == ("scheduled", 30)


def test_the_same_page_sent_twice_submits_once(world: World) -> None:
    sent = {"name": "dawn", "profit": "30", "key": str(uuid4()), "way": "form"}
    first, second = (person().post("/fleets/default/submit", sent)["Location"] for _ in range(2))
    assert first == second
    assert Task.objects.filter(name="dawn").count() == 1


def test_a_page_sent_again_with_something_else_is_refused(world: World) -> None:
    sent = {"name": "dawn", "profit": "30", "key": str(uuid4()), "way": "form"}
    person().post("/fleets/default/submit", sent)
    answer = person().post("/fleets/default/submit", sent | {"name": "dusk"})
    assert answer.status_code == 422
    assert "submitted before" in text(answer)


def test_faults_stand_at_their_fields(world: World) -> None:
    sent = {"name": "", "resources": "camera, camera", "profit": "much", "deadline": "soon", "way": "form"}
    answer = person().post("/fleets/default/submit", sent)
    assert answer.status_code == 422
    for field in ("name", "resources", "profit", "deadline"):
        tag = text(answer).split(f'id="{field}"')[1].split(">")[0]
        assert 'aria-invalid="true"' in tag, field
    assert "must be a number" in text(answer)
    assert 'value="much"' in text(answer)


def test_a_fault_stands_between_its_field_and_the_next_label(world: World) -> None:
    page = text(person().post("/fleets/default/submit", {"way": "form"}))
    for field in ("name", "profit"):
        own = page.split(f'<label for="{field}">')[1].split("<label")[0]
        assert own.index(f'id="{field}"') < own.index(f'id="{field}-fault"') < own.index("is missing"), field


def test_a_deadline_that_has_passed_is_told_at_its_field(world: World) -> None:
    sent = {"name": "too late", "profit": "1", "deadline": "2016-02-03T04:05:06.123456789", "way": "form"}
    answer = person().post("/fleets/default/submit", sent)
    assert (answer.status_code, Task.objects.filter(name="too late").exists()) == (422, False)
    assert "2016-02-03T04:05:06.123456Z has passed" in text(answer)


def test_json_is_submitted_as_the_api_takes_it(world: World) -> None:
    tasks = [{"name": "dawn", "resources": {"proc": 1}, "profit": 2}, {"name": "dusk", "resources": [], "profit": 0}]
    answer = person().post("/fleets/default/submit", {"way": "json", "document": json.dumps(tasks)})
    assert answer.status_code == 302
    assert world.task("dusk").status == "scheduled"


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("", "the body is empty"),
        ("[{]", "not JSON"),
        ('[{"name": "a", "resources": [], "profit": -1}]', "/0/profit"),
        ('[{"name": "a", "resources": ["x\\u0000"], "profit": NaN}]', "NaN"),
        ("?", "not JSON"),
    ],
)
def test_what_is_wrong_with_json_is_told_with_its_place(world: World, document: str, told: str) -> None:
    answer = person().post("/fleets/default/submit", {"way": "json", "document": document})
    assert answer.status_code == 422
    assert told in text(answer)


def test_what_if_tells_whom_it_would_displace_and_stores_nothing(world: World) -> None:
    sent = {"name": "dawn", "resources": "disk", "profit": "50", "way": "form"}
    shown = text(person().post("/fleets/default/what-if", sent))
    assert re.search(r"dawn.*50.*scheduled.*They would displace.*rival", shown, re.DOTALL)
    assert 'aria-labelledby="outlook-title" tabindex="-1"' in shown  # the keyboard is led there
    assert not Task.objects.filter(name="dawn").exists()
    assert "must be a number" in text(person().post("/fleets/default/what-if", sent | {"profit": "?"}))


def test_a_user_can_not_submit_more_than_the_quota(world: World, as_: Callable[[str], Client]) -> None:
    User.objects.filter(username="anna").update(buffered_limit=1)
    answer = as_("anna").post("/fleets/default/submit", {"name": "dawn", "profit": "1", "way": "form"})
    assert answer.status_code == 422
    assert "over the limit of 1" in text(answer)


def test_a_buffered_task_is_edited(world: World) -> None:
    night = world.task("night")
    sent = {"name": "night", "resources": "camera", "profit": "99.5", "max_attempts": "3"}
    assert person().post(f"/tasks/{night.id}/edit", sent)["Location"] == f"/tasks/{night.id}"
    assert (world.task("night").profit, world.task("night").max_attempts) == (99.5, 3)
    assert History.objects.filter(task=night).order_by("-id")[0].words == "max_attempts, profit"


def test_an_edit_that_is_wrong_comes_back(world: World) -> None:
    answer = person().post(f"/tasks/{world.task('night').id}/edit", {"name": "night", "profit": "x"})
    assert answer.status_code == 422
    assert 'value="x"' in text(answer)


def test_a_task_is_cancelled_with_a_reason(world: World) -> None:
    night = world.task("night")
    person().post(f"/tasks/{night.id}/cancel", {"words": "not needed"})
    assert world.task("night").status == "cancelled"
    assert "not needed" in text(person().get(f"/tasks/{night.id}"))


@pytest.mark.parametrize(("words", "told"), [("a\u202eb", "U+202E"), ("x" * 201, "at most 200")])
def test_words_that_the_api_refuses_the_form_refuses_too(world: World, words: str, told: str) -> None:
    night = world.task("night")
    answer = person().post(f"/tasks/{night.id}/cancel", {"words": words})
    assert (answer.status_code, told in text(answer), world.task("night").status) == (422, True, "buffered")


@pytest.mark.parametrize(("action", "status"), [("complete", "completed"), ("fail", "failed")])
def test_an_execution_is_reported(as_: Callable[[str], Client], world: World, action: str, status: str) -> None:
    coast = world.task("coast")
    assert as_("eva").post(f"/tasks/{coast.id}/{action}")["Location"] == f"/tasks/{coast.id}"
    assert world.task("coast").status == status


def test_what_a_report_links_to_is_on_the_page_of_its_task(world: World) -> None:
    coast = world.task("coast")
    picture = {"href": "https://example.org/a.tif?x=1&y='2'", "rel": "data", "type": "image/tiff", "title": "<sharp>"}
    body = json.dumps({"links": [{"href": "http://example.org/items/1098"}, picture]})
    answer = Client().post(f"/api/v1/tasks/{coast.id}/complete", body, content_type="application/json")
    assert answer.status_code == 200
    told = text(person().get(f"/tasks/{coast.id}"))
    plain = 'href="http://example.org/items/1098" rel="noopener noreferrer">http://example.org/items/1098</a>'
    assert plain in told
    of_picture = 'href="https://example.org/a.tif?x=1&amp;y=&#x27;2&#x27;" rel="noopener noreferrer" type="image/tiff"'
    assert f"{of_picture}>&lt;sharp&gt;</a>" in told


def test_what_came_too_late_is_told(world: World) -> None:
    answer = person().post(f"/tasks/{world.task('won').id}/cancel")
    assert answer.status_code == 422
    assert "the task is completed" in text(answer)


def test_a_fleet_is_edited(world: World) -> None:
    person().post("/fleets/default/settings", {"name": "Coast guard", "is_open": "on"})
    fleet = Fleet.objects.get()
    assert (fleet.name, fleet.is_open, fleet.shows_break_even) == ("Coast guard", True, False)
    assert person().post("/fleets/default/settings", {"name": "  "}).status_code == 422


def test_capacities_change_and_resources_come_and_go(world: World) -> None:
    client = person()
    client.post("/fleets/default/resources", {"satellite": "default", "name": "antenna", "capacity": "2"})
    antenna = Supply.objects.get(resource__name="antenna")
    client.post(f"/fleets/default/resources/{antenna.id}", {"capacity": "5"})
    assert Supply.objects.get(id=antenna.id).capacity == 5
    assert client.post(f"/fleets/default/resources/{antenna.id}", {"capacity": "-1"}).status_code == 422
    client.post(f"/fleets/default/resources/{antenna.id}", {"remove": "1"})
    assert not Supply.objects.filter(id=antenna.id).exists()
    camera = Supply.objects.get(resource__name="camera")
    answer = client.post(f"/fleets/default/resources/{camera.id}", {"remove": "1"})
    assert (answer.status_code, "in use" in text(answer)) == (422, True)


def test_what_is_out_of_service_is_told_and_ended(world: World) -> None:
    client = person()
    client.post("/fleets/default/outages", {"satellite": "default", "resource": "camera", "words": "frozen"})
    outage = Outage.objects.get()
    assert "frozen" in text(client.get("/fleets/default/settings"))
    run(timezone.now())
    assert "camera is out of service" in strip_tags(text(client.get("/fleets/default/buffer?name=night")))
    client.post(f"/fleets/default/outages/{outage.id}")
    assert "Everything is in service" in text(client.get("/fleets/default/settings"))
    assert client.post("/fleets/default/outages", {"satellite": "default", "until": "soon"}).status_code == 422


def test_a_fleet_is_made_with_satellites_and_shared_resources(world: World) -> None:
    client = person()
    assert client.post("/fleets", {"name": "North"})["Location"] == "/fleets/north/settings"
    client.post("/fleets/north/satellites", {"name": "Alba"})
    client.post("/fleets/north/resources", {"satellite": "", "name": "antenna", "capacity": "2"})
    client.post("/fleets/north/settings", {"name": "North", "release": "completion", "ageing_per_hour": "0.5"})
    north = Fleet.objects.get(slug="north")
    assert (north.release, north.ageing_per_hour) == ("completion", 0.5)
    assert (north.satellites.get().slug, north.resources.get().is_shared) == ("alba", True)
    assert "North" in text(client.get("/"))


def test_who_still_holds_a_resource_is_named(world: World) -> None:
    person().post("/fleets/default/settings", {"name": "x", "is_open": "on", "release": "completion"})
    run(timezone.now())
    assert "camera is held by coast" in strip_tags(text(person().get("/fleets/default/buffer?name=night")))


def test_a_key_is_made_shown_once_and_revoked(world: World, as_: Callable[[str], Client]) -> None:
    client = as_("anna")
    shown = text(client.post("/keys", {"name": "nightly", "days": "30"}))
    key = Key.objects.get(name="nightly")
    assert f"sat_{key.visible}_" in shown
    assert key.digest not in shown
    assert key.expires is not None
    assert "nightly" in text(client.get("/keys"))
    assert "nightly" not in text(as_("bert").get("/keys"))
    assert as_("bert").post(f"/keys/{key.visible}/revoke").status_code == 422
    client.post(f"/keys/{key.visible}/revoke")
    assert Key.objects.get(name="nightly").revoked


def test_one_key_too_many_is_told(as_: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("satselect.application.access.keys.MOST_KEYS", 0)
    answer = as_("anna").post("/keys", {"name": "nightly"})
    assert (answer.status_code, "revoke one first" in text(answer)) == (422, True)


def test_a_password_is_changed_by_who_knows_it(world: World, as_: Callable[[str], Client]) -> None:
    client, other = as_("anna"), as_("anna")
    assert client.post("/password", {"old": "wrong", "new": "a much longer one"}).status_code == 422
    assert client.post("/password", {"old": PASSWORD, "new": "password1234"}).status_code == 422
    assert client.post("/password", {"old": PASSWORD, "new": "a much longer one"}).status_code == 200
    assert client.get("/keys").status_code == 200
    assert other.get("/keys").status_code == 302


def test_an_admin_makes_users(world: World, as_: Callable[[str], Client]) -> None:
    admin = as_("adam")
    sent = {"name": "carla", "role": "executor", "account": "", "fleets": ["default"], "password": PASSWORD}
    assert admin.post("/users", sent).status_code == 302
    carla = User.objects.get(username="carla")
    assert (carla.role, carla.fleets.get().slug, carla.check_password(PASSWORD)) == ("executor", "default", True)
    assert "is taken" in text(admin.post("/users", sent))
    assert "too short" in text(admin.post("/users", sent | {"name": "dora", "password": "short"}))
    assert "similar" in text(
        admin.post("/users", sent | {"name": "dora-the-explorer", "password": "dora-the-explorer"})
    )
    assert not User.objects.filter(username__startswith="dora").exists()
    assert admin.post("/users/carla/password", {"password": "quite another one"}).status_code == 302
    assert as_("adam").get("/users").status_code == 200


def test_submitting_makes_an_iteration(world: World) -> None:
    before = Iteration.objects.count()
    person().post("/fleets/default/submit", {"name": "dawn", "profit": "1", "way": "form"})
    assert Iteration.objects.count() == before + 1


def seen(page: object, number: int = 0) -> str:
    """What a form of the page says that it showed."""
    found: list[str] = re.findall(r'name="seen" value="([^"]*)"', text(page))
    return found[number]


def test_of_two_tabs_the_older_does_not_win(world: World) -> None:
    task = world.task("night")
    path = f"/tasks/{task.id}"
    first, second = seen(person().get(path)), seen(person().get(path))
    fields = {"name": "night", "resources": "camera", "profit": "3", "max_attempts": "1"}
    assert person().post(f"{path}/edit", fields | {"seen": first, "profit": "4"}).status_code == 302
    answer = person().post(f"{path}/edit", fields | {"seen": second, "profit": "5"})
    assert (answer.status_code, world.task("night").profit_as_sent) == (412, 4)
    assert "changed since you opened the page" in text(answer)
    assert 'name="profit" value="4"' in text(answer)
    assert person().post(f"{path}/edit", fields | {"seen": seen(answer), "profit": "6"}).status_code == 302
    assert person().post(f"{path}/cancel", {"seen": second}).status_code == 412
    assert world.task("night").status == "buffered"


@pytest.mark.parametrize("report", ["complete", "fail", "cancel"])
def test_a_report_on_the_page_of_an_earlier_attempt_is_refused(world: World, report: str) -> None:
    task = world.task("coast")
    Task.objects.filter(id=task.id).update(max_attempts=9)
    path = f"/tasks/{task.id}"
    shown = seen(person().get(path))
    assert person().post(f"{path}/fail", {"seen": shown}).status_code == 302
    run(timezone.now())
    assert world.task("coast").status == "scheduled"
    answer = person().post(f"{path}/{report}", {"seen": shown})
    assert (answer.status_code, world.task("coast").status) == (412, "scheduled")


def test_older_settings_do_not_win(world: World) -> None:
    path = "/fleets/default/settings"
    page = person().get(path)
    form = text(page).index('<form class="card-body fields"')
    shown = re.findall(r'name="seen" value="([^"]*)"', text(page)[form:])[0]
    assert person().post(path, {"name": "A", "seen": shown}).status_code == 302
    answer = person().post(path, {"name": "B", "seen": shown})
    assert (answer.status_code, Fleet.objects.get().name) == (412, "A")
    assert "changed since you saw it" in text(answer)


def test_units_that_changed_since_stay_as_they_are(world: World) -> None:
    supply = Supply.objects.order_by("id")[0]
    path = f"/fleets/default/resources/{supply.id}"
    assert person().post(path, {"capacity": "7", "seen": str(supply.capacity)}).status_code == 302
    assert person().post(path, {"capacity": "8", "seen": str(supply.capacity)}).status_code == 412
    assert person().post(path, {"remove": "1", "seen": str(supply.capacity)}).status_code == 412
    supply.refresh_from_db()
    assert supply.capacity == 7


@pytest.mark.usefixtures("database")
def test_what_failed_leads_back(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("satselect.console.views.home.show", fail)
    answer = Client(headers={"Accept": "text/html"}, raise_request_exception=False).get("/?all")
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert 'href="/"' in answer.content.decode()
